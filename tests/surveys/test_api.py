"""Surveys in the REST API: who sees what, what is withheld, and entering responses."""

import uuid

import pytest

from surveys.actions.questionnaires import update_questionnaire
from tests.factories.surveys import COMPLAINED, CONTENT, make_questionnaire, make_response, make_wave


@pytest.fixture
def wave(ada, alpha):
    return make_wave(ada, alpha)


@pytest.fixture
def as_(api_client, token_for):
    class Caller:
        def __init__(self, person, scope="write"):
            self.headers = {"HTTP_AUTHORIZATION": f"Bearer {token_for(person, scope)}"} if person else {}

        def get(self, path):
            return api_client.get(f"/api/v1/{path}", **self.headers)

        def post(self, path, body):
            return api_client.post(f"/api/v1/{path}", body, format="json", **self.headers)

    return lambda person=None, scope="write": Caller(person, scope)


def slugs(answer):
    return [row["slug"] for row in answer.json()["results"]]


def test_questionnaires_are_listed_to_whom_they_are_visible(as_, ada, charlie, alpha, wave):
    make_questionnaire(ada, alpha, slug="draft")
    make_wave(ada, alpha, slug="open", access="public")
    make_wave(ada, alpha, slug="closed", access="restricted")
    assert sorted(slugs(as_(ada).get("questionnaires/"))) == ["closed", "complaints-and-you", "draft", "open"]
    assert sorted(slugs(as_(charlie).get("questionnaires/"))) == ["complaints-and-you", "open"]
    assert slugs(as_().get("questionnaires/")) == ["open"]
    assert as_(charlie).get("questionnaires/closed/").status_code == 404


def test_a_questionnaire_says_what_it_is(as_, ada, wave):
    body = as_(ada).get("questionnaires/complaints-and-you/").json()
    assert (body["organisation"], body["published_versions"], body["latest_version"], body["languages"]) == (
        "alpha-university",
        1,
        1,
        ["en", "nl"],
    )


def test_a_wave_withholds_link_and_counts_from_others(as_, ada, charlie, wave):
    make_response(wave, ada)
    own = as_(ada).get(f"waves/{wave.pk}/").json()
    assert (own["link"], own["started"], own["complete"], own["withheld"]) == (f"/s/{wave.key}/", 1, 1, [])
    assert own["fieldwork"]["population"] == "Residents of 16 and older"
    other = as_(charlie).get(f"waves/{wave.pk}/").json()
    assert (other["link"], other["started"], other["complete"]) == (None, None, None)
    assert other["withheld"] == ["link", "started", "complete"]
    assert other["fieldwork"]["title"] == "Citizens 2026"


def test_variables_carry_codes_labels_and_kinds_of_missing(as_, charlie, wave):
    rows = as_(charlie).get("survey-variables/?questionnaire=complaints-and-you").json()["results"]
    assert [row["name"] for row in rows] == ["age", "complained", "ways", "call_minutes", "sent_on", "calls", "remark"]
    complained = rows[1]
    assert complained["label"] == "Have you ever complained to your council?"
    assert complained["values"][2] == {
        "code": "dk",
        "labels": {"en": "Don't know", "nl": "Weet niet"},
        "value": None,
        "missing": "dont-know",
    }
    assert [r["name"] for r in as_(charlie).get("survey-variables/?search=hoe+oud").json()["results"]] == ["age"]


def test_a_response_is_entered_and_read_back(as_, fay, rita, wave):
    key = str(uuid.uuid4())
    made = as_(fay).post("responses/", {"wave": wave.pk, "uuid": key, "answers": COMPLAINED, "language": "nl"})
    assert made.status_code == 201, made.json()
    assert made["Location"].endswith(f"/api/v1/responses/{key}/")
    body = as_(rita).get(f"responses/{key}/").json()
    assert body["source"] == "api"
    assert body["answers"]["ways"] == {"value": ["phone", "desk"], "missing": None}
    assert body["answers"]["complained"] == {"value": "yes", "missing": None}
    assert body["answers"]["calls"] == {"value": "called", "missing": None}
    again = as_(fay).post("responses/", {"wave": wave.pk, "uuid": key, "answers": COMPLAINED})
    assert again.status_code == 409


def test_kinds_of_missing_are_entered_and_read_back(as_, fay, wave):
    body = as_(fay).post("responses/", {"wave": wave.pk, "answers": CONTENT}).json()
    assert body["answers"]["age"] == {"value": None, "missing": "refused"}
    assert body["answers"]["ways"] == {"value": None, "missing": "not-asked"}


@pytest.mark.parametrize(
    ("answers", "field", "code"),
    [
        ({"complained": "no"}, "answers.age", "required"),
        ({"age": 7, "complained": "no"}, "answers.age", "constraint"),
        ({"age": "old", "complained": "no"}, "answers.age", "not-integer"),
        ({"age": 30, "complained": "perhaps"}, "answers.complained", "unknown-choice"),
        ({"age": {"missing": "dont-know"}, "complained": "no"}, "answers.age", "unknown-choice"),
        ({"age": 30, "complained": "no", "nothing": 1}, "answers.nothing", "unknown-item"),
        ({"age": 30, "complained": "no", "ways": ["web"]}, "answers.ways", "not_asked"),
        ({"age": [30, 31], "complained": "no"}, "answers.age", "unknown-choice"),
        ({"age": True, "complained": "no"}, "answers.age", "unreadable"),
        ({"age": [{}], "complained": "no"}, "answers.age", "unreadable"),
    ],
)
def test_answers_meet_the_rules_of_the_questionnaire(as_, fay, wave, answers, field, code):
    refused = as_(fay).post("responses/", {"wave": wave.pk, "answers": answers})
    assert refused.status_code == 400
    assert (field, code) in [(error["field"], error["code"]) for error in refused.json()["errors"]]
    assert wave.responses.count() == 0


def test_only_makers_of_the_owner_enter_responses(as_, rita, charlie, fay, wave):
    body = {"wave": wave.pk, "answers": CONTENT}
    assert as_().post("responses/", body).status_code == 401
    assert as_(rita).post("responses/", body).status_code == 403
    assert as_(charlie).post("responses/", body).status_code == 403
    assert as_(fay, "read").post("responses/", body).status_code == 403
    assert as_(fay).post("responses/", {"wave": 0, "answers": {}}).status_code == 400


def test_responses_are_read_by_the_owner_only(as_, ada, charlie, alpha, wave):
    response = make_response(wave, ada)
    assert as_(charlie).get(f"responses/{response.uuid}/").status_code == 404
    assert as_(charlie).get("responses/").json()["results"] == []
    assert as_().get("responses/").json()["results"] == []


def test_responses_of_a_restricted_questionnaire_are_read_by_those_it_is_shared_with(as_, ada, charlie, alpha, beta):
    wave = make_wave(ada, alpha, access="restricted")
    response = make_response(wave, ada)
    assert as_(charlie).get(f"responses/{response.uuid}/").status_code == 404
    update_questionnaire(questionnaire=wave.version.questionnaire, by=ada, shared_with=[beta])
    assert as_(charlie).get(f"responses/{response.uuid}/").status_code == 200
    assert as_(charlie).get(f"waves/{wave.pk}/").json()["complete"] == 1


@pytest.mark.parametrize(
    "path",
    ["responses/?colour=red", "responses/?state=done", "waves/?state=ajar", "survey-variables/?type=song"],
)
def test_wrong_parameters_are_named(as_, ada, wave, path):
    answer = as_(ada).get(path)
    assert answer.status_code == 400
    assert "Allowed" in answer.json()["errors"][0]["message"]


def test_lists_keep_within_their_queries(as_, ada, wave, django_assert_max_num_queries):
    for _ in range(5):
        make_response(wave, ada)
    caller = as_(ada)
    for path in ("questionnaires/", "waves/", "responses/", "survey-variables/"):
        caller.get(path)
        with django_assert_max_num_queries(7):
            assert caller.get(path).status_code == 200
