"""How large the body of a page's request may be, known before any of it is read or on disk."""

from collections.abc import Callable
from typing import TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

View = TypeVar("View", bound=Callable[..., HttpResponseBase])
# Boundaries, names and the other fields of a form with files.
AROUND_FILES = 2**20


def takes_files(largest: Callable[[], int]) -> Callable[[View], View]:
    """Marks a view whose form has files, of up to `largest()` bytes together, for people who are signed in."""

    def mark(view: View) -> View:
        # Decorators around it copy what is here.
        vars(view)["largest_files"] = largest
        return view

    return mark


def largest_body(request: HttpRequest, view: Callable[..., object]) -> int:
    """The most bytes that the body of this request to a page may have."""
    largest_files = getattr(view, "largest_files", None)
    if largest_files is None or not request.user.is_authenticated:
        return int(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
    return int(largest_files()) + AROUND_FILES
