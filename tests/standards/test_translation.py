"""Files that know no Django say their sentences in the language of the reader, too."""

import importlib

import pytest
from django.utils import translation

from standards import translation as pure
from standards.translation import gettext, gettext_noop, ngettext
from tests.translating import in_brackets


def test_a_sentence_is_translated_by_the_registered_function():
    with in_brackets():
        assert gettext("%(count)s rows") == "[%(count)s rows]"
        assert [ngettext("one row", "many rows", number) for number in (1, 2)] == ["[one row]", "[many rows]"]


def test_a_marked_sentence_stays_as_it_is_until_it_is_shown():
    with in_brackets():
        assert gettext_noop("A row") == "A row"


@pytest.fixture
def without_translator():
    """The module as it is in a child process, where no function is registered."""
    importlib.reload(pure)
    yield
    pure.translate_by(translation)


def test_sentences_are_english_where_no_function_is_registered(without_translator):
    assert pure.gettext("A row") == "A row"
    assert [pure.ngettext("one row", "many rows", number) for number in (0, 1, 2)] == [
        "many rows", "one row", "many rows",
    ]  # fmt: skip


def test_django_translates_when_the_program_has_started():
    with translation.override("de"):
        assert gettext("Monday") == "Montag"
        assert gettext("Monday") == translation.gettext("Monday")
