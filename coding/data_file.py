"""The data file of a round: one row for each coding of each submission, and one for each submission without codings.

Its columns are explained in docs/coders.md. Rows are sorted by unit, coder, path of the code and passage, with the
adjudicated codes of a unit behind those of its coders: the same data give the same file.
"""

import heapq
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from itertools import groupby, islice
from typing import NamedTuple, cast

from django.core.exceptions import ValidationError
from django.db.models import F, IntegerField, Model, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Collate
from django.utils.translation import gettext as _

from accounts.models import User
from coding.adjudicated import FinalCode, final_codes
from coding.models import Adjudication, AlikeUnit, Coding, Round, Submission, TextUnit
from coding.selectors import codes_of
from exports.tables import Column, ColumnType, Table
from exports.tables import Value as Cell
from versions.pointing import group_and_reference, pointers

CHUNK = 1_000
# Marks a value that is not the key of a code. No key has a full stop.
OUTCOME_MARK = "."


class Layer(StrEnum):
    """Whose codes a row shows: a coder's, submitted; the adjudicated ones; a coder's, not submitted."""

    CODER = "coder"
    ADJUDICATED = "adjudicated"
    DRAFT = "draft"


# The layers of the file in which no layer was chosen. Drafts are never together with what was submitted.
SUBMITTED = (Layer.CODER, Layer.ADJUDICATED)

_N, _TRUTH, _TIME = ColumnType.WHOLE_NUMBER, ColumnType.TRUTH, ColumnType.TIME
COLUMNS = (
    Column("round", "Round", type=_N),
    Column("round_title", "Title of the round"),
    Column("codebook", "Codebook"),
    Column("codebook_version", "Version of the codebook", type=_N),
    Column("layer", "Layer", labels={"coder": "Coder", "adjudicated": "Adjudicated", "draft": "Draft"}),
    Column("unit", "Unit", type=_N),
    Column("source_kind", "Kind of source"),
    Column("source_key", "Key of source"),
    Column("dataset", "Dataset of the record"),
    Column("reference", "Reference of the record"),
    Column("withheld", "What is withheld from the reader"),
    Column("stands_for", "Units of the same campaign, for which this one was coded"),
    Column("stands_for_references", "References of their records"),
    Column("unit_title", "Title of the unit"),
    Column("language", "Language"),
    Column("text", "Text"),
    Column("length", "Length of the text", "characters", _N),
    Column("sha256", "SHA-256 of the text"),
    Column("coder", "Coder"),
    Column("submission", "Number of the submission", type=_N),
    Column("outcome", "Outcome", labels={value: str(value) for value in Submission.Outcome.values}),
    Column("value", "Code, or the outcome without codes"),
    Column("code", "Key of the code"),
    Column("code_name", "Name of the code"),
    Column("code_parents", "Keys of the codes above it"),
    Column("start", "Start of the passage", "characters", _N),
    Column("end", "End of the passage", "characters", _N),
    Column("quote", "Passage"),
    Column("certainty", "Certainty", labels={value: str(value) for value in Coding.Certainty.values}),
    Column("coding_memo", "Memo of the coding, or reason of the decision"),
    Column("memo", "Memo of the submission, or note of the adjudication"),
    Column("is_flagged", "Flagged for the lead coder", type=_TRUTH),
    Column("seconds", "Time from taking the unit to submitting it", "seconds", _N),
    Column("active_seconds", "Time in which the coder read or coded", "seconds", _N),
    Column("submitted_at", "Submitted, or settled", type=_TIME),
    Column("basis", "Why the unit is settled"),
)


class Made(NamedTuple):
    """What a row says besides its round, its unit and the words of its code. `code` is a primary key."""

    unit: int
    coder: str
    submission: int | None
    outcome: str
    code: int | None
    start: int | None
    end: int | None
    certainty: str
    coding_memo: str
    memo: str
    is_flagged: bool | None
    seconds: int | None
    active_seconds: int | None
    submitted_at: datetime | None
    layer: str = Layer.CODER
    basis: str = ""


class CodeWords(NamedTuple):
    """Key and name of a code, and the keys of the codes above it, from the top, joined by `/`."""

    key: str = ""
    name: str = ""
    parents: str = ""

    @property
    def path(self) -> str:
        return f"{self.parents}/{self.key}"


class UnitCells(NamedTuple):
    """The cells of a unit; its source is left empty where the reader may not see it."""

    source_kind: str
    source_key: str
    dataset: str
    reference: str
    withheld: str
    stands_for: str
    stands_for_references: str
    title: str
    language: str
    text: str
    length: int
    sha256: str


Words = Mapping[int | None, CodeWords]


def layer_of(text: str) -> Layer | None:
    """The layer of this name; None for no name. Raises ValidationError with the names that exist."""
    if text and text not in list(Layer):
        message = _("Allowed: %(layers)s.") % {"layers": ", ".join(Layer)}
        raise ValidationError({"layer": ValidationError(message, code="invalid_choice")})
    return Layer(text) if text else None


def name_of(coding_round: Round, layer: Layer | None) -> str:
    """The name of the file, without its ending."""
    return f"round-{coding_round.pk}-{layer or 'data'}"


def table_of(coding_round: Round, reader: User, layer: Layer | None = None) -> Table:
    """The rows of a round that this person may see: what was submitted and adjudicated, or one layer.

    Texts are those of units with such rows. It costs one statement, one more where there are adjudications, and a fixed
    number for each thousand rows.
    """
    words = _words_of(coding_round)
    layers = SUBMITTED if layer is None else (layer,)
    streams = [_read(one, coding_round, reader, words) for one in layers]
    rows = heapq.merge(*streams, key=lambda made: made.unit)
    return Table(COLUMNS, _cells(coding_round, rows, words, reader))


def _read(layer: Layer, coding_round: Round, reader: User, words: Words) -> Iterator[Made]:
    if layer == Layer.ADJUDICATED:
        return _adjudicated(coding_round, reader, words)
    rows = drafts_of(coding_round, reader) if layer == Layer.DRAFT else submitted_of(coding_round, reader)
    made = (Made._make((*values, layer, "")) for values in _tuples(rows))
    return _in_order_of_codes(made, words)


def _tuples(rows: QuerySet[Model]) -> Iterator[tuple[object, ...]]:
    """Rows of `values_list`, in flat memory."""
    return cast("Iterator[tuple[object, ...]]", rows.iterator(chunk_size=CHUNK))


def submitted_of(coding_round: Round, reader: User) -> QuerySet[Model]:
    """Rows of values, as `Made` has them: codings of standing submissions, and standing submissions without codings."""
    codings = Coding.objects.visible_to(reader).standing().filter(
        round_unit__round=coding_round,
        round_unit__submissions__coder=F("coder"),
        round_unit__submissions__withdrawal__isnull=True,
    )  # fmt: skip
    without = Submission.objects.visible_to(reader).standing().filter(round_unit__round=coding_round, codings=0)
    on_codings = _values(codings, **_of_coding(), **_of_submission("round_unit__submissions__"))
    return on_codings.union(_values(without, **_no_coding(), **_of_submission("")), all=True).order_by(
        "_unit", "_coder"
    )


def drafts_of(coding_round: Round, reader: User) -> QuerySet[Model]:
    """The same of codings that were not submitted: each may still be taken away."""
    codings = Coding.objects.visible_to(reader).standing().drafts().filter(round_unit__round=coding_round)
    return _values(codings, **_of_coding(), **_no_submission()).order_by("_unit", "_coder")


def _values(rows: QuerySet[Model], **columns: Combinable) -> QuerySet[Model]:
    """Rows of the columns, in the order of `Made`. Coders sort by code points, as Python sorts them."""
    place = {"unit": F("round_unit__unit"), "coder": Collate(F("coder__username"), "C")}
    named = {f"_{name}": (place | columns)[name] for name in Made._fields[:-2]}
    return rows.order_by().annotate(**named).values_list(*named)


def _of_coding() -> dict[str, Combinable]:
    own = {name: F(name) for name in ("start", "end", "certainty")}
    return {"code": F("code_id"), "coding_memo": F("memo"), **own}


def _no_coding() -> dict[str, Combinable]:
    number, text = Value(None, output_field=IntegerField()), Value("")
    return {"code": number, "start": number, "end": number, "certainty": text, "coding_memo": text}


def _of_submission(path: str) -> dict[str, Combinable]:
    names = ("outcome", "memo", "is_flagged", "seconds", "active_seconds", "submitted_at")
    return {"submission": F(f"{path}number"), **{name: F(f"{path}{name}") for name in names}}


def _no_submission() -> dict[str, Combinable]:
    absent = Value(None, output_field=IntegerField())
    numbers = ("submission", "is_flagged", "seconds", "active_seconds", "submitted_at")
    return {**dict.fromkeys(numbers, absent), "outcome": Value(""), "memo": Value("")}


def _in_order_of_codes(rows: Iterable[Made], words: Words) -> Iterator[Made]:
    """The codings of each coder and unit by path of the code and passage; those of a whole unit first."""
    for _place, group in groupby(rows, key=lambda made: (made.unit, made.coder)):
        yield from sorted(group, key=lambda made: _place_of(made, words))


def _place_of(made: Made, words: Words) -> tuple[str, int, int]:
    return words[made.code].path, -1 if made.start is None else made.start, made.end or 0


def _adjudicated(coding_round: Round, reader: User, words: Words) -> Iterator[Made]:
    settled = Adjudication.objects.visible_to(reader).filter(round_unit__round=coding_round, state="settled")
    rows = settled.select_related("round_unit").order_by("round_unit__unit").iterator(chunk_size=CHUNK)
    while chunk := list(islice(rows, CHUNK)):
        codes = final_codes(Adjudication.objects.filter(pk__in=[one.pk for one in chunk]))
        for adjudication in chunk:
            if adjudication.pk in codes:
                made = _final(adjudication, codes[adjudication.pk])
                yield from sorted(made, key=lambda one: _place_of(one, words))


def _final(adjudication: Adjudication, codes: Sequence[FinalCode]) -> Iterator[Made]:
    """A row for each final code, or one that says that none applies."""
    outcome = Submission.Outcome.CODED if codes else Submission.Outcome.NONE_APPLIES
    rows: Sequence[FinalCode | None] = codes or [None]
    for code in rows:
        yield Made(
            unit=adjudication.round_unit.unit_id,
            coder="",
            submission=None,
            outcome=outcome,
            code=code.code_id if code else None,
            start=code.start if code else None,
            end=code.end if code else None,
            certainty="",
            coding_memo=code.reason if code else "",
            memo=adjudication.note,
            is_flagged=None,
            seconds=None,
            active_seconds=None,
            submitted_at=adjudication.settled_at,
            layer=Layer.ADJUDICATED,
            basis=adjudication.basis,
        )


def _words_of(coding_round: Round) -> Words:
    """Words of the round's codes by primary key, and empty ones for no code."""
    codes = codes_of(coding_round.codebook_version)
    keys = {code.pk: code.key for code in codes}
    of_codes = {c.pk: CodeWords(c.key, c.name, "/".join(keys[pk] for pk in c.tree_path[:-1])) for c in codes}
    return {None: CodeWords(), **of_codes}


def _cells(coding_round: Round, rows: Iterable[Made], words: Words, reader: User) -> Iterator[list[Cell]]:
    version = coding_round.codebook_version
    of_round: list[Cell] = [coding_round.pk, coding_round.title, version.codebook.slug, version.number]
    source, others = iter(rows), AlikeUnit.objects.stands_for(coding_round.pk)
    while chunk := list(islice(source, CHUNK)):
        units = units_of({made.unit for made in chunk}, reader, others)
        for made in chunk:
            yield [*of_round, made.layer, made.unit, *units[made.unit], *_work(made, words, units[made.unit].text)]


def _work(made: Made, words: Words, text: str) -> list[Cell]:
    code = words[made.code]
    value = code.key or f"{OUTCOME_MARK}{made.outcome}"
    quote = "" if made.start is None else text[made.start : made.end]
    named = [made.coder, made.submission, made.outcome, value, *code]
    return [*named, made.start, made.end, quote, *made[7:14], made.basis]


def units_of(keys: Iterable[int], reader: User, others: Mapping[int, Sequence[int]]) -> dict[int, UnitCells]:
    """The units with these primary keys, with their sources where the person may see them.

    `others`: the units that one of these stands for. Their records are named where the person may see them.
    """
    rows = TextUnit.objects.filter(pk__in=keys).values_list(
        "pk", "source_kind", "source_key", "title", "language", "text", "sha256"
    )
    listed = list(rows)
    seen = pointers({(kind, key) for _pk, kind, key, *_rest in listed}, reader)
    named = _references_of({one for pk, *_rest in listed for one in others.get(pk, ())}, reader)
    found = {}
    for pk, kind, key, title, language, text, sha256 in listed:
        source = (key, *group_and_reference(kind, key), "") if (kind, key) in seen else ("", "", "", "source")
        alike = others.get(pk, ())
        campaign = (" ".join(map(str, alike)), " ".join(named[one] for one in alike if one in named))
        found[pk] = UnitCells(kind, *source, *campaign, title, language, text, len(text), sha256)
    return found


def _references_of(keys: Collection[int], reader: User) -> dict[int, str]:
    """The references of the records of these units that the person may see."""
    if not keys:
        return {}
    sources = {pk: (kind, key) for pk, kind, key in TextUnit.objects.filter(pk__in=keys).values_list(
        "pk", "source_kind", "source_key"
    )}  # fmt: skip
    seen = pointers(set(sources.values()), reader)
    return {pk: group_and_reference(*source)[1] for pk, source in sources.items() if source in seen}
