"""What can be wrong with a row, as people read it. No database."""

import pytest

from imports.problems import ROW_PROBLEMS, described, sentence, title
from standards.translation import _English, gettext, translate_by
from tests.imports.sentences import is_sentence


@pytest.fixture
def shouting():
    """A language in which all is said loudly, to see what is translated."""

    class Loud(_English):
        def gettext(self, message):
            return (
                message.upper()
                .replace("{VALUE}", "{value}")
                .replace("{LABEL}", "{label}")
                .replace("{DETAIL}", "{detail}")
            )

    translate_by(Loud())
    yield
    translate_by(_English())


@pytest.mark.parametrize("code", ROW_PROBLEMS)
def test_every_problem_has_a_title_and_a_sentence(code):
    written = sentence(code, label="“topic”", value="a value", detail="a detail")

    assert title(code) == ROW_PROBLEMS[code][0]
    assert is_sentence(written)
    for name, shown in (("label", "“topic”"), ("value", "a value"), ("detail", "a detail")):
        assert (shown in written) is (f"{{{name}}}" in ROW_PROBLEMS[code][1])


def test_a_field_without_a_name_is_called_the_field():
    assert sentence("required") == sentence("required", label="The field")
    assert sentence("required", label="id") != sentence("required")
    assert sentence("not_a_date") == sentence("not_a_date", value="", detail="")


@pytest.mark.parametrize(("length", "shown"), [(200, "x" * 200), (201, "x" * 200 + "…")])
def test_a_long_value_is_cut_at_two_hundred_characters(length, shown):
    assert f"“{shown}”" in sentence("not_a_whole_number", value="x" * length)


def test_titles_and_sentences_are_in_the_language_of_the_reader(shouting):
    assert title("required") == gettext(ROW_PROBLEMS["required"][0]) == ROW_PROBLEMS["required"][0].upper()
    assert sentence("required").startswith("THE FIELD ")


def test_problems_are_described_with_their_sentences():
    found = [
        {"column": "day", "value": "soon", "code": "not_a_date", "detail": "2019-12-31"},
        {"column": "topic", "value": "x", "code": "unknown_choice", "detail": "a, b"},
    ]

    assert described(found) == [
        {"column": "day", "value": "soon", "code": "not_a_date",
         "message": sentence("not_a_date", label="day", value="soon", detail="2019-12-31")},
        {"column": "topic", "value": "x", "code": "unknown_choice",
         "message": sentence("unknown_choice", label="topic", value="x", detail="a, b")},
    ]  # fmt: skip
    assert "topic" in described(found)[1]["message"]
    assert described([]) == []
