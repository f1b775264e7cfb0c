"""Templates write the same text as with Django's own nodes."""

from datetime import UTC, date, datetime
from decimal import Decimal
from enum import IntEnum

import pytest
from django.conf import settings
from django.db.models import TextChoices
from django.template import Context, Engine, engines
from django.template.base import VariableNode
from django.templatetags.i18n import BlockTranslateNode
from django.test import override_settings
from django.utils.functional import lazystr
from django.utils.safestring import SafeString
from hypothesis import given
from hypothesis import strategies as st

from lipse_site.quick_templates import QuickTranslation, QuickVariable


class Number(IntEnum):
    ONE = 1


class Word(TextChoices):
    AND = "a&b", "A & B"


class Quoting(str):
    def __html__(self):
        return "<b>itself</b>"


VALUES = [
    None, True, False, 0, -1, 1_234_567, 10**30, 1.5, 0.1 + 0.2, Decimal("12.50"), Decimal("0.0004"), Number.ONE,
    "", "a", "<a href='x'>\"&amp;</a>", SafeString("<b>"), Word.AND, Quoting("<i>"), lazystr("<lazy>"),
    lazystr(SafeString("<safe>")), date(2026, 3, 1), datetime(2026, 7, 1, 12, 30, tzinfo=UTC), b"<x>", ["<", 1],
    {"a": "&"}, object, "\N{LATIN SMALL LETTER E WITH ACUTE}\x00",
]  # fmt: skip
SOURCE = "{{ value }}|{% autoescape off %}{{ value }}{% endautoescape %}|{{ value|default:'<d>' }}|{{ nothing }}"


def of_django(source):
    return Engine(builtins=["django.templatetags.i18n"]).from_string(source)


def of_ours(source):
    loaders = [
        ("lipse_site.quick_templates.Loader", [("django.template.loaders.locmem.Loader", {"page.html": source})])
    ]
    return Engine(loaders=loaders, builtins=["django.templatetags.i18n"]).get_template("page.html")


PAIR = of_django(SOURCE), of_ours(SOURCE)


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_each_kind_of_value_is_written_as_django_writes_it(value):
    theirs, ours = (template.render(Context({"value": value})) for template in PAIR)
    assert ours == theirs
    assert type(ours) is type(theirs)


@given(st.text() | st.integers() | st.floats(allow_nan=False))
def test_any_text_and_number_is_written_as_django_writes_it(value):
    theirs, ours = (template.render(Context({"value": value})) for template in PAIR)
    assert ours == theirs


def test_whole_numbers_are_written_without_separators_as_the_settings_say():
    assert not settings.USE_THOUSAND_SEPARATOR
    with override_settings(USE_THOUSAND_SEPARATOR=False):
        assert of_ours("{{ n }}").render(Context({"n": 1_234_567})) == "1234567"


PHRASE = (
    "{% blocktranslate trimmed count n=rows|length with who=person %}One row\n of {{ who }}{% plural %}{{ n }}"
    " rows of {{ who }}, 100 %{% endblocktranslate %}"
)


def test_a_translated_phrase_is_the_same_each_time_it_is_written():
    theirs, ours = of_django(PHRASE), of_ours(PHRASE)
    for rows in ([1], [1, 2], [1], []):
        context = {"rows": rows, "person": "<Ada>"}
        assert ours.render(Context(context)) == theirs.render(Context(context))
    assert ours.render(Context({"rows": [1], "person": "<Ada>"})) == "One row of &lt;Ada&gt;"


@pytest.mark.parametrize("name", ["base.html", "casestudies/case_table.html", "casestudies/note_rows.html"])
def test_the_templates_of_the_site_are_quick(name):
    nodes = engines["django"].engine.get_template(name).nodelist
    assert {type(node) for node in nodes.get_nodes_by_type(VariableNode)} <= {QuickVariable}
    assert {type(node) for node in nodes.get_nodes_by_type(BlockTranslateNode)} <= {QuickTranslation}
    assert nodes.get_nodes_by_type((VariableNode, BlockTranslateNode))
