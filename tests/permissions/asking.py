"""Sends a line of the table as one person; what it does is undone."""

import copy
from collections.abc import Mapping
from typing import Any

from django.core.signals import request_finished
from django.db import close_old_connections, transaction
from django.http import HttpResponse
from django.test import Client

from tests.permissions.line import Line


def ask(client: Client, line: Line, world: Mapping[str, Any]) -> tuple[HttpResponse, bytes]:
    """The answer and its whole body."""
    address, body = line.filled(world)
    is_api = address.startswith("/api/")
    options: dict[str, Any] = {"headers": line.headers} if line.headers else {}
    if line.method != "GET" and is_api:
        options |= {"data": body, "content_type": "application/json"}
    elif line.method != "GET":
        # As from a browser, whose forms are never quite empty.
        options["data"] = {"csrfmiddlewaretoken": "x", **body}
    with transaction.atomic():
        cookies = copy.deepcopy(client.cookies)
        answer = getattr(client, line.method.lower())(address, **options)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        request_finished.disconnect(close_old_connections)
        answer.close()
        request_finished.connect(close_old_connections)
        client.cookies = cookies
        transaction.set_rollback(True)
    return answer, content
