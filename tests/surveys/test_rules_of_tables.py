"""What the tables never hold, whoever writes them; and that published versions are frozen."""

from datetime import date, timedelta

import pytest
from django.db import Error, IntegrityError, transaction
from django.utils import timezone

from surveys.models import Answer, Choice, Item, QuestionnaireVersion, Response, Section
from tests.factories.surveys import make_published, make_questionnaire, make_response, make_wave


@pytest.fixture
def draft(ada, alpha):
    return make_questionnaire(ada, alpha).versions.get()


@pytest.fixture
def published(ada, alpha):
    return make_published(ada, alpha)


@pytest.fixture
def wave(ada, alpha):
    return make_wave(ada, alpha, occasions=2)


def refused(name, change):
    """The change breaks the constraint of this name."""
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        change()
    assert name in str(refusal.value)


ITEM_RULES = [
    ("item_has_a_list_iff_it_selects", "age", {"type": "select-one"}),
    ("item_has_a_list_iff_it_selects", "complained", {"choice_list": None}),
    ("item_has_a_list_iff_it_selects", "age", {"choice_filter": "1 = 1"}),
    ("item_has_a_calculation_iff_calculated", "calls", {"calculation": ""}),
    ("item_has_a_calculation_iff_calculated", "age", {"calculation": "1"}),
    ("only_a_question_has_rules_for_answers", "welcome", {"is_required": True}),
    ("item_offers_what_respondents_can_say", "age", {"offers": ["not-asked"]}),
    ("item_is_reversed_only_in_a_scale", "age", {"is_reversed": True}),
    ("item_name_is_unique_in_version", "age", {"name": "remark"}),
]


@pytest.mark.parametrize(("name", "item", "values"), ITEM_RULES)
def test_an_item_keeps_its_rules(draft, name, item, values):
    refused(name, lambda: draft.items.filter(name=item).update(**values))


def test_a_questionnaire_has_one_draft(draft):
    refused(
        "questionnaire_has_one_draft",
        lambda: QuestionnaireVersion.objects.create(
            questionnaire=draft.questionnaire, number=9, languages=["en"], default_language="en"
        ),
    )


def test_a_scale_names_how_many_answers_it_needs_when_its_policy_asks(draft):
    refused("scale_names_least_items_iff_its_policy_needs_them", lambda: draft.scales.update(missing_policy="at-least"))


def test_a_version_speaks_its_default_language(draft):
    refused(
        "version_default_language_is_one_of_its_languages",
        lambda: QuestionnaireVersion.objects.filter(pk=draft.pk).update(default_language="fr"),
    )


def test_a_version_is_published_by_someone_at_some_time(draft):
    refused(
        "version_published_at_and_by_iff_published",
        lambda: QuestionnaireVersion.objects.filter(pk=draft.pk).update(status="published"),
    )


@pytest.mark.parametrize("code", ["two words", "", "missing:refused"])
def test_a_code_has_no_blanks(draft, code):
    refused("code_has_no_blanks", lambda: Choice.objects.filter(code="web").update(code=code))


def test_parts_belong_to_one_version(ada, alpha, draft):
    other = make_questionnaire(ada, alpha, slug="other").versions.get()
    refused(
        "is in another version",
        lambda: draft.items.filter(name="age").update(section=other.sections.first()),
    )


FROZEN = [
    lambda v: v.items.filter(name="age").update(labels={"en": "Age"}),
    lambda v: v.items.filter(name="age").delete(),
    lambda v: v.sections.update(titles={}),
    lambda v: v.choice_lists.update(name="x"),
    lambda v: Choice.objects.filter(choice_list__version=v).update(labels={"en": "x"}),
    lambda v: Choice.objects.filter(choice_list__version=v).delete(),
    lambda v: v.scales.update(name="x"),
    lambda v: Section.objects.create(version=v, name="more", position=99),
    lambda v: Item.objects.create(
        version=v, section=v.sections.first(), position=99, name="more", type="text", labels={"en": "More"}
    ),
    lambda v: QuestionnaireVersion.objects.filter(pk=v.pk).update(titles={}),
    lambda v: QuestionnaireVersion.objects.filter(pk=v.pk).update(status="draft", published_at=None, published_by=None),
    lambda v: QuestionnaireVersion.objects.filter(pk=v.pk).delete(),
]


@pytest.mark.parametrize("change", FROZEN)
def test_a_published_version_is_frozen(published, change):
    with pytest.raises(Error), transaction.atomic():
        change(published)


def test_a_part_cannot_be_moved_into_a_published_version(ada, alpha, published):
    draft = make_questionnaire(ada, alpha, slug="other").versions.get()
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
        Section.objects.filter(version=draft, name="end").update(version=published, name="moved", position=98)


def test_a_draft_is_not_frozen(draft):
    for change in FROZEN[:4]:
        with transaction.atomic():
            if change is not FROZEN[3]:
                change(draft)


def test_a_wave_has_the_times_of_its_state(wave):
    rows = type(wave).objects.filter(pk=wave.pk)
    refused("wave_times_follow_its_state", lambda: rows.update(state="closed"))
    refused("wave_times_follow_its_state", lambda: rows.update(opened_at=None))
    refused("wave_has_an_occasion", lambda: rows.update(occasions=0))


def test_fieldwork_ends_after_it_starts(wave):
    rows = type(wave.fieldwork).objects.filter(pk=wave.fieldwork_id)
    refused("fieldwork_ends_after_it_starts", lambda: rows.update(ends_on=date(2026, 10, 1)))


def test_a_response_is_complete_at_some_time_after_it_started(ada, wave):
    rows = Response.objects.filter(pk=make_response(wave, ada).pk)
    refused("response_completed_at_iff_complete", lambda: rows.update(state="started"))
    refused("response_completed_at_iff_complete", lambda: rows.update(completed_at=None))
    early = timezone.now() - timedelta(days=2)
    refused("response_completed_at_iff_complete", lambda: rows.update(completed_at=early))
    refused("weight_is_not_negative", lambda: rows.update(weight=-1))


def test_a_respondent_answers_once_an_occasion(ada, wave):
    one = make_response(wave, ada, respondent="r1", occasion=1)
    two = make_response(wave, ada, respondent="r1", occasion=2)
    assert one.respondent_id == two.respondent_id
    refused("respondent_answers_once_an_occasion", lambda: Response.objects.filter(pk=two.pk).update(occasion=1))


ANSWER_RULES = [
    ("answer_is_one_value_or_a_kind_of_missing", {"text": "and a text"}),
    ("answer_is_one_value_or_a_kind_of_missing", {"number": None}),
    ("answer_is_one_value_or_a_kind_of_missing", {"missing": "refused"}),
    ("answer_has_a_known_kind_of_missing", {"number": None, "missing": "bored"}),
    ("chosen_codes_are_not_empty", {"number": None, "codes": []}),
]


@pytest.mark.parametrize(("name", "values"), ANSWER_RULES)
def test_an_answer_is_one_value_or_the_reason_for_none(ada, wave, name, values):
    answers = Answer.objects.filter(response=make_response(wave, ada), item__name="age")
    refused(name, lambda: answers.update(**values))
