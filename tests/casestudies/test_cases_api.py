"""Cases, events and contributions through the REST API."""

import pytest

from casestudies.actions.parts import add_part
from casestudies.models import CitizenRole
from tests.factories.casestudies import make_case_study, make_contribution, make_event, make_sector


@pytest.fixture
def call(api_client, token_for):
    def send(person, method, url, body=None, **headers):
        bearer = {"HTTP_AUTHORIZATION": f"Bearer {token_for(person)}"} if person else {}
        return getattr(api_client, method)(url, body, **bearer, **headers)

    return send


def slugs(answer):
    assert answer.status_code == 200, answer.content
    return {row["slug"] for row in answer.json()["results"]}


CASES = "/api/v1/case-studies/"


def test_each_sees_the_cases_their_place_lets_them_see(call, fay, rita, ada, charlie):
    draft = make_case_study(fay)
    consortium = make_case_study(fay, state="approved", reviewer=ada)
    public = make_case_study(fay, state="approved", reviewer=ada, access="public")
    restricted = make_case_study(fay, state="approved", reviewer=ada, access="restricted")
    shared = make_case_study(
        fay, state="approved", reviewer=ada, access="restricted", shared_with=[charlie.memberships.get().organisation]
    )
    withdrawn = make_case_study(fay, state="withdrawn", reviewer=ada, access="public")
    own = {c.slug for c in (draft, consortium, public, restricted, shared, withdrawn)}
    assert slugs(call(rita, "get", CASES)) == own
    assert slugs(call(charlie, "get", CASES)) == {consortium.slug, public.slug, shared.slug}
    assert slugs(call(None, "get", CASES)) == {public.slug}
    for hidden in (draft, restricted, withdrawn):
        assert call(charlie, "get", f"{CASES}{hidden.slug}/").status_code == 404
        assert call(charlie, "patch", f"{CASES}{hidden.slug}/", {"abstract": "x"}).status_code == 404


def test_a_case_is_created_with_its_slug_and_etag(call, fay, alpha):
    make_sector()
    body = {
        "working_title": "Gardens of the quarter",
        "country": "EE",
        "sector": "environment",
        "strands": ["co-creation"],
        "started_on": "2014-05-01",
        "started_precision": "month",
    }
    made = call(fay, "post", CASES, body)
    assert made.status_code == 201, made.content
    shown = made.json()
    assert shown["slug"] == "gardens-of-the-quarter"
    assert (shown["organisation"], shown["researcher"], shown["review_state"]) == (alpha.slug, "fay", "draft")
    assert made["Location"].endswith(f"{CASES}gardens-of-the-quarter/")


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"strands": ["sorcery"]}, "strands", "unknown_term"),
        ({"sector": "magic"}, "sector", "does_not_exist"),
        ({"country": "XX"}, "country", "invalid_choice"),
        ({"colour": "red"}, "colour", "unknown_member"),
        ({"review_state": "approved"}, "review_state", "not_settable"),
        ({"started_on": "2014-05-01"}, "", "invalid"),
    ],
)
def test_a_wrong_case_names_what_is_wrong(call, fay, change, field, code):
    answer = call(fay, "post", CASES, {"working_title": "A case", "country": "EE"} | change)
    assert answer.status_code == 400, answer.content
    assert (field, code) in [(e["field"], e["code"]) for e in answer.json()["errors"]]


def test_who_may_start_a_case(call, fay, ada, bob, cody, rita, charlie):
    body = {"working_title": "A case", "country": "EE"}
    assert [call(p, "post", CASES, body).status_code for p in (fay, ada, bob)] == [201] * 3
    assert [call(p, "post", CASES, body).status_code for p in (cody, rita)] == [403] * 2
    assert call(None, "post", CASES, body).status_code == 401
    assert call(charlie, "post", CASES, body | {"organisation": "alpha-university"}).status_code == 403


def test_a_stale_patch_is_409_and_changes_nothing(call, fay):
    url = f"{CASES}{make_case_study(fay).slug}/"
    etag = call(fay, "get", url)["ETag"]
    assert call(fay, "patch", url, {"abstract": "First"}, HTTP_IF_MATCH=etag).status_code == 200
    stale = call(fay, "patch", url, {"abstract": "Second"}, HTTP_IF_MATCH=etag)
    assert stale.status_code == 409
    assert stale.json()["differing"] == ["abstract"]
    assert (stale.json()["theirs"]["abstract"], stale.json()["mine"]["abstract"]) == ("First", "Second")
    assert call(fay, "get", url).json()["abstract"] == "First"


def test_states_are_reached_by_those_who_may(call, fay, ada):
    url = f"{CASES}{make_case_study(fay).slug}/"
    assert call(fay, "patch", url, {"review_state": "submitted"}).status_code == 200
    assert call(fay, "patch", url, {"review_state": "approved"}).status_code == 403
    assert call(ada, "patch", url, {"review_state": "verified"}).status_code == 400
    assert call(ada, "patch", url, {"review_state": "approved"}).json()["review_state"] == "approved"
    assert call(ada, "patch", url, {"review_state": "withdrawn"}).status_code == 400
    gone = {"review_state": "withdrawn", "withdrawn_because": "Asked for"}
    assert call(ada, "patch", url, gone).json()["review_state"] == "withdrawn"


def test_one_case_study_is_shown_with_its_parts(call, fay):
    case_study = make_case_study(fay)
    role = {"phase": "design", "group": "citizen", "part": "co-designer"}
    add_part(case_study=case_study, model=CitizenRole, values=role, by=fay)
    shown = call(fay, "get", f"{CASES}{case_study.slug}/").json()
    assert shown["roles"][0]["part"] == "co-designer"
    assert shown["completeness"] > 0


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("country=NL", 2),
        ("country__in=NL,DK", 3),
        ("strand=risk", 1),
        ("search=windmill", 1),
        ("organisation=alpha-university", 3),
        ("review_state=draft&country=DK", 1),
    ],
)
def test_filters_narrow(call, fay, query, found):
    make_case_study(fay, strands=["risk"])
    make_case_study(fay, working_title="The windmill")
    make_case_study(fay, country="DK")
    assert len(slugs(call(fay, "get", f"{CASES}?{query}"))) == found


def test_an_unknown_term_names_the_vocabulary(call, fay):
    answer = call(fay, "get", f"{CASES}?strand=sorcery")
    assert answer.status_code == 400
    assert "foresight" in answer.json()["detail"]


def test_the_list_of_cases_costs_the_same_however_long(api_client, token_for, fay, django_assert_max_num_queries):
    for _ in range(6):
        make_case_study(fay)
    bearer = {"HTTP_AUTHORIZATION": f"Bearer {token_for(fay)}"}
    api_client.get(CASES, **bearer)
    with django_assert_max_num_queries(6):
        assert len(slugs(api_client.get(CASES, **bearer))) == 6


EVENTS = "/api/v1/events/"


def test_an_event_is_created_changed_and_found(call, fay):
    case_study = make_case_study(fay)
    body = {
        "case_study": case_study.slug,
        "title": "Panel",
        "starts_at": "2026-11-20T09:00:00Z",
        "format": "citizens-panel",
    }
    made = call(fay, "post", EVENTS, body)
    assert made.status_code == 201, made.content
    number = made.json()["id"]
    deliberative = {
        "status": "held",
        "hours_together": "7.5",
        "selection": "stratified-random",
        "commissioned": True,
    }
    changed = call(fay, "patch", f"{EVENTS}{number}/", deliberative)
    assert changed.json()["is_deliberative"] is True
    found = call(fay, "get", f"{EVENTS}?case_study={case_study.slug}&is_deliberative=true&format=citizens-panel").json()
    assert [row["id"] for row in found["results"]] == [number]
    assert call(fay, "patch", f"{EVENTS}{number}/", {"time_zone": "Mars/Olympus"}).status_code == 400


def test_events_of_a_draft_are_hidden_from_strangers(call, fay, charlie):
    event = make_event(make_case_study(fay), fay)
    assert call(charlie, "get", EVENTS).json()["results"] == []
    assert call(charlie, "get", f"{EVENTS}{event.pk}/").status_code == 404
    assert call(charlie, "patch", f"{EVENTS}{event.pk}/", {"title": "x"}).status_code == 404


def test_strangers_read_a_published_event_and_do_not_change_it(call, fay, ada, charlie):
    event = make_event(make_case_study(fay, state="approved", reviewer=ada), fay)
    assert call(charlie, "get", f"{EVENTS}{event.pk}/").status_code == 200
    assert call(charlie, "patch", f"{EVENTS}{event.pk}/", {"title": "x"}).status_code == 403


CONTRIBUTIONS = "/api/v1/contributions/"


def test_a_contribution_is_put_in_answered_and_decided(call, fay):
    case_study = make_case_study(fay)
    event = make_event(case_study, fay)
    body = {"case_study": case_study.slug, "event": event.pk, "kind": "idea", "group": "citizen", "text": "Trees"}
    idea = call(fay, "post", CONTRIBUTIONS, body).json()
    reply = call(fay, "post", CONTRIBUTIONS, body | {"text": "Limes", "parent": idea["id"]}).json()
    assert reply["parent"] == idea["id"]
    url = f"{CONTRIBUTIONS}{idea['id']}/"
    assert call(fay, "patch", url, {"what_changed": "Planted"}).status_code == 400
    decision = {"decision": "partly", "decided_on": "2026-11-21", "response": "Ten", "what_changed": "Planted"}
    assert call(fay, "patch", url, decision).json()["decision"] == "partly"
    assert call(fay, "patch", url, {"parent": reply["id"]}).status_code == 400
    undecided = call(fay, "get", f"{CONTRIBUTIONS}?decided=false").json()["results"]
    assert [row["id"] for row in undecided] == [reply["id"]]


def test_a_contribution_cannot_move_to_another_case_study(call, fay):
    case_study, other = make_case_study(fay), make_case_study(fay)
    idea = make_contribution(case_study, fay)
    answer = call(fay, "patch", f"{CONTRIBUTIONS}{idea.pk}/", {"event": make_event(other, fay).pk})
    assert [e["code"] for e in answer.json()["errors"]] == ["other_case"]
