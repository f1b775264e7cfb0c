"""A line of the permission table."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

# Who asks. All but the first and the last hold one role at Alpha; the stranger holds every role, but at Beta.
WHO = ("anonymous", "reader", "fieldworker", "coder", "lead-coder", "data-manager", "admin", "stranger")
LOGIN = "login"
# Spread over all of WHO by one word.
SHORT = {
    "all": "{0} {0} {0} {0} {0} {0} {0} {0}",
    "members": "login {0} {0} {0} {0} {0} {0} {0}",
    "token": "401 {0} {0} {0} {0} {0} {0} {0}",
}


@dataclass(frozen=True)
class Line:
    """`Line("GET", "/people/", "login 403 403 403 403 403 200 200")`: one status for each of WHO, in their order.

    `login` is a redirect to sign-in; `all:200`, `members:200`, `token:200` are short for the same status for all, for
    all who are signed in (others are sent to sign-in), and for all with credentials (others get 401). `{names}` in the
    address and in the body are filled from what the room's `world(cast)` returns.
    """

    method: str
    address: str
    expected: str
    body: dict[str, Any] | Callable[[dict[str, Any]], Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    def statuses(self) -> tuple[str, ...]:
        kind, _, status = self.expected.partition(":")
        words = (SHORT[kind].format(status) if status else self.expected).split()
        if len(words) != len(WHO):
            raise ValueError(f"{self.method} {self.address}: {len(words)} statuses for {len(WHO)} people.")
        return tuple(words)

    def filled(self, world: dict[str, Any]) -> tuple[str, Any]:
        body = self.body(world) if callable(self.body) else _filled(self.body, world)
        return self.address.format(**world), body


def counted(noun: str) -> list[Line]:
    """Files and counts of a list of the API whose rows everybody asks for, each those that they have access to."""
    parts = (
        "export/?format=jsonl",
        "facets/?field=country",
        "facets/export/?field=country&format=json-stat",
        "cross-table/?field=country,theme",
        "cross-table/export/?field=country,theme&format=csv",
    )
    return [Line("GET", f"/api/v1/{noun}/{part}", "all:200") for part in parts]


def _filled(value: Any, world: dict[str, Any]) -> Any:
    if isinstance(value, str):
        return value.format(**world)
    if isinstance(value, dict):
        return {name: _filled(inner, world) for name, inner in value.items()}
    if isinstance(value, list):
        return [_filled(inner, world) for inner in value]
    return value
