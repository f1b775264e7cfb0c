"""`Authorization: Bearer TOKEN`, beside the browser's session."""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.request import Request

from accounts.models import ApiToken, User
from accounts.policies import can_use_tokens
from accounts.second_factor import NEEDED, lacks_second_factor
from accounts.tokens import digest_of, has_shape
from accounts.written_by import SAFE, OtherPerson, is_of_another
from rest.prepared import Prepared

LAST_USE_PRECISION = timedelta(minutes=1)
_token = Prepared(lambda digest: ApiToken.objects.select_related("user").filter(digest=digest).order_by())


def _is_valid_for(person: User) -> bool:
    return person.may_sign_in and can_use_tokens(person)


def _check_use(request: Request, token: ApiToken) -> None:
    view = (request.parser_context or {}).get("view")
    of_readers = (*SAFE, *getattr(view, "methods_of_readers", ()))
    if token.scope == ApiToken.Scope.READ and request.method not in of_readers:
        message = _("This token has read access only. Create one with write access.")
        raise PermissionDenied(message, code="read_only_token")
    if lacks_second_factor(token.user):
        raise PermissionDenied(NEEDED, code="second_factor_needed")
    if is_of_another(request, token.user):
        raise OtherPerson


class BearerAuthentication(BaseAuthentication):
    """Finds the person of a token; a token with the scope `read` cannot change anything."""

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        header = get_authorization_header(request).split()
        if not header or header[0].lower() != b"bearer":
            return None
        secret = header[1].decode("ascii", "replace") if len(header) == 2 else ""
        if not has_shape(secret):
            raise AuthenticationFailed(_("This is not a valid token."), code="bad_token")
        token = _token.first(digest_of(secret))
        if token is None or token.revoked_at is not None or not _is_valid_for(token.user):
            raise AuthenticationFailed(_("This token is not known or was revoked."), code="bad_token")
        now = timezone.now()
        if token.expires_at <= now:
            message = _("This token has expired. Create a new one in My account.")
            raise AuthenticationFailed(message, code="token_expired")
        _check_use(request, token)
        if token.last_used_at is None or now - token.last_used_at > LAST_USE_PRECISION:
            is_stale = Q(last_used_at__isnull=True) | Q(last_used_at__lt=now - LAST_USE_PRECISION)
            ApiToken.objects.filter(is_stale, pk=token.pk).update(last_used_at=now)
        return token.user, token
