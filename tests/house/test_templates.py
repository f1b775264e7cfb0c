"""Templates by their text: what holds for every page, also for one that no test opens."""

import re

from django.conf import settings

TEMPLATES = settings.BASE_DIR / "templates"
TABLE = re.compile(r"<table(?P<attributes>[^>]*)>(?P<head>.*?)</thead>", re.DOTALL)
# As many columns as fit beside each other on a phone of 390 px.
COLUMNS_ON_A_PHONE = 3


def test_a_wide_table_becomes_cards_on_a_phone():
    wide = [
        str(path.relative_to(TEMPLATES))
        for path in TEMPLATES.rglob("*.html")
        for table in TABLE.finditer(path.read_text())
        if table["head"].count('scope="col"') > COLUMNS_ON_A_PHONE and "stack" not in table["attributes"]
    ]

    assert wide == []


FIELD = re.compile(r"<(?:textarea|input)\b(?:[^<>]|<[^>]*>|{%.*?%}|{{.*?}})*?>", re.DOTALL)
# What is chosen and not typed, what no browser keeps, and a search, whose words are in the address of its page.
NOT_KEPT = re.compile(r'type="(?:hidden|checkbox|radio|file|submit|button|search|number|{% if question.is_single)')


def test_no_browser_keeps_what_is_typed_into_a_field():
    """Browsers write fields of text into the files from which they restore their windows (docs/adr/0120)."""
    kept = [
        f"{path.relative_to(TEMPLATES)}: {' '.join(field[0].split())[:80]}"
        for path in TEMPLATES.rglob("*.html")
        for field in FIELD.finditer(path.read_text())
        if not NOT_KEPT.search(field[0]) and "autocomplete" not in field[0]
    ]

    assert kept == []


# A line that begins with a comma has a space before it on the page.
LONE_COMMA = re.compile(r"^\s*\{% if [^%]*%\}[,;]", re.MULTILINE)


def test_no_comma_stands_alone_behind_a_line_break():
    alone = [
        str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html") if LONE_COMMA.search(path.read_text())
    ]

    assert alone == []
