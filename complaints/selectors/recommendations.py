"""Recommendations of records, each with the response of the body and its follow-ups."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from django.db.models import Q

from complaints.models import ComplaintRecord, FollowUp, Recommendation
from complaints.querysets import AccessScope
from complaints.record_columns import observation_of, recommendation_of, without_repeats
from complaints.selectors.references import KEY, NAMED, SOURCE, PartData, References, Row, source_of
from imports.models import PreviousVersion

# Columns that are needed of a record that is a recommendation itself.
NEEDED = (
    *KEY, "kind", "respondent", "narrative", "response", "received_on", "closed_on", "status_raw", "institution",
    "extra", "import_id", "source_record", "source_line",
)  # fmt: skip
_DETAILS = ("type", "priority", "made_on", "due_on", "criterion", "condition", "cause", "effect")
_RESPONSE = ("decision", "decision_raw", "reply", "promised_action", "responded_on")
_FOLLOW_UP = ("observed_on", "assessor", "scale", "raw_value", "value", "promised_action")
_TEXTS = ("text", "criterion", "condition", "cause", "effect")


def recommendations_of(
    rows: Sequence[Row], scope: AccessScope, stored: Collection[str]
) -> Mapping[int, list[PartData]]:
    """Record id to its recommendations, each with `response` and `follow_ups`. A record of the kind recommendation is
    the first of its own recommendations."""
    references = References(rows, scope, stored)
    found: dict[int, list[PartData]] = defaultdict(list)
    own = [row for row in rows if row["kind"] == ComplaintRecord.Kind.RECOMMENDATION]
    earlier = _earlier_versions(own) if "versions" in stored else {}
    for row, follow_ups in zip(own, _own_follow_ups(own, scope, earlier), strict=True):
        found[row["id"]].append(_of_record(row, follow_ups, scope))
    by_id: dict[int, PartData] = {}
    for part in _parts_of(references):
        by_id[part["id"]] = _of_part(part, scope)
        for record in references.records_of(part):
            found[record].append(by_id[part["id"]])
    _add_follow_ups(references, found, by_id)
    return found


def _parts_of(references: References) -> Iterable[Row]:
    """Recommendations that were loaded, or are stored with their record. Most records have none: nothing is built."""
    where = references.of_records("recommendations")
    if where is None:
        return ()
    columns = (*NAMED, "record_id", "reference", "addressee", "text", *_DETAILS, *_RESPONSE, *SOURCE)
    rows: Iterable[Row] = Recommendation.objects.filter(where).order_by("id").values(*columns)
    return rows


def _of_record(row: Row, follow_ups: list[PartData], scope: AccessScope) -> PartData:
    dataset = scope.datasets[row["dataset_id"]]
    source = [row["import_id"], row["source_record"], row["source_line"]]
    where: PartData = {"dataset": dataset.slug, "source": source}
    located = [follow_up | where for follow_up in follow_ups]
    return _withheld(recommendation_of(row) | where | {"follow_ups": located}, is_readable=dataset.is_readable)


def _of_part(part: Row, scope: AccessScope) -> PartData:
    shown = {name: part[name] for name in ("reference", "addressee", "text", *_DETAILS)}
    shown["response"] = {
        "decision": part["decision"], "decision_raw": part["decision_raw"], "text": part["reply"],
        "promised_action": part["promised_action"], "responded_on": part["responded_on"],
    }  # fmt: skip
    is_readable = scope.datasets[part["dataset_id"]].is_readable
    return _withheld(shown | source_of(part, scope) | {"follow_ups": []}, is_readable=is_readable)


def _withheld(shown: PartData, *, is_readable: bool) -> PartData:
    """The texts are null where their dataset withholds them from the person."""
    if is_readable:
        return shown
    return shown | dict.fromkeys(_TEXTS) | {"response": shown["response"] | {"text": None, "promised_action": None}}


def _earlier_versions(rows: Sequence[Row]) -> Mapping[int, list[Row]]:
    """Record id to its earlier versions, the first of them first."""
    earlier: dict[int, list[Row]] = defaultdict(list)
    datasets = {row["dataset_id"] for row in rows}
    versions = PreviousVersion.objects.filter(import_run__dataset__in=datasets, record_id__in=[r["id"] for r in rows])
    for pk, version in versions.order_by("import_run_id").values_list("record_id", "row"):
        earlier[pk].append(version)
    return earlier


def _own_follow_ups(rows: Sequence[Row], scope: AccessScope, earlier: Mapping[int, list[Row]]) -> list[list[PartData]]:
    """Follow-ups of records that are recommendations: what each earlier version and the present one report."""
    return [
        without_repeats(
            observation_of(version, scope.datasets[row["dataset_id"]].title)
            for version in (*earlier.get(row["id"], ()), row)
        )
        for row in rows
    ]


def _add_follow_ups(references: References, found: dict[int, list[PartData]], by_id: Mapping[int, PartData]) -> None:
    """Add each follow-up to the recommendations that it refers to, and sort them by the day of observation."""
    by_number: dict[str, list[PartData]] = defaultdict(list)
    for recommendation in {id(shown): shown for some in found.values() for shown in some}.values():
        by_number[recommendation["reference"]].append(recommendation)
    where = _condition(references, by_id, [number for number in by_number if number])
    if where is None:
        return
    columns = (*NAMED, "recommendation_id", "recommendation_reference", *_FOLLOW_UP, *SOURCE)
    for part in FollowUp.objects.filter(where).order_by("id").values(*columns):
        for recommendation in _followed(part, references, found, by_id, by_number):
            recommendation["follow_ups"].append(_follow_up(part, recommendation, references.scope))
    for recommendation in (shown for some in found.values() for shown in some):
        recommendation["follow_ups"].sort(key=lambda follow_up: follow_up["observed_on"] or date.min)


def _followed(
    part: Row,
    references: References,
    found: dict[int, list[PartData]],
    by_id: Mapping[int, PartData],
    by_number: Mapping[str, list[PartData]],
) -> list[PartData]:
    """The recommendations that a follow-up refers to."""
    scope = references.scope
    if part["recommendation_id"]:
        return [by_id[part["recommendation_id"]]]
    if part["recommendation_reference"]:
        group = {scope.datasets[pk].slug for pk in scope.linked(part["dataset_id"])}
        same_number = by_number.get(part["recommendation_reference"], ())
        return [recommendation for recommendation in same_number if recommendation["dataset"] in group]
    return [_only_one(found[record], part, scope) for record in references.records_of(part)]


def _condition(references: References, by_id: Mapping[int, PartData], numbers: Sequence[str]) -> Q | None:
    """The condition for follow-ups of these recommendations and records; None where there cannot be any."""
    datasets = [pk for pk, dataset in references.scope.datasets.items() if dataset.recipe == "follow-ups"]
    if not datasets and not by_id:
        return None
    where = Q(recommendation_id__in=by_id)
    if datasets:
        where |= Q(dataset_id__in=datasets, recommendation_reference__in=numbers)
        where |= references.loaded("follow-ups") or Q(pk__in=[])
    return where


def _only_one(recommendations: list[PartData], part: Row, scope: AccessScope) -> PartData:
    """The only recommendation of a record. Where it has several or none: an empty one, added to hold the follow-ups."""
    if len(recommendations) == 1:
        return recommendations[0]
    for shown in recommendations:
        if shown["text"] == "" and not shown["reference"]:
            return shown
    empty: PartData = dict.fromkeys(("reference", "addressee", "text", *_DETAILS), "")
    empty |= {"made_on": None, "due_on": None}
    response = dict.fromkeys(("decision", "decision_raw", "text", "promised_action"), "") | {"responded_on": None}
    empty |= {"response": response, "follow_ups": []} | source_of(part, scope)
    recommendations.append(empty)
    return empty


def _follow_up(part: Row, recommendation: PartData, scope: AccessScope) -> PartData:
    shown = {name: part[name] for name in _FOLLOW_UP}
    if part["dataset_id"] is None:
        # It is stored with the recommendation, and withheld with its text.
        if recommendation["text"] is None:
            shown["promised_action"] = None
        return shown | {"dataset": recommendation["dataset"], "source": recommendation["source"]}
    if not scope.datasets[part["dataset_id"]].is_readable:
        shown["promised_action"] = None
    return shown | source_of(part, scope)
