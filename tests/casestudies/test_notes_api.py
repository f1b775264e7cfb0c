"""The PUT of a note and the addresses around it, as a device uses them."""

import hashlib
import uuid

import pytest

from tests.factories import photos
from tests.factories.casestudies import make_case_study, make_event, make_note

BODY = {"event": None, "kind": "observation", "title": "At the quay", "text": "Twelve came. Ää\n"}


@pytest.fixture
def case_study(fay):
    return make_case_study(fay)


@pytest.fixture
def call(api_client, token_for):
    """`call(fay, "put", url, body)` with a bearer token."""
    tokens = {}

    def send(person, method, url, body=None, **headers):
        if person.pk not in tokens:
            tokens[person.pk] = token_for(person)
        bearer = {"HTTP_AUTHORIZATION": f"Bearer {tokens[person.pk]}"}
        return getattr(api_client, method)(url, body, **bearer, **headers)

    return send


def address(identity, below=""):
    return f"/api/v1/field-notes/{identity}/{below}"


def test_a_put_creates_the_note_and_answers_with_a_receipt(call, case_study, fay):
    identity = uuid.uuid4()
    answer = call(fay, "put", address(identity), BODY | {"case_study": case_study.slug, "device": "phone"})
    assert answer.status_code == 201
    receipt = answer.json()
    assert receipt["sha256"] == hashlib.sha256(BODY["text"].encode()).hexdigest()
    assert (receipt["uuid"], receipt["version"], receipt["author"]) == (str(identity), 1, "fay")
    assert receipt["stored_at"]
    read = call(fay, "get", address(identity)).json()
    assert {name: read[name] for name in BODY} == BODY
    assert read["sha256"] == receipt["sha256"]


@pytest.mark.parametrize("blank", ["title", "text"])
def test_title_and_text_may_stay_blank(call, case_study, fay, blank):
    identity = uuid.uuid4()
    answer = call(fay, "put", address(identity), BODY | {"case_study": case_study.slug, blank: ""})
    assert answer.status_code == 201, answer.json()
    body = BODY | {"case_study": case_study.slug, blank: "", "kind": "memo", "base_version": 1}
    assert call(fay, "put", address(identity), body).json()["version"] == 2
    assert call(fay, "get", address(identity)).json()[blank] == ""


def test_a_replay_is_200_and_the_same_version(call, case_study, fay):
    identity, body = uuid.uuid4(), BODY | {"case_study": case_study.slug}
    call(fay, "put", address(identity), body)
    again = call(fay, "put", address(identity), body)
    assert (again.status_code, again.json()["version"]) == (200, 1)


def test_an_edit_on_the_base_is_the_next_version(call, case_study, fay):
    note = make_note(case_study, fay)
    answer = call(
        fay, "put", address(note.pk), BODY | {"case_study": case_study.slug, "text": "More", "base_version": 1}
    )
    assert (answer.status_code, answer.json()["version"]) == (200, 2)


def test_a_device_that_does_not_know_the_case_study_of_a_note_leaves_it_out(call, case_study, fay):
    note = make_note(case_study, fay)
    edited = call(fay, "put", address(note.pk), BODY | {"text": "More", "base_version": 1})
    assert (edited.status_code, edited.json()["case_study"]) == (200, case_study.slug)
    beside = call(fay, "put", address(note.pk), BODY | {"text": "Beside it"})
    assert (beside.status_code, beside.json()["mine"]["text"]) == (409, "Beside it")
    assert beside.json()["mine"]["case_study"] == case_study.slug
    new = call(fay, "put", address(uuid.uuid4()), BODY)
    assert new.status_code == 400
    assert "Choose a case study." in str(new.json()["errors"])


def test_other_content_without_a_base_is_409(call, case_study, fay):
    note = make_note(case_study, fay)
    answer = call(fay, "put", address(note.pk), BODY | {"case_study": case_study.slug, "text": "Else"})
    assert answer.status_code == 409
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["mine"]["text"] == "Else"


def test_a_stale_edit_is_409_with_base_theirs_mine_and_can_be_decided(call, case_study, fay, ada):
    note = make_note(case_study, fay, text="base")
    here = {"case_study": case_study.slug, "base_version": 1, "title": note.title}
    call(ada, "put", address(note.pk), BODY | here | {"text": "theirs"})
    refused = call(fay, "put", address(note.pk), BODY | here | {"text": "mine"})
    assert refused.status_code == 409
    problem = refused.json()
    assert [problem[side]["text"] for side in ("base", "theirs", "mine")] == ["base", "theirs", "mine"]
    assert problem["differing"] == ["text"]
    listed = call(fay, "get", address(note.pk, "conflicts/?open=true")).json()["results"]
    assert [c["id"] for c in listed] == [problem["conflict"]]
    decision = {"conflict": problem["conflict"], "base_version": problem["version"], "text": "both"}
    decided = call(fay, "post", address(note.pk, "conflicts/"), decision)
    assert (decided.status_code, decided.json()["text"], decided.json()["version"]) == (200, "both", 3)
    assert decided.json()["open_conflicts"] == 0


@pytest.mark.parametrize(("choice", "text", "title"), [("mine", "mine", "By Ada"), ("theirs", "theirs", "By Ada")])
def test_one_side_can_be_chosen_whole(call, case_study, fay, ada, choice, text, title):
    note = make_note(case_study, fay, text="base", title="Title")
    here = BODY | {"case_study": case_study.slug, "base_version": 1}
    call(ada, "put", address(note.pk), here | {"text": "theirs", "title": "By Ada"})
    problem = call(fay, "put", address(note.pk), here | {"text": "mine", "title": "Title"}).json()
    decision = {"conflict": problem["conflict"], "base_version": 2, "choose": choice}
    decided = call(fay, "post", address(note.pk, "conflicts/"), decision).json()
    assert (decided["text"], decided["title"]) == (text, title)


def test_versions_are_listed_newest_first(call, case_study, fay):
    note = make_note(case_study, fay)
    call(fay, "put", address(note.pk), BODY | {"case_study": case_study.slug, "text": "More", "base_version": 1})
    versions = call(fay, "get", address(note.pk, "versions/")).json()["results"]
    assert [v["number"] for v in versions] == [2, 1]
    assert call(fay, "get", address(note.pk, "versions/1/")).json()["text"] == "Twelve people came.\n"


def test_a_deleted_note_is_gone_from_the_api_and_its_versions_stay(call, case_study, fay):
    note = make_note(case_study, fay)
    assert call(fay, "delete", address(note.pk)).status_code == 204
    assert call(fay, "get", address(note.pk)).status_code == 404
    assert call(fay, "get", "/api/v1/field-notes/").json()["results"] == []
    assert call(fay, "get", address(note.pk, "versions/")).json()["count"]["value"] == 2
    assert call(fay, "delete", address(note.pk)).status_code == 204


def test_a_person_without_access_gets_404_for_every_request(call, case_study, fay, charlie):
    note = make_note(case_study, fay)
    theirs = make_case_study(charlie)
    for below in ("", "versions/", "versions/1/", "conflicts/"):
        assert call(charlie, "get", address(note.pk, below)).status_code == 404
    assert call(charlie, "put", address(note.pk), BODY | {"case_study": theirs.slug}).status_code == 404
    assert call(charlie, "delete", address(note.pk)).status_code == 404
    decision = {"conflict": 1, "base_version": 1, "choose": "mine"}
    assert call(charlie, "post", address(note.pk, "conflicts/"), decision).status_code == 404
    assert call(charlie, "get", "/api/v1/field-notes/").json()["results"] == []


def test_without_signing_in_there_is_nothing_to_see_or_write(api_client, case_study, fay):
    note = make_note(case_study, fay)
    assert api_client.get("/api/v1/field-notes/").json()["results"] == []
    assert api_client.get(address(note.pk)).status_code == 404
    assert api_client.put(address(uuid.uuid4()), BODY).status_code == 401


def test_a_reading_token_does_not_write(api_client, token_for, case_study, fay):
    bearer = {"HTTP_AUTHORIZATION": f"Bearer {token_for(fay, scope='read')}"}
    assert api_client.put(address(uuid.uuid4()), BODY | {"case_study": case_study.slug}, **bearer).status_code == 403


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"case_study": "no-such-case"}, "case_study"),
        ({"kind": "diary"}, "kind"),
        ({"base_version": 0}, "base_version"),
        ({"colour": "red"}, "colour"),
        ({"event": 999_999}, "event"),
        ({"informants": "Resident 1"}, "informants"),
        ({"occurred_on": "yesterday"}, "occurred_on"),
        ({"text": None}, "text"),
    ],
)
def test_a_wrong_body_names_its_field(call, case_study, fay, change, field):
    answer = call(fay, "put", address(uuid.uuid4()), BODY | {"case_study": case_study.slug} | change)
    assert answer.status_code == 400
    assert field in [error["field"] for error in answer.json()["errors"]]


@pytest.mark.parametrize("name", ["case_study", "event", "kind", "title", "text"])
def test_the_five_required_fields_are_required(call, case_study, fay, name):
    body = {k: v for k, v in (BODY | {"case_study": case_study.slug}).items() if k != name}
    answer = call(fay, "put", address(uuid.uuid4()), body)
    assert answer.status_code == 400
    assert [(e["field"], e["code"]) for e in answer.json()["errors"]] == [(name, "required")]


def test_a_note_about_an_event_names_it(call, case_study, fay):
    event = make_event(case_study, fay)
    answer = call(fay, "put", address(uuid.uuid4()), BODY | {"case_study": case_study.slug, "event": event.pk})
    assert answer.json()["event"] == event.pk
    assert len(call(fay, "get", f"/api/v1/field-notes/?event={event.pk}").json()["results"]) == 1


def test_an_unchanged_note_is_304(call, case_study, fay):
    note = make_note(case_study, fay)
    etag = call(fay, "get", address(note.pk))["ETag"]
    assert call(fay, "get", address(note.pk), HTTP_IF_NONE_MATCH=etag).status_code == 304


def test_the_list_of_notes_costs_the_same_however_long(call, case_study, fay, django_assert_max_num_queries):
    for _ in range(6):
        make_note(case_study, fay)
    call(fay, "get", "/api/v1/field-notes/")
    with django_assert_max_num_queries(6):
        assert len(call(fay, "get", "/api/v1/field-notes/").json()["results"]) == 6


PNG = photos.png(photos.chunk(b"IDAT", b"picture" * 100))


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def put_file(api_client, token_for):
    def send(person, note, body=PNG, sha256=None, media_type="image/png", query=""):
        sha256 = sha256 or hashlib.sha256(body).hexdigest()
        return api_client.generic(
            "PUT",
            f"/api/v1/attachments/{sha256}/?note={note.pk}&name=quay.png{query}",
            body,
            content_type=media_type,
            HTTP_AUTHORIZATION=f"Bearer {token_for(person)}",
        )

    return send


def test_a_file_is_stored_by_its_hash_and_returned(put_file, call, case_study, fay):
    note = make_note(case_study, fay)
    first = put_file(fay, note)
    assert first.status_code == 201
    assert put_file(fay, note).status_code == 200
    back = call(fay, "get", f"/api/v1/attachments/{first.json()['sha256']}/")
    assert b"".join(back.streaming_content) == PNG
    assert back["Content-Disposition"].startswith("attachment")


def test_a_file_whose_content_does_not_match_its_type_is_refused_and_not_stored(put_file, case_study, fay, tmp_path):
    note = make_note(case_study, fay)
    assert put_file(fay, note, sha256="0" * 64).json()["type"].endswith("hash_mismatch")
    assert put_file(fay, note, body=b"MZ not a picture").json()["type"].endswith("not_that_type")
    assert put_file(fay, note, media_type="text/html").json()["type"].endswith("unsupported_type")
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []


@pytest.mark.parametrize("media_type", photos.CAMERA)
def test_a_photo_with_details_is_stored_only_if_they_are_kept(put_file, case_study, fay, tmp_path, media_type):
    note, photo = make_note(case_study, fay), photos.CAMERA[media_type]()

    refused = put_file(fay, note, photo, media_type=media_type)
    unclear = put_file(fay, note, photo, media_type=media_type, query="&keep_details=perhaps")
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []
    kept = put_file(fay, note, photo, media_type=media_type, query="&keep_details=true")
    plain = put_file(fay, note, photos.PLAIN[media_type](), media_type=media_type, query="&keep_details=true")

    assert (refused.status_code, refused.json()["type"]) == (400, "urn:lipse:problem:photo_details")
    assert (unclear.status_code, unclear.json()["errors"][0]["field"]) == (400, "keep_details")
    assert (kept.status_code, kept.json()["photo_details"]) == (201, "kept")
    assert (plain.status_code, plain.json()["photo_details"]) == (201, "")
    assert note.attachments.get(photo_details="kept").attachment.path.read_bytes() == photo


def test_a_photo_that_cannot_be_read_is_stored_only_if_its_details_are_kept(put_file, case_study, fay):
    note, broken = make_note(case_study, fay), PNG[:-20]

    refused = put_file(fay, note, broken)

    assert (refused.status_code, refused.json()["type"]) == (400, "urn:lipse:problem:unreadable_photo")
    assert put_file(fay, note, broken, query="&keep_details=true").json()["photo_details"] == "kept"


def test_a_person_without_access_finds_no_file(put_file, call, case_study, fay, charlie):
    sha256 = put_file(fay, make_note(case_study, fay)).json()["sha256"]
    assert call(charlie, "get", f"/api/v1/attachments/{sha256}/").status_code == 404
    assert put_file(charlie, make_note(case_study, fay)).status_code == 404
