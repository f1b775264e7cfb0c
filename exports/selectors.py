"""What a saved query finds for a person now."""

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError

from accounts.models import User
from exports.asked import canonical, view_of
from exports.models import SavedQuery
from rest.counts import BUDGET_MS, Count, count_of
from rest.problems import Errors, errors_of


@dataclass(frozen=True)
class Found:
    """How many rows it has for this person; or why it cannot be answered any more."""

    count: Count | None
    errors: Errors


def found_by(saved: SavedQuery, person: User | AnonymousUser) -> Found:
    """What the saved filters find, by the rules of the list as they are now: a field can be gone since."""
    try:
        view = view_of(canonical(saved.api_url), person)
        rows = view.filtered(view.request, reserved=view.reserved)
        return Found(count_of(rows, budget_ms=BUDGET_MS), [])
    except ValidationError as error:
        return Found(None, errors_of(error))
