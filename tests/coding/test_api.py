"""The REST API of coding."""

from uuid import uuid4

import pytest

from coding.actions import codings, queue, rounds
from coding.actions.codings import NewCoding
from coding.models import Assignment, Code, Coding, SubmissionWithdrawal
from tests.factories.coding import code, make_codebook, make_round

pytestmark = pytest.mark.django_db
API = "/api/v1"


@pytest.fixture
def book(bob):
    return make_codebook(bob)


@pytest.fixture
def running(bob, cody, book):
    return make_round(bob, [bob, cody], book=book, coders_per_unit=2)


@pytest.fixture
def as_(api_client, token_for):
    """`as_(cody)` is the API as Cody calls it."""
    tokens = {}

    def sign(person):
        tokens.setdefault(person.pk, token_for(person))
        api_client.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens[person.pk]}")
        return api_client

    return sign


def test_the_next_unit_is_leased_by_post_and_shown_by_get(as_, cody, running):
    api = as_(cody)
    assert api.get(f"{API}/assignments/next/").status_code == 404
    taken = api.post(f"{API}/assignments/next/", {"round": running.pk})
    assert taken.status_code == 200
    body = taken.json()
    assert body["state"] == "started"
    assert body["unit"]["text"].startswith("The council answered")
    assert body["unit"]["context"] == {"Office": "Fictional office"}
    assert api.get(f"{API}/assignments/next/").json()["id"] == body["id"]
    assert api.get(f"{API}/assignments/{body['id']}/").json()["id"] == body["id"]


def test_codings_are_posted_retracted_and_the_unit_is_submitted(as_, cody, book, running):
    api = as_(cody)
    assignment = api.post(f"{API}/assignments/next/", {}).json()["id"]
    body = {"assignment": assignment, "code": code(book, "delay").pk, "start": 0, "end": 11, "uuid": str(uuid4())}
    made = api.post(f"{API}/codings/", body)
    assert made.status_code == 201
    assert made.json()["code_key"] == "delay"
    assert api.post(f"{API}/codings/", body).json()["id"] == made.json()["id"]
    back = api.delete(f"{API}/codings/{made.json()['id']}/")
    assert back.json()["retracts"] == made.json()["id"]
    assert Coding.objects.count() == 2
    refused = api.post(f"{API}/assignments/{assignment}/submission/", {"outcome": "coded"})
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["code"] == "no_codings"
    done = api.post(f"{API}/assignments/{assignment}/submission/", {"outcome": "none-applies"})
    assert done.status_code == 201
    assert api.get(f"{API}/assignments/{assignment}/submission/").json()["outcome"] == "none-applies"
    late = api.post(f"{API}/codings/", body | {"uuid": str(uuid4())})
    assert (late.status_code, late.json()["errors"][0]["code"]) == (400, "submitted")


def test_an_empty_queue_is_204(as_, cody, bob, book):
    running = make_round(bob, [cody], book=book, texts=1)
    codings.submit(assignment=queue.take_next(by=cody), outcome="unsure", by=cody)
    assert as_(cody).post(f"{API}/assignments/next/", {"round": running.pk}).status_code == 204


@pytest.mark.parametrize("body", [{"round": 0}, {"round": "x"}, {"rounds": 1}])
def test_a_wrong_body_is_a_problem_document(as_, cody, running, body):
    answer = as_(cody).post(f"{API}/assignments/next/", body)
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"


def test_work_of_others_is_404_while_a_blind_round_is_open(as_, bob, cody, charlie, book, running):
    assignment = queue.take_next(by=bob)
    made = codings.apply_code(assignment=assignment, coding=NewCoding(code=code(book, "delay")), by=bob)
    for person in (cody, charlie):
        api = as_(person)
        assert api.get(f"{API}/codings/").json()["results"] == []
        assert api.get(f"{API}/codings/{made.pk}/").status_code == 404
        assert api.delete(f"{API}/codings/{made.pk}/").status_code == 404
        assert api.get(f"{API}/assignments/{assignment.pk}/").status_code == 404
        assert api.post(f"{API}/assignments/{assignment.pk}/submission/", {"outcome": "unsure"}).status_code == 404
        foreign = {"assignment": assignment.pk, "code": code(book, "rude").pk}
        assert api.post(f"{API}/codings/", foreign).status_code == 404
    assert as_(charlie).get(f"{API}/rounds/{running.pk}/").status_code == 404
    assert as_(charlie).post(f"{API}/assignments/next/", {"round": running.pk}).status_code == 404
    rounds.close_round(coding_round=running, by=bob)
    assert as_(cody).get(f"{API}/codings/{made.pk}/").json()["coder"] == "bob"


def test_codebooks_codes_and_rounds_are_read(as_, cody, bob, book, running):
    api = as_(cody)
    shown = api.get(f"{API}/codebooks/{book.slug}/").json()
    assert (shown["version"], shown["codes"], shown["organisation"]) == (1, 4, "alpha-university")
    codes = api.get(f"{API}/codes/", {"codebook": book.slug, "version": 1, "is_codable": "true"}).json()["results"]
    assert {c["key"] for c in codes} == {"delay", "no-reply", "rude", "unclear"}
    assert api.get(f"{API}/codes/", {"codebook": book.slug, "version": 2}).json()["results"] == [], "a draft"
    assert as_(bob).get(f"{API}/codes/", {"codebook": book.slug, "version": 2}).json()["count"]["value"] == 6
    one = api.get(f"{API}/rounds/{running.pk}/").json()
    assert (one["units"], one["assignments_wanted"], one["state"]) == (3, 6, "open")
    assert api.get(f"{API}/rounds/{running.pk}/agreement/").status_code == 404


def test_people_without_a_token_see_no_rounds_and_get_no_unit(api_client, running):
    assert api_client.get(f"{API}/rounds/").json()["results"] == []
    assert api_client.post(f"{API}/assignments/next/", {}).status_code == 401
    assert api_client.post(f"{API}/codings/", {"assignment": 1, "code": 1}).status_code in (401, 404)


def test_readers_take_nothing(as_, rita, running):
    assert as_(rita).post(f"{API}/assignments/next/", {}).status_code == 403


def test_memo_and_flag_are_patched(as_, cody, running):
    api = as_(cody)
    assignment = api.post(f"{API}/assignments/next/", {}).json()["id"]
    shown = api.patch(f"{API}/assignments/{assignment}/", {"memo": "Two offices are meant.", "is_flagged": True}).json()
    assert (shown["memo"], shown["is_flagged"]) == ("Two offices are meant.", True)
    assert Assignment.objects.get(pk=assignment).is_flagged


def test_codings_are_exported_one_row_each(as_, bob, cody, book, running):
    assignment = queue.take_next(by=cody)
    codings.apply_code(assignment=assignment, coding=NewCoding(code=code(book, "delay"), start=0, end=11), by=cody)
    answer = as_(cody).get(f"{API}/codings/export/", {"format": "csv"})
    text = b"".join(answer.streaming_content).decode()
    assert len(text.strip().splitlines()) == 2
    assert "delay" in text


@pytest.mark.parametrize("path", ["codebooks", "codes", "rounds", "codings", "assignments", "submissions", "units"])
def test_lists_keep_their_query_budget(as_, cody, bob, book, running, path, django_assert_max_num_queries):
    for _ in range(2):
        assignment = queue.take_next(by=cody)
        codings.apply_code(assignment=assignment, coding=NewCoding(code=code(book, "delay")), by=cody)
        codings.submit(assignment=assignment, outcome="coded", by=cody)
    api = as_(cody)
    with django_assert_max_num_queries(8):
        assert api.get(f"{API}/{path}/").json()["results"]


def test_submissions_are_listed_filtered_and_exported(as_, ada, bob, cody, charlie, book):
    running = make_round(ada, [bob, cody], book=book, texts=3)
    done = {outcome: codings.submit(assignment=queue.take_next(by=cody), outcome=outcome, by=cody)
            for outcome in ("unsure", "none-applies")}  # fmt: skip
    SubmissionWithdrawal.objects.create(submission=done["unsure"], kind="reopened", reason="Again.", made_by=ada)
    api = as_(ada)

    def found(**query):
        return [row["id"] for row in api.get(f"{API}/submissions/", query).json()["results"]]

    assert found(round=running.pk) == [done["unsure"].pk, done["none-applies"].pk]
    assert found(standing="true") == [done["none-applies"].pk]
    assert found(outcome="unsure", coder="cody", is_flagged="false") == [done["unsure"].pk]
    assert found(unit=done["unsure"].round_unit.unit_id, submitted_at__gte="2020-01-01T00:00:00Z") == [
        done["unsure"].pk
    ]
    one = api.get(f"{API}/submissions/{done['unsure'].pk}/").json()
    assert (one["number"], one["is_standing"], one["withdrawn"], one["withdrawal_reason"]) == (
        1, False, "reopened", "Again.",
    )  # fmt: skip
    answer = api.get(f"{API}/submissions/export/", {"format": "csv", "standing": "true"})
    assert len(b"".join(answer.streaming_content).decode().strip().splitlines()) == 2
    for person in (bob, charlie):
        assert as_(person).get(f"{API}/submissions/").json()["results"] == []
        assert as_(person).get(f"{API}/submissions/{done['unsure'].pk}/").status_code == 404


def test_units_are_those_whose_text_the_person_may_read(as_, ada, cody, charlie, book):
    running = make_round(ada, [cody], book=book, texts=["The river floods.", "Nobody answers."])
    unit = queue.take_next(by=cody).round_unit.unit
    api = as_(ada)

    assert len(api.get(f"{API}/units/", {"round": running.pk, "language": "en"}).json()["results"]) == 2
    assert len(api.get(f"{API}/units/", {"search": "floods"}).json()["results"]) == 1
    assert api.get(f"{API}/units/", {"source_kind": "field-note"}).json()["results"] == []
    assert [row["id"] for row in as_(cody).get(f"{API}/units/").json()["results"]] == [unit.pk]
    assert as_(charlie).get(f"{API}/units/{unit.pk}/").status_code == 404
    shown = as_(cody).get(f"{API}/units/{unit.pk}/").json()
    assert (shown["text"], shown["length"], shown["source_kind"]) == (unit.text, len(unit.text), "complaint-record")
    assert shown["source"] is None, "there is no such record"


def test_lead_coders_see_the_assignments_of_their_rounds(as_, ada, bob, cody, charlie, book):
    running = make_round(ada, [bob, cody], book=book, texts=2, coders_per_unit=2)
    taken = queue.take_next(by=cody)
    queue.annotate(assignment=taken, by=cody, memo="Mine.")
    free = Assignment.objects.filter(round=running, coder=None).first()

    rows = {row["id"]: row for row in as_(ada).get(f"{API}/assignments/", {"round": running.pk}).json()["results"]}

    assert (rows[taken.pk]["coder"], rows[taken.pk]["state"], rows[taken.pk]["memo"]) == ("cody", "started", "Mine.")
    assert rows[taken.pk]["leased_until"]
    assert (rows[free.pk]["coder"], rows[free.pk]["state"]) == (None, "free")
    assert len(as_(ada).get(f"{API}/assignments/", {"coder": "cody"}).json()["results"]) == 1
    assert as_(ada).get(f"{API}/assignments/{taken.pk}/").status_code == 200
    assert as_(ada).patch(f"{API}/assignments/{taken.pk}/", {"memo": "Yours."}).status_code == 404
    assert as_(ada).get(f"{API}/assignments/{taken.pk}/submission/").status_code == 404
    for person in (bob, charlie):  # Bob leads too, and codes in the blind round.
        assert as_(person).get(f"{API}/assignments/").json()["results"] == []


def test_codings_say_whether_their_unit_is_submitted(as_, ada, cody, book):
    make_round(ada, [cody], book=book, texts=2)
    made = []
    for outcome in ("coded", None):
        assignment = queue.take_next(by=cody)
        made.append(codings.apply_code(assignment=assignment, coding=NewCoding(code=code(book, "delay")), by=cody).pk)
        if outcome:
            codings.submit(assignment=assignment, outcome=outcome, by=cody)
    api = as_(ada)

    rows = {row["id"]: row["is_submitted"] for row in api.get(f"{API}/codings/").json()["results"]}

    assert rows == {made[0]: True, made[1]: False}
    assert [row["id"] for row in api.get(f"{API}/codings/", {"submitted": "true"}).json()["results"]] == made[:1]
    assert [row["id"] for row in api.get(f"{API}/codings/", {"submitted": "false"}).json()["results"]] == made[1:]
    used = Code.objects.filter(key="delay", version__status="published").with_use(ada).get()
    assert used.use_count == 1, "drafts are not counted"


def test_changes_name_the_version_the_person_and_what_was_passed_on(as_, cody, bob, book, running):
    taken = as_(cody).post("/api/v1/assignments/next/", {}, format="json").json()
    address = f"/api/v1/assignments/{taken['id']}/"
    apply = {"uuid": "7d9f3b52-6c0e-4f5e-9a53-1f7c1d6f4f10", "code": code(book, "delay").pk, "start": 0, "end": 3}
    body = {"person": "cody", "changes": [{"apply": apply}, {"memo": {"was": "", "now": "Doubtful."}}]}
    made = as_(cody).post(f"{address}changes/", body, format="json").json()
    assert (made["version"], made["memo"], made["codings"][0]["uuid"]) == (2, "Doubtful.", apply["uuid"])

    other = as_(cody).post(f"{address}changes/", {"person": "bob", "changes": []}, format="json")
    assert (other.status_code, other.json()["type"]) == (409, "urn:lipse:problem:other_person")
    for path, stale in {"submission/": {"outcome": "coded", "version": 1}, "postpone/": {"version": 1}}.items():
        refused = as_(cody).post(f"{address}{path}", stale, format="json")
        assert (refused.status_code, refused.json()["current"]["version"]) == (409, 2)
    assert as_(cody).patch(address, {"memo": "Newer.", "version": 1}, format="json").status_code == 409

    ahead = as_(cody).post(f"{address}ahead/", {}, format="json").json()["next"]
    done = as_(cody).post(f"{address}changes/", {"outcome": "coded", "version": 2, "next": True}, format="json")
    assert done.json()["next"]["assignment"] == ahead["assignment"]

    Assignment.objects.filter(pk=ahead["assignment"]).update(coder=bob)
    lost = as_(cody).post(f"/api/v1/assignments/{ahead['assignment']}/changes/", {"changes": []}, format="json")
    assert (lost.status_code, lost.json()["type"]) == (409, "urn:lipse:problem:lease_lost")


def test_taking_and_submitting_a_unit_ask_few_statements(as_, cody, running, django_assert_max_num_queries):
    api = as_(cody)

    def take_and_submit(limit):
        with django_assert_max_num_queries(limit):
            taken = api.post(f"{API}/assignments/next/", {"round": running.pk}).json()
        with django_assert_max_num_queries(limit):
            body = {"outcome": "none-applies", "version": taken["version"]}
            assert api.post(f"{API}/assignments/{taken['id']}/submission/", body).status_code == 201

    # The first request with a token writes when it was used.
    take_and_submit(20)
    take_and_submit(13)
