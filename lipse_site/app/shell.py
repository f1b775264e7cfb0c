"""What the app shows of cases, events and notes without a connection: their fields, and the words for them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from casestudies.forms.fields import LANGUAGES
from casestudies.forms.notes import NoteForm
from casestudies.models import CaseStudy, CoCreationEvent, FieldNote, Participation
from casestudies.selectors.terms import FIELDS, TermLabels
from registry.models import PolicySector
from standards.countries import country_names

Fields = Sequence[tuple[str, str | Promise]]

CASE: Fields = (
    ("review_state", _("State")),
    ("country", _("Country")),
    ("sector", _("Sector")),
    ("themes", _("Themes")),
    ("strands", _("Strands")),
    ("keywords", _("Keywords")),
    ("level", _("Level of government")),
    ("public_body_name", _("Public body")),
    ("initiator", _("Initiator")),
    ("attitude", _("Lead attitude")),
    ("innovation_type", _("Innovation type")),
    ("newness", _("Newness")),
    ("ict_role", _("Role of ICT")),
    ("started_on", _("Started")),
    ("ended_on", _("Ended")),
    ("methods", _("Methods")),
    ("researcher", _("Researcher")),
    ("access", _("Access")),
)
EVENT: Fields = (
    ("status", _("Status")),
    ("format", _("Format")),
    ("series", _("Series")),
    ("phase", _("Phase")),
    ("purpose", _("Purpose")),
    ("remit_question", _("Question to the participants")),
    ("venue", _("Venue")),
    ("mode", _("Mode")),
    ("hours_together", _("Hours together")),
    ("openness", _("Open to")),
    ("selection", _("Recruited by")),
    ("invited", _("Invited")),
    ("accepted", _("Accepted")),
    ("attended", _("Attended")),
    ("facilitation", _("Facilitation")),
    ("languages", _("Languages")),
    ("interaction_methods", _("Interaction")),
    ("decision_methods", _("Decided by")),
    ("inputs_shown", _("Shown to participants")),
    ("influence_claimed", _("Influence claimed")),
    ("influence_assessed", _("Influence assessed")),
    ("follow_up", _("Follow-up")),
    ("recorder", _("Recorded by")),
)
NOTE: Fields = (
    ("kind", _("Kind")),
    ("occurred_on", _("Happened on")),
    ("author", _("Written by")),
    ("informants", _("Informants")),
    ("sensitivity", _("Access")),
    ("version", _("Version")),
)
PARTICIPATION: Fields = (
    ("group", _("Group")),
    ("sector", _("Sector")),
    ("band", _("Band")),
    ("people", _("People")),
)
SHOWN: dict[str, tuple[type[models.Model], Fields]] = {
    "case": (CaseStudy, CASE),
    "event": (CoCreationEvent, EVENT),
    "note": (FieldNote, NOTE),
    "participation": (Participation, PARTICIPATION),
}


@dataclass(frozen=True)
class Shown:
    """One field: its name in the API, its label, and the label of each of its values where they are a closed list."""

    name: str
    label: str
    values: Mapping[str, str]


def context() -> dict[str, object]:
    """Context of the shell. It holds nothing of a person: everybody is sent the same bytes."""
    terms = TermLabels()
    shown = {
        kind: [Shown(name, str(label), _values(model, name, terms)) for name, label in fields]
        for kind, (model, fields) in SHOWN.items()
    }
    return {
        "shown_json": json.dumps(
            {kind: [[one.name, one.label, one.values] for one in fields] for kind, fields in shown.items()}
        ),
        "form": NoteForm(cases=CaseStudy.objects.none(), case_study=None),
    }


def _values(model: type[models.Model], name: str, terms: TermLabels) -> Mapping[str, str]:
    if vocabulary := FIELDS.get(model, {}).get(name):
        return terms.of(vocabulary)
    if name == "country":
        return country_names()
    if model is CaseStudy and name == "sector":
        return {sector.slug: str(sector) for sector in PolicySector.objects.all()}
    field = next((field for field in model._meta.get_fields() if field.name == name), None)
    choices = LANGUAGES if name == "languages" else getattr(field, "choices", None) or ()
    return {str(value): str(label) for value, label in choices}
