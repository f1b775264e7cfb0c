"""Pages of coding, as they are without JavaScript."""

import pytest

from coding.models import Assignment, Code, Codebook, Coding, Round, Submission
from tests.factories.coding import code, make_codebook, make_round, make_units, published
from tests.markup import squeezed

pytestmark = pytest.mark.django_db


@pytest.fixture
def book(bob):
    return make_codebook(bob)


def test_a_lead_coder_makes_a_codebook_writes_a_code_and_publishes(client_of, bob, alpha):
    browser = client_of(bob)
    values = {"title": "Tone of letters", "language": "en", "access": "consortium", "organisation": alpha.pk}
    assert browser.post("/codebooks/new/", values).status_code == 303
    book = Codebook.objects.get()
    new = {"name": "Anger", "colour": "#a3221f", "is_codable": "on", "definition": "Angry words."}
    assert browser.post(f"/codebooks/{book.slug}/codes/new/", new).status_code == 303
    page = browser.get(f"/codebooks/{book.slug}/").content.decode()
    assert "Angry words." in page
    browser.post(f"/codebooks/{book.slug}/publish/", {"note": "First."})
    assert published(book).codes.get().name == "Anger"


def test_codes_are_renamed_moved_and_removed_by_form(client_of, bob):
    book = make_codebook(bob, publish=False)
    draft, browser = book.versions.get(), client_of(bob)
    rude, time = draft.codes.get(key="rude"), draft.codes.get(key="time")
    address = f"/codebooks/{book.slug}/codes/{rude.pk}/"
    assert 'value="Rude"' in browser.get(address).content.decode()
    browser.post(address, {"name": "Unkind", "parent": time.pk, "colour": "#a3221f", "is_codable": "on"})
    rude.refresh_from_db()
    assert (rude.name, rude.key, rude.parent) == ("Unkind", "rude", time)
    browser.post(f"{address}shift/", {"step": "up"})
    assert [c.key for c in Code.objects.tree_of(draft)][:4] == ["time", "delay", "rude", "no-reply"]
    wrong = browser.post(f"/codebooks/{book.slug}/codes/{time.pk}/", {"name": "Time", "parent": rude.pk})
    assert wrong.status_code == 422
    browser.post(f"{address}remove/")
    assert not draft.codes.filter(key="rude").exists()


def test_a_form_with_errors_is_shown_again_with_422_and_what_was_typed(client_of, bob, book):
    answer = client_of(bob).post(f"/codebooks/{book.slug}/codes/new/", {"name": "", "definition": "Kept words."})
    assert answer.status_code == 422
    assert "Kept words." in answer.content.decode()


def test_a_lead_coder_plans_fills_and_starts_a_round(client_of, bob, cody, alpha, book):
    units, browser = make_units(bob, 5), client_of(bob)
    values = {
        "title": "Pilot",
        "organisation": alpha.pk,
        "codebook_version": published(book).pk,
        "coders_per_unit": "1.5",
        "is_blind": "on",
        "stop_rule": "complete",
        "lease_minutes": "60",
        "take_back_minutes": "30",
        "agreement_rule": "all-agree",
        "seed": "7",
        "coders": [bob.pk, cody.pk],
    }
    made = browser.post("/rounds/new/", values)
    coding_round = Round.objects.get()
    assert made["Location"] == f"/rounds/{coding_round.pk}/units/"
    page = browser.get(made["Location"]).content.decode()
    assert units[0].source_key in page
    browser.post(made["Location"], {"which": "ticked", "unit": [units[0].pk]})
    browser.post(made["Location"], {"which": "all", "at_most": "3"})
    assert coding_round.units.count() == 4
    browser.post(f"/rounds/{coding_round.pk}/start/")
    coding_round.refresh_from_db()
    assert coding_round.is_open
    assert Assignment.objects.count() == 6
    assert "0 of 6 submitted" in browser.get(f"/rounds/{coding_round.pk}/").content.decode()


def test_a_coder_works_through_the_queue_without_javascript(client_of, bob, cody, book):
    make_round(bob, [cody], book=book, texts=2)
    browser = client_of(cody)
    assert "Next unit" in browser.get("/assignments/").content.decode()
    coding_page = browser.post("/assignments/next/")["Location"]
    page = browser.get(coding_page).content.decode()
    assert "The council answered after nine months." in page
    assert "It is next in the random order" not in page, "a blind round"
    refused = browser.post(coding_page, {"act": "coded"})
    assert refused.status_code == 422
    assert "No codes applied yet" in refused.content.decode()
    following = browser.post(coding_page, {"act": "coded", "codes": [code(book, "delay").pk], "memo": "Clear case."})
    assert following["Location"] not in (coding_page, "/assignments/")
    assert Submission.objects.get().memo == "Clear case."
    assert browser.post(following["Location"], {"act": "none-applies"})["Location"] == "/assignments/"
    mine = browser.get("/assignments/mine/").content.decode()
    assert "None applies" in mine
    assert "Submitted: coded" in squeezed(browser.get(coding_page).content.decode())


def test_clearing_the_box_of_a_code_retracts_it(client_of, bob, cody, book):
    make_round(bob, [cody], book=book, texts=1)
    browser = client_of(cody)
    coding_page = browser.post("/assignments/next/")["Location"]
    browser.post(coding_page, {"act": "save", "codes": [code(book, "delay").pk, code(book, "rude").pk]})
    shown = f"{code(book, 'delay').pk} {code(book, 'rude').pk}"
    browser.post(coding_page, {"act": "save", "codes": [code(book, "rude").pk], "version": 2, "shown_codes": shown})
    assert [c.code.key for c in Coding.objects.standing()] == ["rude"]
    assert Coding.objects.count() == 3


def test_a_stale_plain_form_is_asked_and_changes_only_what_was_changed_in_it(client_of, bob, cody, book):
    make_round(bob, [cody], book=book, texts=1)
    browser = client_of(cody)
    coding_page = browser.post("/assignments/next/")["Location"]
    delay, rude, unclear = (code(book, key).pk for key in ("delay", "rude", "unclear"))
    first = {"act": "save", "codes": [delay, rude], "memo": "Of both.", "version": 0}
    assert browser.post(coding_page, first).status_code == 303
    shown = {"version": 3, "shown_codes": f"{delay} {rude}", "shown_memo": "Of both."}
    other_tab = {"act": "save", "codes": [rude, unclear], "memo": "Newer.", **shown}
    assert browser.post(coding_page, other_tab).status_code == 303

    stale = {"act": "coded", "codes": [delay], "memo": "Of both.", **shown}
    asked = browser.post(coding_page, stale)

    words = squeezed(asked.content.decode())
    assert asked.status_code == 409
    assert "Newer there: applied: Unclear; retracted: Delay; memo: “Newer.”" in words
    assert 'name="version" value="6"' in words
    assert not Submission.objects.exists()
    assert browser.post(coding_page, stale | {"version": 6}).status_code == 303
    assert [c.code.key for c in Coding.objects.standing()] == ["unclear"]
    assert Submission.objects.get().memo == "Newer."


def test_a_unit_that_was_passed_on_is_explained_to_the_coder_who_had_it(client_of, bob, cody, charlie, book):
    make_round(bob, [bob, cody], book=book, texts=1)
    browser = client_of(cody)
    coding_page = browser.post("/assignments/next/")["Location"]
    browser.post(coding_page, {"act": "save", "codes": [code(book, "delay").pk]})
    Assignment.objects.update(coder=bob)
    page = browser.get(coding_page)
    assert page.status_code == 409
    assert "1 coding that you made is stored, but it is not counted." in squeezed(page.content.decode())
    assert client_of(charlie).get(coding_page).status_code == 404


def test_the_codes_of_a_published_version_are_sent_once_and_not_with_the_text(client_of, bob, cody, book):
    make_round(bob, [cody], book=book, texts=1)
    browser = client_of(cody)
    page = browser.get(browser.post("/assignments/next/")["Location"]).content.decode()
    assert "The letter speaks of delay." not in page
    codes = browser.get(f"/assignments/codebooks/{published(book).pk}/")
    assert codes["Cache-Control"] == "private, max-age=31536000, immutable"
    assert [each["shortcut"] for each in codes.json()["codes"]] == ["", "1", "2", "", "3", "4"]
    draft = book.versions.drafts().get()
    assert client_of(bob).get(f"/assignments/codebooks/{draft.pk}/").status_code == 404


def test_the_key_of_a_code_is_set_by_form_and_belongs_to_one_code(client_of, bob):
    book = make_codebook(bob, publish=False)
    draft, browser = book.versions.get(), client_of(bob)
    rude = draft.codes.get(key="rude")
    address = f"/codebooks/{book.slug}/codes/{rude.pk}/"
    values = {"name": "Rude", "parent": rude.parent_id, "colour": rude.colour, "is_codable": "on"}
    taken = browser.post(address, values | {"shortcut": "1"})
    assert taken.status_code == 422
    assert "“Delay” has this key." in taken.content.decode()
    assert browser.post(address, values | {"shortcut": "shift-1"}).status_code == 303
    rude.refresh_from_db()
    assert rude.shortcut == "shift-1"
    del values["is_codable"]
    browser.post(address, values | {"shortcut": "shift-1"})
    rude.refresh_from_db()
    assert rude.shortcut == ""


def test_passages_of_the_draft_are_set_copied_and_compared(client_of, bob, book):
    browser = client_of(bob)
    address = f"/codebooks/{book.slug}/"
    assert browser.post(f"{address}draft/", {"passages": "sentences"}).status_code == 303
    browser.post(f"{address}publish/", {"note": ""})
    assert book.versions.drafts().get().passages == "sentences"
    assert "Passages are made of whole sentences." in squeezed(browser.get(address).content.decode())
    assert "Whole sentences" in browser.get(f"{address}compare/?before=1&after=2").content.decode()


def test_pages_of_others_are_404_or_403(client_of, bob, cody, charlie, rita, fay, book):
    coding_round = make_round(bob, [cody], book=book, texts=1)
    coding_page = client_of(cody).post("/assignments/next/")["Location"]
    for person in (bob, charlie, rita):
        assert client_of(person).get(coding_page).status_code == 404
    assert client_of(charlie).get(f"/rounds/{coding_round.pk}/").status_code == 404
    assert client_of(cody).get(f"/rounds/{coding_round.pk}/edit/").status_code == 403
    assert client_of(rita).get("/assignments/").status_code == 403
    assert client_of(charlie).get(f"/codebooks/{book.slug}/edit/").status_code == 403
    assert client_of(fay).get("/codebooks/new/").status_code == 403


def test_a_person_who_is_not_signed_in_is_asked_to_sign_in(client, book):
    for address in ("/assignments/", "/rounds/", "/codebooks/new/", f"/codebooks/{book.slug}/"):
        assert client.get(address).status_code == 302


@pytest.mark.parametrize("address", ["/assignments/", "/assignments/mine/", "/rounds/", "/codebooks/"])
def test_pages_keep_their_query_budget(client_of, bob, cody, book, address, django_assert_max_num_queries):
    for _ in range(3):
        make_round(bob, [bob, cody], book=book, texts=3)
    browser = client_of(bob)
    browser.post("/assignments/next/")
    with django_assert_max_num_queries(16):
        assert browser.get(address).status_code == 200


def test_the_coding_page_takes_a_limited_number_of_queries(client_of, bob, cody, book, django_assert_max_num_queries):
    make_round(bob, [cody], book=book, texts=1)
    browser = client_of(cody)
    coding_page = browser.post("/assignments/next/")["Location"]
    with django_assert_max_num_queries(16):
        browser.get(coding_page)


def test_a_lead_who_codes_blind_does_not_see_what_others_flagged(client_of, bob, ada, cody, book):
    coding_round = make_round(bob, [bob, cody], book=book, texts=1, coders_per_unit=2)
    coding_page = client_of(cody).post("/assignments/next/")["Location"]
    client_of(cody).post(coding_page, {"act": "save", "memo": "My secret doubt.", "is_flagged": "on"})
    address = f"/rounds/{coding_round.pk}/"
    assert "My secret doubt." not in client_of(bob).get(address).content.decode()
    assert "My secret doubt." in client_of(ada).get(address).content.decode()
    client_of(bob).post(f"{address}close/", {"is_confirmed": "on"})
    assert "My secret doubt." in client_of(bob).get(address).content.decode()


def test_only_lead_coders_see_how_often_a_code_was_applied(client_of, bob, ada, cody, book):
    make_round(bob, [cody], book=book, texts=1)
    coding_page = client_of(cody).post("/assignments/next/")["Location"]
    client_of(cody).post(coding_page, {"act": "coded", "codes": [code(book, "delay").pk]})
    address = f"/codebooks/{book.slug}/versions/1/"
    assert "1 coding" in client_of(ada).get(address).content.decode()
    assert "1 coding" not in client_of(cody).get(address).content.decode()


def test_a_note_that_is_too_long_is_shown_for_correction_and_nothing_is_published(client_of, bob, book):
    browser = client_of(bob)
    before = book.versions.published().count()
    browser.post(f"/codebooks/{book.slug}/draft/start/")

    answer = browser.post(f"/codebooks/{book.slug}/publish/", {"note": "x" * 501})

    assert answer.status_code == 422
    assert "x" * 501 in answer.content.decode()
    assert book.versions.published().count() == before
