"""A sentence that a worker stores is read in the language of whoever asks for it."""

import json
import re

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from standards.sentences import SentenceDecoder, SentenceEncoder, SentenceField, read, stored
from standards.translation import Sentence, gettext, ngettext, together, translate_by


class Shouting:
    """A language for tests: what English says, in capitals; placeholders stay."""

    def gettext(self, message):
        return re.sub(r"(%\(\w+\)s)|.", lambda match: match[1] or match[0].upper(), message)

    def ngettext(self, singular, plural, number):
        return self.gettext(singular if number == 1 else plural)


@pytest.fixture
def shouting():
    def on():
        translate_by(Shouting())

    yield on
    translate_by(translation)


def moved(sentence):
    """Through the JSON of the database and back."""
    return json.loads(json.dumps(sentence, cls=SentenceEncoder), cls=SentenceDecoder)


def test_a_stored_sentence_is_translated_when_it_is_read(shouting):
    column = stored(gettext("No file %(name)s") % {"name": "a.csv"})
    assert read(column) == "No file a.csv"
    shouting()
    assert read(column) == "NO FILE a.csv"


def test_the_form_for_the_number_is_chosen_when_it_is_read(shouting):
    columns = [stored(ngettext("%(rows)s row", "%(rows)s rows", n) % {"rows": n}) for n in (1, 2)]
    shouting()
    assert [read(column) for column in columns] == ["1 ROW", "2 ROWS"]


def test_sentences_within_a_sentence_are_translated_too(shouting):
    inner = [gettext("one thing"), gettext("another")]
    column = stored(gettext("First %(name)s") % {"name": inner})
    assert read(column) == "First one thing, another"
    shouting()
    assert read(column) == "FIRST ONE THING, ANOTHER"


def test_sentences_in_lists_and_objects_are_translated(shouting):
    finding = {"code": "odd", "sentence": gettext("Odd"), "columns": ["Odd"], "count": 3, "examples": [{"line": None}]}
    shouting()
    assert moved([finding]) == [finding | {"sentence": "ODD"}]


def test_sentences_one_after_the_other_stay_sentences(shouting):
    column = stored(together([gettext("No."), "Plain.", gettext("Yes.")]))
    assert read(column) == "No. Plain. Yes."
    shouting()
    assert read(column) == "NO. Plain. YES."


def test_a_sentence_made_in_another_language_is_translated_within_a_sentence(shouting):
    early = gettext("thing")
    shouting()
    assert gettext("%(name)s") % {"name": early} == "THING"
    assert early.translated() == "THING"


@pytest.mark.parametrize("text", ["", "As typed", '{"msgid": "x"}', "100 %", "%(name)s"])
def test_what_a_person_wrote_is_stored_as_it_is(text):
    assert stored(text) == text
    assert read(stored(text)) == text


def test_no_person_can_write_what_would_be_read_as_a_sentence():
    forged = stored(gettext("%(name)s") % {"name": 1})
    assert not read(stored(str.__str__(forged))).startswith("\x1e")
    assert read(stored(str.__str__(forged))) == forged.removeprefix("\x1e")


def test_values_that_are_no_json_are_stored_as_they_are_shown():
    sentence = gettext("Because of %(name)s") % {"name": ValueError("this")}
    assert read(stored(sentence)) == "Because of this"


def test_values_are_named():
    with pytest.raises(TypeError):
        gettext("%s rows") % 3


def test_a_field_stores_sentences_text_and_nothing():
    field = SentenceField()
    assert field.get_prep_value(None) is None
    assert field.from_db_value(None, None, None) is None
    assert field.from_db_value(field.get_prep_value(gettext("A row")), None, None) == "A row"
    assert isinstance(field.from_db_value(field.get_prep_value(gettext("A row")), None, None), Sentence)


TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))


@given(st.recursive(TEXT | st.integers(), lambda inner: st.lists(inner, max_size=3), max_leaves=5), st.integers(0, 3))
def test_every_value_is_read_as_it_was_stored(value, number):
    sentence = ngettext("%(rows)s row of %(name)s", "%(rows)s rows of %(name)s", number) % {
        "rows": number,
        "name": value,
    }
    assert read(stored(sentence)) == sentence
    assert read(stored(read(stored(sentence)))) == sentence


@given(TEXT)
def test_text_that_no_program_wrote_never_becomes_a_sentence(text):
    assert not isinstance(read(stored(text)), Sentence)
    assert read(stored(text)) == text.lstrip("\x1e")
