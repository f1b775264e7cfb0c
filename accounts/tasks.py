"""Celery shells of this room."""

from celery import shared_task
from django.http import HttpRequest

from accounts import password_links


@shared_task(name="accounts.send_password_link", time_limit=120)
def send_password_link(email: str, scheme: str, host: str) -> None:
    password_links.send_password_link(email, scheme=scheme, host=host)


def ask_for_password_link(request: HttpRequest, email: str) -> None:
    """Have the worker send the link. The message names address and site; the link is made by the worker alone.

    Raises kombu's OperationalError where the broker is away.
    """
    send_password_link.delay(email, request.scheme, request.get_host())
