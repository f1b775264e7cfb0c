"""Mail with a link to choose a password. The worker sends it, so that the page takes as long for any address."""

from allauth.account.forms import ResetPasswordForm
from allauth.core import context
from django.conf import settings
from django.http import HttpRequest


class _RequestOfPage(HttpRequest):
    """As much of the request of the page as links need: scheme and host."""

    def __init__(self, scheme: str, host: str) -> None:
        super().__init__()
        self._scheme = scheme
        self.META = {"HTTP_HOST": host}

    def _get_scheme(self) -> str:
        return self._scheme


def mail_is_off() -> bool:
    """Whether this is a real site whose operator has set no way to send mail (`environment.mail_backend`)."""
    return settings.EMAIL_BACKEND == "django.core.mail.backends.dummy.EmailBackend"


def send_password_link(email: str, *, scheme: str, host: str) -> None:
    """Send a link to the active person with this address, or a note that there is none."""
    request = _RequestOfPage(scheme, host)
    form = ResetPasswordForm({"email": email})
    if form.is_valid():
        with context.request_context(request):
            form.save(request)
