"""Files that know no Django say their sentences in the language of the reader, too."""

import importlib

import pytest
from django.utils import translation

from standards import translation as pure
from standards.translation import gettext, gettext_noop, ngettext, translate_by


class Shouting:
    """A language for tests."""

    def gettext(self, message):
        return message.upper()

    def ngettext(self, singular, plural, number):
        return self.gettext(singular if number == 1 else plural)


@pytest.fixture
def shouting():
    translate_by(Shouting())
    yield
    translate_by(translation)


def test_a_sentence_is_translated_by_whoever_was_named(shouting):
    assert gettext("%(count)s rows") == "%(COUNT)S ROWS"
    assert [ngettext("one row", "many rows", number) for number in (1, 2)] == ["ONE ROW", "MANY ROWS"]


@pytest.fixture
def untold():
    """The module as it is in a child process, where nobody named a translator."""
    importlib.reload(pure)
    yield
    pure.translate_by(translation)


def test_sentences_are_english_where_nobody_named_a_translator(untold):
    assert pure.gettext("A row") == "A row"
    assert [pure.ngettext("one row", "many rows", number) for number in (0, 1, 2)] == [
        "many rows", "one row", "many rows",
    ]  # fmt: skip


def test_a_marked_sentence_stays_as_it_is_until_it_is_shown(shouting):
    assert gettext_noop("A row") == "A row"


def test_django_translates_when_the_program_has_started():
    with translation.override("de"):
        assert gettext("Monday") == "Montag"
        assert gettext("Monday") == translation.gettext("Monday")
