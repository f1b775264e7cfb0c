"""The search vectors of records without a language, and corrections of languages (docs/adr/0097)."""

from collections.abc import Sequence

from django.db import connection

from complaints import partitions
from imports.recipe import Batch

_TEXTS: tuple[str, ...] = ("subject", "narrative", "response")


def language_of(dataset_id: int) -> str:
    """The expression of the language of the dataset at the time of the statement."""
    return f"(SELECT d.language FROM imports_dataset d WHERE d.id = {int(dataset_id):d})"


def fallback_vector(dataset_id: int, row: str = "", language: str = "") -> str:
    """The expression of the search vector of a row without a language, in that of its dataset; NULL for other rows.

    row: the name of the row, with a point. language: an expression to use instead of the row's.
    """
    texts = ", ".join(f"{row}{name}" for name in _TEXTS)
    own = language or f"{row}language"
    # Nearly all rows have a language; a call for each would take 0.4 s of a million.
    return f"CASE WHEN {own} = '' THEN complaints_fallback_vector({own}, {language_of(dataset_id)}, {texts}) END"


class RecordSearch:
    """Implements `imports.recipe.TextSearch` for complaint records."""

    fields = _TEXTS

    def texts(self, dataset_id: int, most: int) -> list[str]:
        with connection.cursor() as cursor:
            if not partitions.is_attached(cursor, dataset_id):
                return []
            cursor.execute(
                f"SELECT coalesce(nullif(narrative, ''), nullif(subject, ''), response)"
                f" FROM {partitions.table_of(dataset_id)} ORDER BY md5(reference) LIMIT %s",
                [most],
            )
            return [text for (text,) in cursor.fetchall() if text]

    def read_again(self, dataset_id: int, *, rows_in: Sequence[str], after: int, most: int) -> Batch | None:
        with connection.cursor() as cursor:
            if not partitions.is_attached(cursor, dataset_id):
                return None
            table = partitions.table_of(dataset_id)
            new = f"CASE WHEN r.language = ANY(%(rows_in)s) THEN {language_of(dataset_id)} ELSE r.language END"
            cursor.execute(
                f"""
                WITH batch AS (
                  SELECT id FROM {table} WHERE id > %(after)s AND (language = '' OR language = ANY(%(rows_in)s))
                  ORDER BY id LIMIT %(most)s
                ), written AS (
                  UPDATE {table} r SET language = {new}, search_vector = {fallback_vector(dataset_id, "r.", new)},
                    updated_at = CASE WHEN r.language = {new} THEN r.updated_at ELSE statement_timestamp() END
                  FROM batch WHERE r.id = batch.id
                  RETURNING r.id, old.language <> new.language AS is_corrected
                )
                SELECT max(id), count(*), count(*) FILTER (WHERE is_corrected) FROM written
                """,
                {"rows_in": list(rows_in), "after": after, "most": most},
            )
            last, read, corrected = cursor.fetchone()
            if last is None:
                return None
            partitions.refresh(cursor, dataset_id, read)
            return Batch(last, read, corrected)
