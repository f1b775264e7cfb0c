"""Questionnaires, fieldwork, responses, and the open link."""

from accounts.roles import Role
from surveys.actions.questionnaires import start_draft
from surveys.actions.responses import start_response
from surveys.models import Item
from surveys.views import respond
from tests.factories.surveys import CONTENT, make_response, make_wave
from tests.permissions.line import Line, counted

# Makers of the owning organisation may; others who see the questionnaire are told that they may not.
MAKERS = "login 403 {0} 403 {0} {0} 403 403"
# What respondents said is for the owning organisation.
OWNERS = "login {0} {0} {0} {0} {0} {0} 404"
Q, DRAFT = "/questionnaires/{questionnaire}/", "/questionnaires/{questionnaire}/draft/"

LINES = [
    Line("GET", "/questionnaires/", "members:200"),
    Line("GET", "/questionnaires/new/", "login 403 200 403 200 200 403 200"),
    Line("POST", "/questionnaires/new/", "login 403 422 403 422 422 403 422"),
    Line("GET", Q, "members:200"),
    Line("GET", f"{Q}edit/", MAKERS.format(200)),
    Line("POST", f"{Q}edit/", MAKERS.format(303), body={"title": "New title", "access": "consortium"}),
    Line("GET", f"{Q}compare/", "members:200"),
    Line("GET", f"{Q}versions/1/", "members:200"),
    Line("GET", f"{Q}versions/1/codebook.csv", "members:200"),
    Line("GET", f"{Q}versions/1/responses.csv", OWNERS.format(200)),
    Line("GET", f"{Q}versions/1/counts/", OWNERS.format(200)),
    Line("GET", f"{Q}responses/", OWNERS.format(200)),
    Line("GET", f"{Q}responses/{{response}}/", OWNERS.format(200)),
    # the draft
    Line("GET", DRAFT, MAKERS.format(200)),
    Line("GET", f"{DRAFT}texts/", MAKERS.format(200)),
    Line("POST", f"{DRAFT}texts/", MAKERS.format(303), body={"languages": "en nl"}),
    Line("GET", f"{DRAFT}preview/", MAKERS.format(200)),
    Line("POST", f"{DRAFT}start/", MAKERS.format(303)),
    Line("POST", f"{DRAFT}publish/", MAKERS.format(303)),
    Line("POST", f"{DRAFT}discard/", MAKERS.format(303)),
    Line("GET", f"{DRAFT}xlsform/", MAKERS.format(200)),
    Line("POST", f"{DRAFT}xlsform/", MAKERS.format(422)),
    Line("GET", f"{DRAFT}sections/new/", MAKERS.format(200)),
    Line("POST", f"{DRAFT}sections/new/", MAKERS.format(303), body={"name": "more"}),
    Line("GET", f"{DRAFT}sections/{{section}}/", MAKERS.format(200)),
    Line("POST", f"{DRAFT}sections/{{section}}/", MAKERS.format(422)),
    Line("GET", f"{DRAFT}questions/", MAKERS.format(200)),
    Line("POST", f"{DRAFT}questions/", MAKERS.format(303), body={"text": "Have you complained?\n- Yes\n- No"}),
    Line("GET", f"{DRAFT}items/new/", MAKERS.format(200)),
    Line("POST", f"{DRAFT}items/new/", MAKERS.format(422)),
    Line("GET", f"{DRAFT}items/{{item}}/", MAKERS.format(200)),
    Line("POST", f"{DRAFT}items/{{item}}/", MAKERS.format(422)),
    Line("GET", f"{DRAFT}lists/new/", MAKERS.format(200)),
    Line("POST", f"{DRAFT}lists/new/", MAKERS.format(422)),
    Line("GET", f"{DRAFT}lists/{{list}}/", MAKERS.format(200)),
    Line("POST", f"{DRAFT}lists/{{list}}/", MAKERS.format(422)),
    Line("POST", f"{DRAFT}items/{{item}}/move/", MAKERS.format(303), body={"up": "1"}),
    Line("POST", f"{DRAFT}items/{{item}}/remove/", MAKERS.format(303)),
    # the field
    Line("GET", f"{Q}fieldworks/new/", MAKERS.format(200)),
    Line("POST", f"{Q}fieldworks/new/", MAKERS.format(303), body={"title": "Citizens 2027", "mode": "web"}),
    Line("GET", f"{Q}fieldworks/{{fieldwork}}/", MAKERS.format(200)),
    Line("POST", f"{Q}fieldworks/{{fieldwork}}/", MAKERS.format(422)),
    Line("GET", f"{Q}fieldworks/{{fieldwork}}/waves/new/", MAKERS.format(200)),
    Line("POST", f"{Q}fieldworks/{{fieldwork}}/waves/new/", MAKERS.format(422)),
    Line("POST", f"{Q}waves/{{wave}}/open/", MAKERS.format(303)),
    Line("POST", f"{Q}waves/{{wave}}/close/", MAKERS.format(303)),
    # respondents
    Line("GET", "/s/{key}/", "all:200"),
    Line("POST", "/s/{key}/", "all:303"),
    Line("GET", "/s/{key}/thanks/", "all:200"),
    Line("GET", "/s/{key}/{visit}/1/", "all:200"),
    Line("POST", "/s/{key}/{visit}/1/", "all:422"),
    Line("GET", "/s/{key}/{visit}/end/", "all:200"),
    Line("POST", "/s/{key}/{visit}/end/", "all:422"),
    # the API
    Line("GET", "/api/v1/questionnaires/", "all:200"),
    *counted("questionnaires"),
    Line("GET", "/api/v1/questionnaires/{questionnaire}/", "404 200 200 200 200 200 200 200"),
    Line("GET", "/api/v1/questionnaires/{questionnaire}/compare/", "404 200 200 200 200 200 200 200"),
    Line("GET", "/api/v1/waves/", "all:200"),
    Line("GET", "/api/v1/waves/{wave}/", "404 200 200 200 200 200 200 200"),
    Line("GET", "/api/v1/responses/", "all:200"),
    Line("GET", "/api/v1/responses/export/?format=csv", "all:200"),
    Line("GET", "/api/v1/responses/{response}/", "404 200 200 200 200 200 200 404"),
    Line(
        "POST",
        "/api/v1/responses/",
        "401 403 201 403 201 201 403 403",
        body=lambda world: {"wave": world["wave"], "answers": CONTENT},
    ),
    Line("GET", "/api/v1/survey-variables/", "all:200"),
    Line("GET", "/api/v1/survey-variables/{variable}/", "404 200 200 200 200 200 200 200"),
]


def world(cast):
    maker = cast[Role.DATA_MANAGER]
    wave = make_wave(maker, cast["alpha"])
    questionnaire = wave.fieldwork.questionnaire
    draft = start_draft(questionnaire=questionnaire, by=maker)
    response = make_response(wave, maker)
    return {
        "questionnaire": questionnaire.slug,
        "section": draft.sections.first().pk,
        "item": draft.items.get(name="age").pk,
        "list": draft.choice_lists.first().pk,
        "fieldwork": wave.fieldwork_id,
        "wave": wave.pk,
        "key": wave.key,
        "response": response.uuid,
        "visit": respond.token_of(start_response(wave=wave, language="en")),
        "variable": Item.objects.get(version=wave.version, name="age").pk,
    }
