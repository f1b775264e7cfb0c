"""A form that a page sends by script is done once, however often it is sent.

Such a page names each submission by a UUID, in the header `X-Submission`, and sends it again until an answer comes: a
connection can break after the form was done. The name is stored in the transaction of the form itself, with the
address to which it led, so a second sending waits for the first and gets the same address. A form that was refused is
not stored, and may be sent again.
"""

import hashlib
import uuid as uuids
from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from rest.models import DoneForm
from rest.problems import is_api, problem_response

HEADER = "X-Submission"
KEPT_DAYS = 30
_CSRF_FIELD = "csrfmiddlewaretoken"


class FormsAreDoneOnce:
    """Answers a form that names its submission.

    200 {location} where it was done, now or before; 200 {location, done: false} where another page comes first, such as
    one that asks for the password; 401 where nobody is signed in; 409 {location} where other fields were done under the
    same name; the page itself where it was refused.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if HEADER not in request.headers or request.method != "POST" or is_api(request):
            return self.get_response(request)
        if not request.user.is_authenticated:
            return problem_response(HTTPStatus.UNAUTHORIZED, _("Sign in first."))
        try:
            uuid = uuids.UUID(request.headers[HEADER])
        except ValueError:
            message = _("The header %(name)s is no UUID.") % {"name": HEADER}
            return problem_response(HTTPStatus.BAD_REQUEST, message, code="bad_submission")
        with transaction.atomic():
            return self._done_once(request, uuid)

    def _done_once(self, request: HttpRequest, uuid: uuids.UUID) -> HttpResponseBase:
        digest = _digest(request)
        # Another request under this name is waited for here, until its transaction ends.
        person = request.user.pk or 0
        row, is_new = DoneForm.objects.get_or_create(person=person, uuid=uuid, defaults={"digest": digest})
        if not is_new:
            return _done_before(row, digest)
        response = self.get_response(request)
        if response.status_code == HTTPStatus.SEE_OTHER:
            row.location = response["Location"]
            row.save(update_fields=["location"])
            return JsonResponse({"location": row.location})
        if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR or transaction.get_rollback():
            transaction.set_rollback(True)
        else:
            row.delete()
        if response.status_code == HTTPStatus.FOUND:
            return JsonResponse({"location": response["Location"], "done": False})
        return response


def _done_before(row: DoneForm, digest: str) -> HttpResponse:
    if row.digest == digest:
        return JsonResponse({"location": row.location})
    message = _("This form was saved already, with other content.")
    return problem_response(HTTPStatus.CONFLICT, message, code="done_before", location=row.location)


def _digest(request: HttpRequest) -> str:
    """Of the address and the fields. The token differs each time."""
    fields = sorted((name, values) for name, values in request.POST.lists() if name != _CSRF_FIELD)
    return hashlib.sha256(repr((request.get_full_path(), fields)).encode()).hexdigest()


def forget_done_forms() -> None:
    """Delete names that no page sends any more."""
    DoneForm.objects.filter(created_at__lt=timezone.now() - timedelta(days=KEPT_DAYS)).delete()
