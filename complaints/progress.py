"""From what offices call the state of a recommendation to the common scale of follow-ups. Pure.

Only words whose meaning a published scale fixes, and translations of the common scale, have a value; the others are
questions for a person who maps a file (docs/adr/0111). The scales are vocabularies of the registry, too.
"""

from collections.abc import Mapping

from imports.values import folded

_IMPLEMENTED, _MOSTLY, _PARTLY, _NOT = "implemented", "mostly-implemented", "partly-implemented", "not-implemented"
_UNDER_WAY, _OTHER, _NO_LONGER = "under-way", "other-action", "no-longer-applicable"

_STATES_BY_VALUE: Mapping[str, tuple[str, ...]] = {
    _IMPLEMENTED: (
        "implemented", "fully implemented", "fully", "complete", "completed", "done", "closed acceptable",
        "closed - acceptable", "closed - implemented", "accepted and implemented", "promise kept", "kept",
        "umgesetzt", "vollständig umgesetzt", "toezegging nagekomen", "nagekomen", "mise en œuvre", "aplicada",
        "100 percent",
    ),
    _MOSTLY: (
        "implemented in most respects", "in most respects", "mostly implemented", "largely implemented",
        "substantially implemented", "weitgehend umgesetzt", "largement mise en œuvre",
    ),
    _PARTLY: (
        "implemented in some respects", "in some respects", "partially implemented", "partly implemented",
        "implemented in part", "partial", "partly", "teilweise umgesetzt",
        "partiellement mise en œuvre", "parcialmente aplicada",
    ),
    _NOT: (
        "not implemented", "not", "none", "no action", "promise not kept", "not kept",
        "closed unacceptable", "closed - unacceptable", "nicht umgesetzt", "niet nagekomen", "non mise en œuvre",
        "no aplicada",
    ),
    _UNDER_WAY: (
        "open", "ongoing", "in progress", "under way", "underway", "being implemented", "promise being kept",
        "being kept", "in umsetzung", "wordt nagekomen", "en cours", "en curso",
    ),
    _OTHER: ("other action", "other action taken", "alternative action", "andere actie"),
    _NO_LONGER: (
        "withdrawn", "superseded", "cancelled", "closed superseded", "closed cancelled", "no longer relevant",
        "no longer applicable", "obsolete", "not applicable", "hinfällig", "vervallen", "sans objet",
    ),
}  # fmt: skip


def _percent(number: int) -> str:
    """Offices use different thresholds, so everything between 0 and 100 per cent is partly implemented."""
    return _IMPLEMENTED if number == 100 else _PARTLY if number else _NOT


STATES: Mapping[str, str] = {
    **{f"{number}{mark}": _percent(number) for number in range(101) for mark in ("%", " %")},
    **{word: value for value, words in _STATES_BY_VALUE.items() for word in words},
}
DECISIONS: Mapping[str, str] = {
    "accepted": "accepted", "agreed": "accepted", "accepted and implemented": "accepted",
    "accept": "accepted", "agree": "accepted", "akzeptiert": "accepted", "angenommen": "accepted",
    "aanvaard": "accepted", "acceptée": "accepted", "aceptada": "accepted", "partly accepted": "partly",
    "partially accepted": "partly", "accepted in part": "partly", "partly": "partly", "partially agreed": "partly",
    "teilweise angenommen": "partly", "deels aanvaard": "partly", "rejected": "rejected", "not accepted": "rejected",
    "disagreed": "rejected", "not agreed": "rejected", "abgelehnt": "rejected",
    "verworpen": "rejected", "rejetée": "rejected", "rechazada": "rejected", "no response": "none",
    "no reply": "none", "none": "none", "keine antwort": "none", "geen reactie": "none", "sans réponse": "none",
}  # fmt: skip
STATE_QUESTIONS = frozenset(
    ["green", "amber", "red", "accepted", "rejected", "pending", "under consideration", "no further action",
     "unconfirmed"]
)  # fmt: skip
DECISION_QUESTIONS = frozenset(["yes", "no"])


def value_of(text: str) -> str:
    """The value on the common scale for the state as an office writes it; empty where there is no guess."""
    return STATES.get(folded(text), "")
