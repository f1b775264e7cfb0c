"""What a row says of one contribution."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TypeAlias

from django.db import connection
from django.utils import timezone

from casestudies.models import CoCreationEvent, Contribution
from casestudies.plain_text import plain_text
from casestudies.recipes.looking_up import case_of, event_of
from imports.models import Dataset, SourcedTarget
from imports.sourced.shape import Reported
from imports.sourced.target import Work

NAME = "contributions"
_AS_TOLD = ("kind", "language", "platform", "decision", "what_changed")
_DAYS = ("put_in_on", "decided_on")
# What rows call a case and an event, to the ids of both.
Known: TypeAlias = dict[tuple[str, str], tuple[int | None, int | None]]


class ContributionShape:
    """Implements `Shape`. Contributions are seen by whoever sees their case."""

    recipe = NAME
    model = Contribution
    label = "contributions"
    joins = False
    gathered: Sequence[str] = ()
    relations: Sequence[str] = ("parent_id",)
    together: Sequence[Sequence[str]] = (("decision", "decided_on", "response", "what_changed", "outcome_id"),)
    own: Sequence[str] = ("version", "created_at", "updated_at", "updated_by_id")
    fields_of: Mapping[str, str] = {
        "parent_id": "parent", "case_study_id": "case_study", "event_id": "event", "pseudonym": "author",
        "response": "answer",
    }  # fmt: skip

    def known(self, told: Sequence[Reported], work: Work) -> Known:
        """Case and event by what rows call them: (case, event) to the ids of both."""
        pairs = {(one.fields.get("case_study", ""), one.fields.get("event", "")) for one in told}
        cases = case_of("asked.name", work.dataset.pk)
        found: Known = {}
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT name, event, case_study_id, {event_of('event', 'case_study_id', work.dataset.pk)} FROM ("
                f" SELECT name, event, {cases} AS case_study_id"
                " FROM unnest(%s::text[], %s::text[]) asked (name, event) OFFSET 0) cases",
                [[case_study for case_study, _ in pairs], [event for _, event in pairs]],
            )
            for name, event, case_study_id, event_id in cursor.fetchall():
                found[name, event] = (case_study_id, event_id)
        alone = [
            event_id for case_study_id, event_id in found.values() if case_study_id is None and event_id is not None
        ]
        case_by_event = dict(CoCreationEvent.objects.filter(pk__in=alone).values_list("pk", "case_study_id"))
        return {
            pair: (case_study or case_by_event.get(event or 0), event) for pair, (case_study, event) in found.items()
        }

    def values_of(self, told: Reported, known: Known) -> dict[str, object]:
        fields = told.fields
        case_study_id, event_id = known[fields.get("case_study", ""), fields.get("event", "")]
        parts = [plain_text(fields.get(name, "")) for name in ("title", "text")]
        values: dict[str, object] = {name: fields[name] for name in _AS_TOLD if name in fields}
        values |= {"text": "\n\n".join(filter(None, parts)), "group": fields.get("group", "citizen")}
        values |= {name: date.fromisoformat(fields[name]) for name in _DAYS if name in fields}
        if "answer" in fields:
            values["response"] = plain_text(fields["answer"])
        if "author" in fields:
            values["pseudonym"] = fields["author"]
        if case_study_id is not None:
            values["case_study_id"] = case_study_id
        if event_id is not None:
            values["event_id"] = event_id
        return values

    def find(self, told: Sequence[Reported], work: Work) -> Mapping[str, Contribution]:
        return {}

    def new(self, told: Reported, work: Work) -> Contribution:
        return Contribution(updated_by=work.by)

    def making(self, things: Sequence[Contribution], work: Work) -> None:
        """Contributions are known by their number."""

    def made(self, things: Sequence[Contribution], work: Work) -> None:
        """Nothing beside their row."""

    def mark_changed(self, thing: Contribution, work: Work) -> None:
        thing.version += 1
        thing.updated_at = timezone.now()
        thing.updated_by = work.by

    def related(
        self, told: Mapping[str, Reported], things: Mapping[str, Contribution], work: Work
    ) -> Mapping[str, dict[str, object]]:
        """Parents of the same case, first of the dataset itself, then of those it is joined with."""
        wanted = {key: one.fields["parent"] for key, one in told.items() if "parent" in one.fields}
        candidates = _candidates(set(wanted.values()), work.dataset)
        found: dict[str, int] = {}
        for key, parent in wanted.items():
            kind = told[key].fields.get("parent_kind", "")
            fits = [
                one.pk
                for one in candidates.get(parent, ())
                if one.case_study_id == things[key].case_study_id
                and one.pk != things[key].pk
                and (not kind or one.kind == kind)
            ]
            if fits:
                found[key] = fits[0]
        ringed = _in_rings({things[key].pk: parent for key, parent in found.items()})
        return {key: {"parent_id": parent} for key, parent in found.items() if things[key].pk not in ringed}

    def blocking(self, ids: Sequence[int]) -> Sequence[tuple[str, str, int]]:
        return ()


def _candidates(references: set[str], dataset: Dataset) -> dict[str, list[Contribution]]:
    """Contributions by reference, those of the dataset itself first."""
    datasets, above = [dataset.pk], dataset.linked_with
    while above is not None and above.recipe == NAME:
        datasets.append(above.pk)
        above = above.linked_with
    nouns = SourcedTarget.objects.filter(recipe=NAME, dataset__in=datasets, key__in=references)
    pairs = sorted(nouns.values_list("dataset", "key", "target_id"), key=lambda pair: datasets.index(pair[0]))
    things = Contribution.objects.only("case_study_id", "kind").in_bulk([target for _, _, target in pairs])
    found: dict[str, list[Contribution]] = {}
    for _, key, target in pairs:
        if target in things:
            found.setdefault(key, []).append(things[target])
    return found


def _in_rings(parents: dict[int, int]) -> set[int]:
    """Those that would answer themselves by way of others."""
    links, asked = dict(parents), set(parents.values()) - set(parents)
    while asked:
        rows = Contribution.objects.filter(pk__in=asked, parent__isnull=False).values_list("pk", "parent_id")
        fresh = dict(rows)
        links |= fresh
        asked = set(fresh.values()) - set(links)
    ringed = set()
    for start in parents:
        seen, at = {start}, links.get(start)
        while at is not None and at not in seen:
            seen.add(at)
            at = links.get(at)
        if at == start:
            ringed.add(start)
    return ringed
