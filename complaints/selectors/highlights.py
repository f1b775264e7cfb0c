"""The words of a search, marked in texts. Only for the rows of one page; the result is safe HTML."""

import json
from collections.abc import Sequence

from django.db import connection
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from complaints.models import ComplaintRecord
from complaints.querysets import AccessScope
from rest.search import CannotSearch, Part, read
from standards.search import EXTRACTS, GAP, START, STOP

_WHOLE = f'StartSel="{START}", StopSel="{STOP}", HighlightAll=true'

_SQL = """
SELECT r.id,
       search_headline(spoken, translate(subject, %(marks)s, ''), %(words)s, %(terms)s, %(whole)s),
       search_headline(spoken, translate(CASE WHEN dataset_id = ANY(%(readable)s)
                       THEN narrative || ' ' || response ELSE '' END, %(marks)s, ''),
                       %(words)s, %(terms)s, %(fragments)s)
FROM complaints_complaintrecord r JOIN imports_dataset d ON d.id = r.dataset_id,
     complaints_query_language(r.language, d.language, %(words)s, %(terms)s) spoken
WHERE r.id = ANY(%(ids)s) AND dataset_id = ANY(%(datasets)s)
"""

_TEXTS_SQL = """
SELECT search_headline(spoken, translate(body, %(marks)s, ''), %(words)s, %(terms)s, %(whole)s)
FROM unnest(%(texts)s) WITH ORDINALITY texts (body, place),
     complaints_query_language(
       %(language)s, (SELECT language FROM imports_dataset WHERE id = %(dataset)s), %(words)s, %(terms)s
     ) spoken
ORDER BY place
"""


def snippets(records: Sequence[ComplaintRecord], words: str, scope: AccessScope) -> dict[int, dict[str, SafeString]]:
    """Record id to its subject and an extract of its text, with matches in <mark>; withheld texts are not quoted."""
    if not records or not words.strip():
        return {}
    params: dict[str, str | list[int]] = {
        **_params(words),
        "fragments": EXTRACTS,
        "readable": scope.readable,
        "ids": [record.pk for record in records],
        "datasets": sorted({record.dataset_id for record in records}),
    }
    with connection.cursor() as cursor:
        cursor.execute(_SQL, params)
        return {pk: {"subject": marked(subject), "text": marked(text)} for pk, subject, text in cursor.fetchall()}


def highlighted(record: ComplaintRecord, words: str, *, with_text: bool) -> dict[str, SafeString]:
    """The whole subject and, with `with_text`, narrative and response of a record, with matches in <mark>."""
    names = ("subject", "narrative", "response") if with_text else ("subject",)
    params: dict[str, str | int | list[str]] = {
        **_params(words),
        "language": record.language,
        "dataset": record.dataset_id,
        "texts": [getattr(record, name) for name in names],
    }
    with connection.cursor() as cursor:
        cursor.execute(_TEXTS_SQL, params)
        return {name: marked(text) for name, (text,) in zip(names, cursor.fetchall(), strict=True)}


def _params(words: str) -> dict[str, str]:
    """What is marked; nothing for a search that is refused."""
    try:
        wanted = read(words).wanted
    except CannotSearch:
        wanted = Part("")
    return {
        "marks": START + STOP + GAP,
        "words": wanted.words,
        "terms": json.dumps(wanted.as_json()),
        "whole": _WHOLE,
    }


def marked(text: str) -> SafeString:
    """Escaped text with the characters around matches as elements."""
    safe = str(escape(text)).replace(START, "<mark>").replace(STOP, "</mark>").replace(GAP, " … ")
    return mark_safe(safe)  # noqa: S308 - escaped in the line above; the marks are ours alone
