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
