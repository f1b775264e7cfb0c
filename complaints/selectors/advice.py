"""Recommendations of records: their own, and those of tables about them, each with its response and its follow-ups."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Q

from complaints.models import ComplaintRecord, FollowUp, Recommendation
from complaints.own import observation_of, recommendation_of, series
from complaints.querysets import Sight
from complaints.selectors.naming import KEY, NAMED, SOURCE, Naming, Row, origin
from imports.models import PreviousVersion

# Columns of a record that its recommendation is made of.
NEEDED = (
    *KEY, "kind", "respondent", "narrative", "response", "received_on", "closed_on", "status_raw", "institution",
    "extra", "import_id", "source_record", "source_line",
)  # fmt: skip
_DETAILS = ("type", "priority", "made_on", "due_on", "criterion", "condition", "cause", "effect")
_RESPONSE = ("decision", "decision_raw", "reply", "promised_action", "responded_on")
_FOLLOW_UP = ("observed_on", "assessor", "scale", "raw_value", "value", "promised_action")
_TEXTS = ("text", "criterion", "condition", "cause", "effect")

Advice = dict[str, Any]


def recommendations_of(rows: Sequence[Row], sight: Sight) -> Mapping[int, list[Advice]]:
    """Record id to its recommendations, each with the response and the series of follow-ups. A record of the kind
    recommendation is the first of its own."""
    naming = Naming(rows, sight)
    found: dict[int, list[Advice]] = defaultdict(list)
    own = [row for row in rows if row["kind"] == ComplaintRecord.Kind.RECOMMENDATION]
    for row, follow_ups in zip(own, _own_series(own, sight), strict=True):
        found[row["id"]].append(_of_itself(row, follow_ups, sight))
    by_id: dict[int, Advice] = {}
    parts = Recommendation.objects.filter(naming.of_records("recommendations")).order_by("id")
    for part in parts.values(*NAMED, "record_id", "reference", "addressee", "text", *_DETAILS, *_RESPONSE, *SOURCE):
        by_id[part["id"]] = _of_part(part, sight)
        for record in naming.records_of(part):
            found[record].append(by_id[part["id"]])
    _add_follow_ups(naming, found, by_id, sight)
    return found


def _of_itself(row: Row, follow_ups: list[dict[str, Any]], sight: Sight) -> Advice:
    dataset = sight.datasets[row["dataset_id"]]
    source = [row["import_id"], row["source_record"], row["source_line"]]
    where: dict[str, Any] = {"dataset": dataset.slug, "source": source}
    steps = [step | where for step in follow_ups]
    return _withheld(recommendation_of(row) | where | {"follow_ups": steps}, is_readable=dataset.is_readable)


def _of_part(part: Row, sight: Sight) -> Advice:
    shown = {name: part[name] for name in ("reference", "addressee", "text", *_DETAILS)}
    shown["response"] = {
        "decision": part["decision"], "decision_raw": part["decision_raw"], "text": part["reply"],
        "promised_action": part["promised_action"], "responded_on": part["responded_on"],
    }  # fmt: skip
    is_readable = sight.datasets[part["dataset_id"]].is_readable
    return _withheld(shown | origin(part, sight) | {"follow_ups": []}, is_readable=is_readable)


def _withheld(shown: Advice, *, is_readable: bool) -> Advice:
    """Texts are null for whom the dataset they come from withholds them."""
    if is_readable:
        return shown
    return shown | dict.fromkeys(_TEXTS) | {"response": shown["response"] | {"text": None, "promised_action": None}}


def _own_series(rows: Sequence[Row], sight: Sight) -> list[list[dict[str, Any]]]:
    """What became of records that are recommendations, as earlier deliveries said and as the present one does."""
    if not rows:
        return []
    earlier: dict[int, list[Row]] = defaultdict(list)
    datasets = {row["dataset_id"] for row in rows}
    versions = PreviousVersion.objects.filter(import_run__dataset__in=datasets, record_id__in=[r["id"] for r in rows])
    for pk, version in versions.order_by("import_run_id").values_list("record_id", "row"):
        earlier[pk].append(version)
    return [
        series(
            observation_of(version, sight.datasets[row["dataset_id"]].title)
            for version in (*earlier.get(row["id"], ()), row)
        )
        for row in rows
    ]


def _add_follow_ups(naming: Naming, found: dict[int, list[Advice]], by_id: Mapping[int, Advice], sight: Sight) -> None:
    """Put each follow-up with what it names, and each series in the order of its days."""
    numbered: dict[str, list[Advice]] = defaultdict(list)
    for advice in {id(advice): advice for some in found.values() for advice in some}.values():
        numbered[advice["reference"]].append(advice)
    where = _follow_ups_of(naming, by_id, [number for number in numbered if number], sight)
    if where is None:
        return
    columns = (*NAMED, "recommendation_id", "recommendation_reference", *_FOLLOW_UP, *SOURCE)
    for part in FollowUp.objects.filter(where).order_by("id").values(*columns):
        if part["recommendation_id"]:
            followed: Iterable[Advice] = [by_id[part["recommendation_id"]]]
        elif part["recommendation_reference"]:
            group = {sight.datasets[pk].slug for pk in sight.joined(part["dataset_id"])}
            known = numbered.get(part["recommendation_reference"], ())
            followed = [advice for advice in known if advice["dataset"] in group]
        else:
            followed = [_only_one(found[record], part, sight) for record in naming.records_of(part)]
        for advice in followed:
            advice["follow_ups"].append(_step(part, advice, sight))
    for advice in (one for some in found.values() for one in some):
        advice["follow_ups"].sort(key=lambda step: step["observed_on"] or date.min)


def _follow_ups_of(naming: Naming, by_id: Mapping[int, Advice], numbers: Sequence[str], sight: Sight) -> Q | None:
    """What the follow-ups of these recommendations and records have in common; None where there can be none."""
    seen = [pk for pk, dataset in sight.datasets.items() if dataset.recipe == "follow-ups"]
    if not seen and not by_id:
        return None
    where = Q(recommendation_id__in=by_id)
    if seen:
        where |= Q(dataset_id__in=seen, recommendation_reference__in=numbers)
        where |= naming.loaded("follow-ups") or Q(pk__in=[])
    return where


def _only_one(advices: list[Advice], part: Row, sight: Sight) -> Advice:
    """The only recommendation of a record; where there are several or none, one of which just the follow-ups are
    known."""
    unknown = next((advice for advice in advices if advice["text"] == "" and not advice["reference"]), None)
    if len(advices) == 1:
        return advices[0]
    if unknown is None:
        empty: Advice = dict.fromkeys(("reference", "addressee", "text", *_DETAILS), "")
        empty |= {"made_on": None, "due_on": None}
        response = dict.fromkeys(("decision", "decision_raw", "text", "promised_action"), "") | {"responded_on": None}
        unknown = empty | {"response": response, "follow_ups": []} | origin(part, sight)
        advices.append(unknown)
    return unknown


def _step(part: Row, advice: Advice, sight: Sight) -> dict[str, Any]:
    step = {name: part[name] for name in _FOLLOW_UP}
    if part["dataset_id"] is None:
        return step | {"dataset": advice["dataset"], "source": advice["source"]}
    if not sight.datasets[part["dataset_id"]].is_readable:
        step["promised_action"] = None
    return step | origin(part, sight)
