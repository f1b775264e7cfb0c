"""The key of a browser: one for each person, the same again, nothing for nobody."""

import base64
import uuid

import pytest
from django.urls import reverse

from accounts import actions
from accounts.models import Device
from tests.factories.casestudies import make_case_study

pytestmark = pytest.mark.django_db
BROWSER = str(uuid.UUID(int=7))


def issued(client, device: str = BROWSER):
    return client.post(reverse("device-key"), {"device": device})


def test_a_browser_gets_the_same_key_again_and_another_person_gets_another(client_of, ada, rita) -> None:
    first = issued(client_of(ada))
    again = issued(client_of(ada))
    other = issued(client_of(rita))
    assert first.json() == again.json()
    assert len(base64.b64decode(first.json()["key"])) == 32
    assert first.json()["person"] == str(ada.pk)
    assert first["Cache-Control"] == "no-store"
    assert other.json()["key"] != first.json()["key"]
    assert Device.objects.count() == 2


def test_another_browser_of_a_person_gets_another_key(client_of, ada) -> None:
    first, other = issued(client_of(ada)), issued(client_of(ada), str(uuid.UUID(int=8)))
    assert first.json()["key"] != other.json()["key"]


def test_nobody_and_a_wrong_name_get_no_key(client, client_of, ada) -> None:
    assert issued(client).status_code == 401
    assert issued(client_of(ada), "me").status_code == 422
    assert Device.objects.count() == 0


COUNTS = {"waiting": 3, "oldest_seconds": 90_000, "notes_written": 5, "notes_stored": 2, "mismatches": 1}


def report(client, **more: object):
    return client.post(reverse("device-report"), {"device": BROWSER, **COUNTS, **more})


def test_a_browser_reports_its_counts_and_an_age(client_of, ada) -> None:
    client = client_of(ada)
    issued(client)
    assert report(client).status_code == 204
    device = Device.objects.get()
    assert (device.waiting, device.notes_written, device.notes_stored, device.mismatches) == (3, 5, 2, 1)
    assert device.urgency == "late"
    assert report(client, waiting=0, oldest_seconds=0).status_code == 204
    device.refresh_from_db()
    assert device.oldest_at is None
    assert device.urgency == ""


def test_a_report_of_nobody_of_an_unknown_browser_or_without_numbers_is_refused(client, client_of, ada, rita) -> None:
    issued(client_of(ada))
    assert report(client).status_code == 401
    assert report(client_of(rita)).status_code == 404
    assert report(client_of(ada), waiting=-1).status_code == 422
    assert report(client_of(ada), oldest_seconds="long").status_code == 422
    assert report(client_of(ada), device="mine").status_code == 422


def test_the_server_counts_a_note_once_and_only_from_a_browser_that_it_knows(client_of, ada, rita) -> None:
    issued(client_of(ada))
    note, other = uuid.uuid4(), uuid.uuid4()
    browser = uuid.UUID(BROWSER)
    for _again in range(2):
        actions.note_received(device=browser, note=note, by=ada)
    actions.note_received(device=browser, note=other, by=rita)
    actions.note_received(device=uuid.uuid4(), note=other, by=ada)
    actions.note_received(device=None, note=other, by=ada)
    assert Device.objects.with_received().get().received == 1


def test_the_office_sees_the_devices_of_its_people_and_nobody_else_does(client_of, ada, bob, rita, charlie) -> None:
    """Ada administers Alpha, where Rita and Bob work; Charlie administers Beta."""
    issued(client_of(rita))
    report(client_of(rita))
    seen_by = {person.username: Device.objects.visible_to(person).count() for person in (rita, ada, bob, charlie)}
    assert seen_by == {"rita": 1, "ada": 1, "bob": 0, "charlie": 0}
    for address in (reverse("device-list"), reverse("person-detail", args=["rita"])):
        assert "more than 1 day" in client_of(ada).get(address).content.decode()
    assert "more than 1 day" in client_of(rita).get(reverse("my-account")).content.decode()
    assert client_of(charlie).get(reverse("person-detail", args=["rita"])).status_code == 404
    assert "more than 1 day" not in client_of(charlie).get(reverse("device-list")).content.decode()


def test_devices_that_keep_something_are_found(client_of, ada, rita) -> None:
    issued(client_of(rita))
    issued(client_of(ada))
    report(client_of(rita))
    kept = client_of(ada).get(reverse("device-list"), {"has_waiting": "true"})
    assert [device.person for device in kept.context["listing"].rows] == [rita]


def test_a_note_is_counted_for_the_browser_that_sent_it(client_of, ada, fay) -> None:
    case_study, note = make_case_study(ada), uuid.uuid4()
    issued(client_of(fay))
    body = {"case_study": case_study.slug, "kind": "observation", "title": "", "text": "On the quay.", "event": None}
    address, sent = (
        f"/api/v1/field-notes/{note}/",
        {"content_type": "application/json", "headers": {"X-Device": BROWSER}},
    )
    statuses = [client_of(fay).put(address, body, **sent).status_code for _replay in range(2)]
    assert statuses == [201, 200]
    assert Device.objects.with_received().get().received == 1
