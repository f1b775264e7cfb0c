"""A form that a page names is done once, however often it is sent."""

import threading
import uuid
from datetime import timedelta

import pytest
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from casestudies.models import CaseStudy, CoCreationEvent
from rest.done_forms import KEPT_DAYS, forget_done_forms
from rest.models import DoneForm
from tests.factories.casestudies import make_case_study

EVENT = {"title": "Walk along the quay", "starts_at": "2026-11-20T09:00", "ends_at": "2026-11-20T12:00",
         "time_zone": "Europe/Amsterdam", "status": "planned", "format": "workshop", "mode": "in-person",
         "commissioned": "unknown"}  # fmt: skip


@pytest.fixture
def address(fay):
    return reverse("event-new", args=[make_case_study(fay).slug])


def send(browser, address, name, **changes):
    return browser.post(address, EVENT | changes, headers={"X-Submission": str(name)})


def test_a_form_that_is_sent_again_makes_nothing_new_and_leads_to_the_same_page(client_of, fay, address):
    name = uuid.uuid4()
    first = send(client_of(fay), address, name)
    second = send(client_of(fay), address, name)
    assert (first.status_code, second.status_code) == (200, 200), first.content.decode()
    assert first.json() == second.json() == {"location": CoCreationEvent.objects.get().get_absolute_url()}


def test_another_name_is_another_form(client_of, fay, address):
    for name in (uuid.uuid4(), uuid.uuid4()):
        send(client_of(fay), address, name)
    assert CoCreationEvent.objects.count() == 2


def test_other_content_under_the_same_name_says_where_the_first_is(client_of, fay, address):
    name = uuid.uuid4()
    send(client_of(fay), address, name)
    refused = send(client_of(fay), address, name, title="Another walk")
    assert refused.status_code == 409
    assert refused.json()["type"] == "urn:lipse:problem:done_before"
    event = CoCreationEvent.objects.get()
    assert (event.title, refused.json()["location"]) == (EVENT["title"], event.get_absolute_url())


def test_a_form_that_was_refused_is_the_page_and_can_be_sent_again(client_of, fay, address):
    name = uuid.uuid4()
    refused = send(client_of(fay), address, name, title="")
    assert refused.status_code == 422
    assert "There is a problem" in refused.content.decode()
    assert not DoneForm.objects.exists()
    assert send(client_of(fay), address, name).json()["location"]


def test_the_name_of_one_person_is_not_that_of_another(client_of, fay, ada, address):
    name = uuid.uuid4()
    send(client_of(fay), address, name)
    send(client_of(ada), address, name)
    assert CoCreationEvent.objects.count() == 2


def test_nobody_signed_in_is_401_and_no_page_to_sign_in(client, address):
    assert send(client, address, uuid.uuid4()).status_code == 401


def test_a_name_that_is_no_uuid_is_refused(client_of, fay, address):
    refused = send(client_of(fay), address, "seventeen")
    assert (refused.status_code, refused.json()["type"]) == (400, "urn:lipse:problem:bad_submission")


def test_names_are_forgotten_after_a_month(client_of, fay, address):
    send(client_of(fay), address, uuid.uuid4())
    forget_done_forms()
    assert DoneForm.objects.exists()
    DoneForm.objects.update(created_at=timezone.now() - timedelta(days=KEPT_DAYS, hours=1))
    forget_done_forms()
    assert not DoneForm.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_four_sendings_at_once_make_one_case(client_of, fay, alpha):
    name, found = uuid.uuid4(), []
    body = {"working_title": "Gardens", "language": "en", "country": "DK", "access": "public", "organisation": alpha.pk}
    browsers = [client_of(fay) for _ in range(4)]

    def run(browser):
        answer = browser.post("/case-studies/new/", body, headers={"X-Submission": str(name)})
        found.append((answer.status_code, answer.json()["location"]))
        connections.close_all()

    threads = [threading.Thread(target=run, args=[browser]) for browser in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [(200, CaseStudy.objects.get().get_absolute_url())] * 4
