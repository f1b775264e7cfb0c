"""Questions typed as lines become questions, lists of choices and names; a draft is opened in one step."""

import pytest
from django.core.exceptions import ValidationError

from surveys.actions.question_lines import add_questions, publish_and_open
from surveys.actions.questionnaires import create_questionnaire
from surveys.question_lines import name_for, questions_in

TEXT = "Have you complained?\n- Yes\n- No\nAbout what?\nWould you again?\n- Yes\n- No"


@pytest.fixture
def questionnaire(fay, alpha):
    return create_questionnaire(title="Parks", slug="parks", organisation=alpha, by=fay, languages=["en"])


def test_choices_belong_to_the_question_above():
    assert [(each.text, each.choices) for each in questions_in(TEXT)] == [
        ("Have you complained?", ["Yes", "No"]),
        ("About what?", []),
        ("Would you again?", ["Yes", "No"]),
    ]


@pytest.mark.parametrize(
    ("text", "taken", "name"),
    [
        ("Do you like the park?", (), "do_you_like_the"),
        ("Do you like the park?", ("do_you_like_the",), "do_you_like_the_2"),
        ("Õppetöö", (), "oppetoo"),
        ("?", (), "question"),
        ("3 parks", (), "question"),
        ("Неизвестно", ("question",), "question_2"),
    ],
)
def test_a_name_is_made_from_the_first_words(text, taken, name):
    assert name_for(text, taken) == name


def test_lines_become_questions_that_share_a_list(questionnaire, fay):
    made = add_questions(questionnaire=questionnaire, text=TEXT, by=fay)

    assert [(item.name, item.type, item.labels["en"]) for item in made] == [
        ("have_you_complained", "select-one", "Have you complained?"),
        ("about_what", "text", "About what?"),
        ("would_you_again", "select-one", "Would you again?"),
    ]
    assert made[0].choice_list == made[2].choice_list
    assert [(row.code, row.labels["en"]) for row in made[0].choice_list.choices.all()] == [("yes", "Yes"), ("no", "No")]


def test_the_same_lines_again_get_names_of_their_own(questionnaire, fay):
    add_questions(questionnaire=questionnaire, text=TEXT, by=fay)
    made = add_questions(questionnaire=questionnaire, text=TEXT, by=fay)
    assert [item.name for item in made] == ["have_you_complained_2", "about_what_2", "would_you_again_2"]


def test_nothing_and_too_much_are_refused(questionnaire, fay):
    for text in ("\n \n", "Why?\n" * 201):
        with pytest.raises(ValidationError):
            add_questions(questionnaire=questionnaire, text=text, by=fay)
    assert not questionnaire.versions.get().items.exists()


def test_a_draft_is_published_and_open_in_one_step_and_its_link_is_shown(client_of, questionnaire, fay):
    add_questions(questionnaire=questionnaire, text=TEXT, by=fay)
    wave = publish_and_open(questionnaire=questionnaire, by=fay)

    assert (wave.is_open, wave.fieldwork.title, wave.version.number) == (True, "Parks", 1)
    page = client_of(fay).get("/questionnaires/parks/").content.decode()
    assert f"http://testserver/s/{wave.key}/" in page
    assert "data:image/svg+xml;base64," in page
    assert client_of(fay).get(f"/s/{wave.key}/").status_code == 200


def test_a_draft_with_a_problem_is_not_opened(questionnaire, fay):
    with pytest.raises(ValidationError):
        publish_and_open(questionnaire=questionnaire, by=fay)
    assert not questionnaire.fieldworks.exists()
