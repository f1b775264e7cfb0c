"""SQL that turns a load into rows as in the source, without what must never be stored."""

import hashlib
import hmac
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.conf import settings

from imports.models import Import
from imports.personal.headers import kind_of
from imports.recipe import Load
from imports.work_tables import literal

# In the order of the SELECT below.
COLUMNS = (
    "dataset_id", "reference", "key", "values", "import_id", "source_record", "source_line", "content_hash", "is_due",
    "updated_at",
)  # fmt: skip
_BESIDE = ("reference", "extra")
# An identifier that is the name of a file means the stem of that name: 17.json is about 17.
ENDINGS = ("json", "html", "htm", "xml", "md", "txt")
_ENDING = rf"\.({'|'.join(ENDINGS)})$"


@dataclass(frozen=True, slots=True)
class Keeping:
    """key: the field that says what a row is about. people: the fields with names of people, which are stored as
    pseudonyms."""

    key: str = ""
    people: frozenset[str] = frozenset()


def select_rows(load: Load, keeping: Keeping) -> str:
    """A SELECT of the valid rows of a load with the columns of SourcedRow."""
    names = [name for name in load.values if name not in _BESIDE]
    cells = ", ".join(_cell(load, name, keeping.people) for name in names)
    fields = f"jsonb_strip_nulls(jsonb_object(ARRAY[{', '.join(map(literal, names))}]::text[], ARRAY[{cells}]::text[]))"
    reference = load.values["reference"]
    about = f"coalesce(nullif({load.values[keeping.key]}, ''), {reference})" if keeping.key else reference
    return f"""
        SELECT {load.dataset_id:d}, reference, regexp_replace(about, '{_ENDING}', '', 'i'), fields,
          {load.import_id:d}, record, line, md5(concat_ws(E'\\x1f', about, fields::text))::uuid, true,
          statement_timestamp()
        FROM (
          SELECT s.record, s.line, {reference} AS reference, {about} AS about,
            {fields} || jsonb_build_object('extra', {_extra(load)}) AS fields
          FROM {load.source} WHERE {load.good} OFFSET 0
        ) mapped
    """


def _cell(load: Load, name: str, people: Collection[str]) -> str:
    text = f"nullif(({load.values[name]})::text, '')"
    if name not in people:
        return text
    salt = hmac.new(settings.SECRET_KEY.encode(), f"{load.dataset_id}/{name}".encode(), hashlib.sha256).hexdigest()
    return f"'P-' || left(encode(sha256(convert_to('{salt}' || {text}, 'UTF8')), 'hex'), 10)"


def _extra(load: Load) -> str:
    """Columns that became no field, without those that hold names of people."""
    left_out = columns_of_people(load.import_id)
    extra = load.values["extra"]
    return f"({extra}) - ARRAY[{', '.join(map(literal, left_out))}]::text[]" if left_out else extra


def columns_of_people(import_id: int, used: Collection[str] = ()) -> list[str]:
    """Columns of the file that hold names of people, except those that became a field."""
    run = Import.objects.only("understanding").get(pk=import_id)
    columns: list[Mapping[str, object]] = run.understanding.get("columns", [])
    return [str(c["name"]) for c in columns if c["name"] not in used and _holds_names(c)]


def _holds_names(column: Mapping[str, object]) -> bool:
    values, examples = column.get("values"), column.get("examples")
    sample = list(values) if isinstance(values, dict) else list(examples) if isinstance(examples, list) else []
    return kind_of(str(column["name"]), sample[:500]) == "name"
