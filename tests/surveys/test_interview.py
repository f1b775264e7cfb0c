"""Meeting a questionnaire: pages, relevance, what is refused and what is kept, without a database."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.answers_input import AnswerError, AnswerInput, field_name, missing_field_name
from surveys.definition import ChoiceDef, Definition, ItemDef, SectionDef
from surveys.interview import Interview, pages_of
from surveys.kinds import ItemType, Missing
from surveys.phrases import languages, phrases
from surveys.questions import questions_of
from surveys.validation import problems_of
from tests.factories.surveys import small_definition

TODAY = date(2026, 11, 24)
FORM = small_definition()


def interview(**answers):
    return Interview(FORM, TODAY, answers)


def sent(**values):
    return {field_name(name): list(value) if isinstance(value, list) else [value] for name, value in values.items()}


def test_the_small_questionnaire_is_sound():
    assert problems_of(FORM) == []


def test_a_page_ends_before_an_item_that_depends_on_it():
    names = [[item.name for item in page.items] for page in pages_of(FORM)]
    assert names == [
        ["welcome", "age", "complained"],
        ["ways"],
        ["call_minutes", "sent_on", "calls"],
        ["remark"],
    ]


def test_a_section_that_is_not_relevant_is_passed_over():
    meeting = interview(complained=AnswerInput(codes=("no",)))
    assert meeting.next_page(1).number == 4
    assert meeting.previous_page(4).number == 1


def test_a_relevant_section_comes_next():
    meeting = interview(complained=AnswerInput(codes=("yes",)))
    assert meeting.next_page(1).number == 2


def test_an_item_is_shown_only_when_relevant():
    meeting = interview(complained=AnswerInput(codes=("yes",)), ways=AnswerInput(codes=("web",)))
    assert [item.name for item in meeting.shown(meeting.page(3))] == ["sent_on"]


@pytest.mark.parametrize(
    ("name", "typed", "code"),
    [
        ("age", "", "required"),
        ("age", "old", "not-integer"),
        ("age", "12.5", "not-integer"),
        ("age", "12", "constraint"),
        ("age", "1_0", "not-integer"),
        ("age", "٣٣", "not-integer"),
        ("complained", "maybe", "unknown-choice"),
        ("complained", ["yes", "no"], "both"),
    ],
)
def test_what_does_not_fit_is_refused(name, typed, code):
    meeting = interview()
    checked = meeting.check_page(meeting.page(1), sent(**{"age": "40", "complained": "no", name: typed}))
    assert {k: r.code for k, r in checked.errors.items()} == {name: code}


def test_a_value_and_a_kind_of_missing_cannot_both_stand():
    meeting = interview()
    posted = sent(age="40", complained="no") | {missing_field_name("age"): ["refused"]}
    assert meeting.check_page(meeting.page(1), posted).errors["age"].code == "both"


def test_a_kind_of_missing_answers_a_required_item():
    meeting = interview()
    posted = {missing_field_name("age"): ["refused"], field_name("complained"): ["missing:refused"]}
    checked = meeting.check_page(meeting.page(1), posted)
    assert checked.errors == {}
    assert checked.answers == {"age": AnswerInput(missing="refused"), "complained": AnswerInput(missing="refused")}


def test_only_offered_kinds_of_missing_are_taken():
    meeting = interview()
    posted = sent(complained="no") | {missing_field_name("age"): ["dont-know"]}
    assert meeting.check_page(meeting.page(1), posted).errors["age"].code == "unknown-choice"


def test_a_choice_that_means_missing_keeps_its_code_beside_the_kind():
    meeting = interview()
    checked = meeting.check_page(meeting.page(1), sent(age="40", complained="dk"))
    assert checked.answers["complained"] == AnswerInput(codes=("dk",), missing="dont-know")


def test_decimal_commas_dates_and_several_choices_are_read():
    meeting = interview(complained=AnswerInput(codes=("yes",)), ways=AnswerInput(codes=("phone",)))
    checked = meeting.check_page(meeting.page(3), sent(call_minutes="12,5", sent_on="2026-11-24"))
    assert checked.answers["call_minutes"].number == Decimal("12.5")
    assert checked.answers["sent_on"].day == TODAY
    assert checked.errors == {}
    late = meeting.check_page(meeting.page(3), sent(sent_on="2026-11-25"))
    assert late.errors["sent_on"].code == "constraint"
    assert meeting.check_page(meeting.page(3), sent(sent_on="24-11-2026")).errors["sent_on"].code == "not-date"


def test_several_choices_come_in_the_order_of_the_list():
    meeting = interview(complained=AnswerInput(codes=("yes",)))
    checked = meeting.check_page(meeting.page(2), sent(ways=["desk", "phone"]))
    assert checked.answers["ways"].codes == ("phone", "desk")


def test_at_the_end_every_item_has_an_answer_or_a_reason():
    meeting = interview(
        age=AnswerInput(number=Decimal(40)), complained=AnswerInput(codes=("no",)), ways=AnswerInput(codes=("web",))
    )
    final = meeting.final()
    assert final["ways"] == AnswerInput(missing=Missing.NOT_ASKED), "an answer given before going back is not kept"
    assert final["calls"].missing == Missing.NOT_ASKED
    assert final["remark"].missing == Missing.NO_ANSWER
    assert "welcome" not in final


def test_a_calculation_is_an_answer():
    meeting = interview(complained=AnswerInput(codes=("yes",)), ways=AnswerInput(codes=("phone",)))
    assert meeting.final()["calls"] == AnswerInput(text="called")


def test_choices_follow_their_filter():
    towns = (
        ChoiceDef("a", {"en": "A"}, columns=({"region": "north"},)),
        ChoiceDef("b", {"en": "B"}, columns=({"region": "south"}, {"region": "north"})),
        ChoiceDef("c", {"en": "C"}, columns=({"region": "south"},)),
    )
    regions = (ChoiceDef("north", {"en": "N"}), ChoiceDef("south", {"en": "S"}))
    items = (
        ItemDef("region", ItemType.SELECT_ONE, {"en": "Region"}, choice_list="regions"),
        ItemDef("town", ItemType.SELECT_ONE, {"en": "Town"}, choice_list="towns", choice_filter="region = ${region}"),
    )
    form = Definition(
        ("en",), "en", sections=(SectionDef("s", items=items),), lists={"regions": regions, "towns": towns}
    )
    assert problems_of(form) == []
    meeting = Interview(form, TODAY, {"region": AnswerInput(codes=("north",))})
    assert [choice.code for choice in meeting.choices(items[1])] == ["a", "b"]
    assert meeting.check_page(meeting.page(2), {"q.town": ["c"]}).errors["town"].code == "unknown-choice"


def test_labels_speak_of_earlier_answers_by_their_label():
    items = (
        ItemDef("way", ItemType.SELECT_ONE, {"en": "Way?"}, choice_list="ways"),
        ItemDef("why", ItemType.TEXT, {"en": "Why ${way}?"}),
    )
    lists = {"ways": (ChoiceDef("p", {"en": "by phone"}),)}
    form = Definition(("en",), "en", sections=(SectionDef("s", items=items),), lists=lists)
    meeting = Interview(form, TODAY, {"way": AnswerInput(codes=("p",))})
    assert len(meeting.pages) == 2
    assert questions_of(meeting, meeting.page(2), "en")[0].label == "Why by phone?"


def test_questions_speak_the_asked_language_and_keep_what_was_typed():
    meeting = interview()
    errors = {"age": AnswerError("constraint")}
    questions = questions_of(meeting, meeting.page(1), "nl", posted=sent(age="7"), errors=errors)
    age = questions[1]
    assert (age.label, age.hint, age.value, age.error) == (
        "Hoe oud bent u?",
        "In jaren",
        "7",
        "Een leeftijd van 16 tot 110.",
    )
    assert age.described_by == "q-age-hint q-age-error"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"relevance": "${later} = 1"}, "does not exist"),
        ({"relevance": "${remark} = 'x'"}, "comes later"),
        ({"relevance": ". = 1"}, "only a constraint"),
        ({"constraint": "regex(., 'a')"}, "regex"),
        ({"constraint": "town = 1"}, "contains town"),
        ({"name": "remark"}, "used twice"),
        ({"name": "1st"}, "A name starts"),
        ({"labels": {}}, "no text"),
        ({"type": ItemType.SELECT_ONE, "choice_list": "none"}, "has no choices"),
        ({"labels": {"en": "Hello ${nobody}"}}, "does not exist"),
    ],
)
def test_what_cannot_be_asked_is_named(change, words):
    you = FORM.sections[0]
    broken = replace(you, items=(you.items[0], replace(you.items[1], **change), you.items[2]))
    form = replace(FORM, sections=(broken, *FORM.sections[1:]))
    assert any(words in str(problem) for problem in problems_of(form)), problems_of(form)


ANYTHING = st.lists(st.text(max_size=12) | st.sampled_from(["yes", "no", "dk", "40", "missing:refused"]), max_size=3)


@settings(max_examples=200)
@given(st.dictionaries(st.sampled_from(["q.age", "m.age", "q.complained", "m.complained"]), ANYTHING))
def test_no_post_makes_a_page_fall_over(posted):
    meeting = interview()
    checked = meeting.check_page(meeting.page(1), posted)
    kept = {name: answer for name, answer in checked.answers.items() if name not in checked.errors}
    after = interview(**kept)
    assert not set(after.unfinished()) & set(kept) - {name for name, g in kept.items() if g.is_empty}
    assert questions_of(after, meeting.page(1), "en", posted=posted, errors=checked.errors)
    assert set(after.final()) == {item.name for item in FORM.items() if item.type != ItemType.NOTE}


@pytest.mark.parametrize("language", languages())
def test_every_language_has_every_phrase(language):
    assert set(phrases(language)) == set(phrases("en"))
    assert all(phrases(language).values())
    assert phrases(language)["page"].format(page=1, pages=2)


def test_phrases_exist_in_the_languages_of_the_partners():
    assert languages()[0] == "en"
    assert {"nl", "da", "et", "es"} <= set(languages())


def test_an_unknown_language_gets_english_phrases():
    assert phrases("zh")["next"] == "Next"
    assert {phrases(language)["next"] for language in ("nl", "nl-BE", "nl-Latn-BE")} == {"Volgende"}
