"""Pages: they show, they take forms, they refuse in words, and strangers find nothing."""

import re
import uuid

import pytest
from django.urls import reverse

from casestudies.actions.notes import put_note
from casestudies.models import CaseStudy, CoCreationEvent, Contribution, FieldNote, Informant
from registry.models import Place
from tests.factories.casestudies import (
    advance,
    make_case_study,
    make_contribution,
    make_event,
    make_informant,
    make_note,
    make_sector,
    note_content,
)
from tests.factories.complaints import load_records, make_dataset
from tests.markup import squeezed
from tests.two_people import as_opened, as_shown


@pytest.fixture
def case_study(fay):
    return make_case_study(fay)


def test_the_list_shows_cases_and_narrows(client_of, fay):
    make_case_study(fay, working_title="Gardens", country="DK")
    make_case_study(fay, working_title="Canals", country="NL")
    page = client_of(fay).get("/case-studies/").content.decode()
    assert "2 case studies" in page
    narrowed = client_of(fay).get("/case-studies/?country=DK").content.decode()
    assert "Gardens" in narrowed
    assert "Canals" not in narrowed


def test_each_country_counts_its_cases_once(client_of, fay):
    case_study = make_case_study(fay, country="EE")
    event = make_event(case_study, fay)
    for _ in range(3):
        make_contribution(case_study, fay, event=event)
    page = squeezed(client_of(fay).get("/case-studies/").content.decode())
    assert '>Estonia</a></th><td class="number">1</td>' in page


def test_the_map_draws_the_filtered_list(client_of, fay):
    place = Place.objects.create(name="Tartu", country="EE", latitude="58.38", longitude="26.72")
    make_case_study(fay, country="EE", place=place)
    for _ in range(3):
        make_case_study(fay, country="DK")
    browser = client_of(fay)

    whole = browser.get("/case-studies/").context["map"]
    narrowed = browser.get("/case-studies/?country=EE").context["map"]

    assert {shape.name: shape.number for shape in whole.shapes if shape.number} == {"Denmark": 3, "Estonia": 1}
    assert {shape.name: shape.shade for shape in narrowed.shapes if shape.number} == {"Estonia": 4}
    assert [dot.name for dot in narrowed.dots] == ["Tartu"]
    assert browser.get("/case-studies/?country=DK").context["map"].dots == ()


def test_search_knows_the_language_of_the_row_and_folds_accents(client_of, fay):
    make_case_study(fay, working_title="Neighbours plan their quays", language="en")
    make_case_study(fay, working_title="Het café aan de gracht", abstract="", language="nl")
    browser = client_of(fay)
    found = [("quay", "Neighbours plan"), ("cafe", "Het café"), ('"plan their quay"', "Neighbours plan")]
    for words, title in found:
        page = browser.get("/case-studies/", {"search": words}).content.decode()
        assert title in page
        assert "1 case study" in page
    assert "No case studies match" in browser.get("/case-studies/", {"search": "neighbours -quays"}).content.decode()


def test_an_invalid_query_string_shows_what_is_wrong_without_all_that_is_allowed(client_of, fay, case_study):
    answer = client_of(fay).get("/case-studies/?country=XX")
    assert answer.status_code == 400
    assert "This filter has no such value." in answer.content.decode()
    assert "Allowed:" not in answer.content.decode()


def test_an_empty_casebook_explains_what_to_do(client, client_of, fay):
    assert "Start a case" in client_of(fay).get("/case-studies/").content.decode()
    assert "No case studies to show" in client.get("/case-studies/").content.decode()


def test_the_list_costs_the_same_however_long(client_of, fay, django_assert_max_num_queries):
    for _ in range(5):
        make_case_study(fay)
    browser = client_of(fay)
    with django_assert_max_num_queries(15):
        assert browser.get("/case-studies/").status_code == 200


def test_the_page_of_a_case_study_costs_the_same_however_many_parts_it_has(
    client_of, fay, case_study, django_assert_max_num_queries
):
    for _ in range(4):
        event = make_event(case_study, fay)
        make_contribution(case_study, fay, event=event)
        make_note(case_study, fay, event=event)
        make_informant(case_study, fay)
    browser = client_of(fay)
    with django_assert_max_num_queries(34):
        page = browser.get(case_study.get_absolute_url())
    assert page.status_code == 200


def test_a_fieldworker_starts_a_case(client_of, fay, alpha):
    make_sector()
    body = {"working_title": "Gardens", "language": "en", "country": "DK", "access": "public", "organisation": alpha.pk}
    answer = client_of(fay).post("/case-studies/new/", body)
    assert answer.status_code == 303, answer.content.decode()
    case_study = CaseStudy.objects.get()
    assert (case_study.slug, case_study.review_state, case_study.researcher) == ("gardens", "draft", fay)


def test_an_incomplete_form_shows_errors_and_what_was_typed(client_of, fay):
    answer = client_of(fay).post("/case-studies/new/", {"working_title": "Gardens"})
    assert answer.status_code == 422
    assert "There is a problem" in answer.content.decode()
    assert 'value="Gardens"' in answer.content.decode()


def edit_fields(case_study, **changes):
    return {
        "working_title": case_study.working_title,
        "language": "en",
        "country": case_study.country,
        "access": case_study.access,
        "abstract": case_study.abstract,
    } | changes


def test_a_description_is_changed_and_a_stale_form_overwrites_nobody(client_of, fay, case_study):
    url = reverse("case-study-edit", args=[case_study.slug])
    opened = as_opened(client_of(fay).get(url))
    assert client_of(fay).post(url, opened | {"abstract": "By the first"}).status_code == 303
    stale = client_of(fay).post(url, opened | {"abstract": "By the second"})
    assert stale.status_code == 422
    said = stale.content.decode()
    assert "By the first" in said
    assert "By the second" in said
    case_study.refresh_from_db()
    assert case_study.abstract == "By the first"
    assert client_of(fay).post(url, as_shown(stale)).status_code == 303


def test_a_broken_rule_is_shown_as_a_sentence(client_of, fay, case_study):
    answer = client_of(fay).post(
        reverse("case-study-edit", args=[case_study.slug]), edit_fields(case_study, started_on="2014-05-01")
    )
    assert answer.status_code == 422
    assert "Enter the start with its precision" in answer.content.decode()


PARTS = {
    "roles": {"phase": "design", "group": "citizen", "part": "co-designer"},
    "factors": {"name": "Trust", "level": "environment", "side": "citizen", "direction": "driver"},
    "objectives": {"aim": "efficiency", "text": "Cheaper"},
    "outcomes": {"aim": "satisfaction", "text": "Happier"},
    "survival": {"observed_on": "2016-01-01", "state": "running", "source": "Visit"},
    "actors": {"pseudonym": "The baker", "group": "firm"},
    "record_links": {"dataset": "letters", "reference": "A-1", "effect": "triggered", "grade": "weak"},
}


@pytest.mark.parametrize("kind", PARTS)
def test_each_kind_of_row_is_added_changed_and_removed(client_of, fay, alpha, case_study, kind):
    load_records(make_dataset(alpha, slug="letters"), [{"reference": "A-1"}])
    browser = client_of(fay)
    assert browser.get(reverse("part-new", args=[case_study.slug, kind])).status_code == 200
    made = browser.post(reverse("part-new", args=[case_study.slug, kind]), PARTS[kind])
    assert made.status_code == 303, made.content.decode()
    row = getattr(case_study, kind).get()
    assert browser.get(case_study.get_absolute_url()).status_code == 200
    url = reverse("part-edit", args=[case_study.slug, kind, row.pk])
    assert browser.get(url).status_code == 200
    assert browser.post(url, PARTS[kind]).status_code == 303
    assert browser.post(reverse("part-remove", args=[case_study.slug, kind, row.pk])).status_code == 303
    assert not getattr(case_study, kind).exists()
    assert [h.pgh_label for h in row.history.order_by("pgh_id")] == ["insert", "delete"]


def test_a_link_leads_to_its_record_for_those_who_may_see_it(client, client_of, fay, bob, alpha):
    [record] = load_records(make_dataset(alpha, slug="letters", access="consortium"), [{"reference": "A-1"}])
    case_study = make_case_study(fay, access="public")
    client_of(fay).post(reverse("part-new", args=[case_study.slug, "record_links"]), PARTS["record_links"])
    advance(case_study, state="verified", by=fay, reviewer=bob)
    link = f'<a href="{reverse("record-detail", args=[record])}">letters A-1</a>'

    assert link in squeezed(client_of(fay).get(case_study.get_absolute_url()).content.decode())
    to_all = client.get(case_study.get_absolute_url()).content.decode()
    assert "letters A-1" in to_all
    assert link not in to_all


def test_a_link_to_a_record_that_is_not_there_or_not_to_be_seen_is_refused(client_of, fay, alpha, beta, case_study):
    load_records(make_dataset(alpha, slug="letters"), [{"reference": "A-1"}])
    load_records(make_dataset(beta, slug="secret", access="restricted"), [{"reference": "S-1"}])
    url = reverse("part-new", args=[case_study.slug, "record_links"])

    missing = client_of(fay).post(url, PARTS["record_links"] | {"reference": "A-2"})
    hidden = client_of(fay).post(url, PARTS["record_links"] | {"dataset": "secret", "reference": "S-1"})

    assert missing.status_code == hidden.status_code == 422
    assert "There is no record with this reference" in missing.content.decode()
    assert "secret" not in client_of(fay).get(url).content.decode()
    assert not case_study.record_links.exists()


def test_a_case_goes_round_for_review(client_of, fay, bob, case_study):
    def move(person, name):
        return client_of(person).post(reverse("case-study-move", args=[case_study.slug, name])).status_code

    assert move(fay, "submit") == 303
    assert move(fay, "approve") == 403
    assert move(bob, "approve") == 303
    assert move(bob, "verify") == 303
    case_study.refresh_from_db()
    assert case_study.review_state == "verified"
    assert client_of(fay).get(reverse("case-study-edit", args=[case_study.slug])).status_code == 403
    withdraw = reverse("case-study-withdraw", args=[case_study.slug])
    assert client_of(bob).post(withdraw, {"reason": ""}).status_code == 422
    assert client_of(bob).post(withdraw, {"reason": "Asked for"}).status_code == 303


EVENT = {
    "title": "Panel",
    "status": "held",
    "starts_at": "2026-11-20T09:00",
    "time_zone": "Europe/Tallinn",
    "format": "workshop",
    "commissioned": "unknown",
}


def test_an_event_is_recorded_by_the_clock_of_its_place(client_of, fay, case_study):
    answer = client_of(fay).post(reverse("event-new", args=[case_study.slug]), EVENT)
    assert answer.status_code == 303, answer.content.decode()
    event = CoCreationEvent.objects.get()
    assert event.starts_at.isoformat() == "2026-11-20T07:00:00+00:00"
    page = client_of(fay).get(event.get_absolute_url()).content.decode()
    assert "20 Nov 2026, 09:00 EET" in page
    form = client_of(fay).get(reverse("event-edit", args=[event.pk])).content.decode()
    assert 'value="2026-11-20T09:00"' in form


def test_participants_are_counted_and_counting_again_corrects(client_of, fay, case_study):
    event = make_event(case_study, fay)
    for people in (12, 14):
        body = {"group": "citizen", "people": people, "band": "65 and over"}
        assert client_of(fay).post(event.get_absolute_url(), body).status_code == 303
    assert [row.people for row in event.participation.all()] == [14]
    row = event.participation.get()
    client_of(fay).post(reverse("participation-remove", args=[row.pk]))
    assert not event.participation.exists()


def test_a_contribution_gets_its_decision(client_of, fay, case_study):
    event = make_event(case_study, fay)
    body = {"kind": "idea", "text": "Trees", "group": "citizen", "language": "en", "event": event.pk}
    assert client_of(fay).post(reverse("contribution-new", args=[case_study.slug]), body).status_code == 303
    idea = Contribution.objects.get()
    decision = {"decision": "accepted", "what_changed": "Ten limes", "version": 1}
    assert client_of(fay).post(reverse("contribution-decision", args=[idea.pk]), decision).status_code == 303
    assert "Ten limes" in client_of(fay).get(idea.get_absolute_url()).content.decode()
    assert "Ten limes" in client_of(fay).get(event.get_absolute_url()).content.decode()


def test_a_note_is_written_without_javascript(client_of, fay, case_study):
    browser = client_of(fay)
    page = browser.get(f"/field-notes/new/?case_study={case_study.slug}", follow=True)
    url = page.redirect_chain[-1][0].partition("?")[0]
    body = {
        "case_study": case_study.slug,
        "kind": "memo",
        "title": "Quay",
        "text": "One\r\nTwo",
        "language": "en",
        "sensitivity": "normal",
        "informants": "Resident 1\r\nResident 2",
    }
    assert browser.post(url, body).status_code == 303
    note = FieldNote.objects.get()
    assert (note.text, note.informants, note.version) == ("One\nTwo", ["Resident 1", "Resident 2"], 1)
    assert "Quay" in browser.get(note.get_absolute_url()).content.decode()
    stale = body | {"text": "Mine", "base_version": 1}
    put_note(uuid=note.pk, content=note_content(case_study, text="Theirs"), by=fay, base_version=1)
    answer = browser.post(url, stale)
    assert "/conflicts/" in answer["Location"]
    conflict = browser.get(answer["Location"]).content.decode()
    assert "Theirs" in conflict
    assert "Mine" in conflict
    decision = body | {"text": "Both", "base_version": 2}
    assert browser.post(answer["Location"], decision).status_code == 303
    note.refresh_from_db()
    assert (note.text, note.version) == ("Both", 3)


def test_versions_are_compared_and_restored(client_of, fay, case_study):
    note = make_note(case_study, fay, text="The old words stay.")
    put_note(uuid=note.pk, content=note_content(case_study, text="The new words stay."), by=fay, base_version=1)
    browser = client_of(fay)
    page = squeezed(browser.get(reverse("field-note-versions", args=[note.pk])).content.decode())
    assert "<del>old</del>" in page
    assert "<ins>new</ins>" in page
    browser.post(reverse("field-note-restore", args=[note.pk, 1]))
    note.refresh_from_db()
    assert (note.text, note.version) == ("The old words stay.", 3)


def test_a_note_is_deleted_and_restored(client_of, fay, case_study):
    note = make_note(case_study, fay)
    browser = client_of(fay)
    browser.post(reverse("field-note-delete", args=[note.pk]))
    assert "At the quay" not in browser.get("/field-notes/").content.decode()
    assert "At the quay" in browser.get("/field-notes/?deleted=true").content.decode()
    browser.post(reverse("field-note-undelete", args=[note.pk]))
    assert "At the quay" in browser.get("/field-notes/").content.decode()


def test_consent_is_recorded_and_withdrawn(client_of, fay, case_study):
    browser = client_of(fay)
    browser.post(reverse("informant-new", args=[case_study.slug]), {"pseudonym": "The baker", "group": "firm"})
    person = Informant.objects.get()
    body = {"scope": ["interview", "quotation"], "given_on": "2026-11-01", "evidence": "Locker 3"}
    assert browser.post(reverse("consent-new", args=[person.pk]), body).status_code == 303
    consent = person.consents.get()
    browser.post(reverse("consent-withdraw", args=[consent.pk]))
    consent.refresh_from_db()
    assert consent.withdrawn_on is not None
    assert "Withdrawn" in browser.get(case_study.get_absolute_url()).content.decode()


def test_today_shows_what_is_mine(client_of, fay, case_study):
    make_note(case_study, fay, title="My note")
    page = client_of(fay).get("/today/").content.decode()
    assert case_study.working_title in page
    assert "My note" in page


def test_readers_of_another_organisation_see_a_published_case_without_its_notes(client_of, fay, ada, charlie):
    case_study = make_case_study(fay, state="approved", reviewer=ada)
    make_note(case_study, fay, title="Not for strangers")
    make_informant(case_study, fay, pseudonym="The baker")
    page = client_of(charlie).get(case_study.get_absolute_url()).content.decode()
    assert case_study.abstract in page
    assert "Not for strangers" not in page
    assert "The baker" not in page
    assert "History" not in page


def test_a_person_without_access_finds_none_of_the_pages(client_of, fay, charlie, case_study):
    event, note = make_event(case_study, fay), make_note(case_study, fay)
    person = make_informant(case_study, fay)
    idea = make_contribution(case_study, fay)
    browser = client_of(charlie)
    addresses = [
        *(
            reverse(name, args=[case_study.slug])
            for name in ("case-study-detail", "case-study-edit", "case-study-history", "event-new")
        ),
        *(reverse(name, args=[event.pk]) for name in ("event-detail", "event-edit")),
        *(reverse(name, args=[idea.pk]) for name in ("contribution-detail", "contribution-decision")),
        *(reverse(name, args=[note.pk]) for name in ("field-note-detail", "field-note-edit", "field-note-versions")),
        reverse("consent-new", args=[person.pk]),
        reverse("part-new", args=[case_study.slug, "roles"]),
    ]
    assert {url: browser.get(url).status_code for url in addresses} == dict.fromkeys(addresses, 404)
    assert browser.post(reverse("field-note-delete", args=[note.pk])).status_code == 404


def test_pages_that_write_ask_for_a_sign_in(client, case_study):
    for url in ("/today/", "/field-notes/", "/case-studies/new/", reverse("field-note-edit", args=[uuid.uuid4()])):
        answer = client.get(url)
        assert (answer.status_code, answer["Location"].startswith("/accounts/login/")) == (302, True)


def test_no_page_has_inline_code(client_of, fay, case_study):
    event, note = make_event(case_study, fay), make_note(case_study, fay)
    browser = client_of(fay)
    for url in (
        "/case-studies/",
        case_study.get_absolute_url(),
        event.get_absolute_url(),
        f"/field-notes/{note.pk}/edit/",
        "/today/",
    ):
        page = browser.get(url).content.decode()
        assert not re.search(r"<style|style=|\son\w+=|<script(?![^>]*src=)", page), url
