"""A form loses nothing that was typed: without a connection, when its tab is killed, by Back, when the session ends."""

import re

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import expect

from casestudies.models import CaseStudy, CoCreationEvent, Contribution
from tests.factories.casestudies import make_case_study, make_contribution, make_event

pytestmark = pytest.mark.django_db(transaction=True)
BAR = ".form-draft"


@pytest.fixture
def case_study(fay):
    return make_case_study(fay, abstract="At first")


def kept(page):
    page.locator(f"{BAR}[data-state=kept]").wait_for()


def test_a_form_that_is_submitted_without_a_connection_is_saved_when_there_is_one(page, sign_in, fay, case_study):
    sign_in(page, fay)
    page.goto(reverse("contribution-new", args=[case_study.slug]))
    page.locator("[name=kind]").select_option("idea")
    page.locator("[name=group]").select_option(index=1)
    page.locator("[name=text]").fill("Trees along the quay\nand a bench")
    kept(page)
    page.context.set_offline(True)
    page.get_by_role("button", name="Save", exact=True).click()
    page.locator(f"{BAR}[data-state=waiting]").wait_for()
    assert not Contribution.objects.exists()
    page.context.set_offline(False)
    page.wait_for_url(re.compile(r"/contributions/\d+/$"))
    assert Contribution.objects.get().text.splitlines() == ["Trees along the quay", "and a bench"]


def test_a_killed_tab_brings_back_what_was_typed_and_only_that(page, sign_in, fay, ada, case_study):
    address = reverse("case-study-edit", args=[case_study.slug])
    sign_in(page, fay)
    page.goto(address)
    page.locator("[name=abstract]").fill("Mine, longer")
    kept(page)
    page.close()
    CaseStudy.objects.filter(pk=case_study.pk).update(country="DK")
    again = page.context.new_page()
    again.goto(address)
    again.locator(BAR).get_by_text("is back").wait_for()
    assert again.locator("[name=abstract]").input_value() == "Mine, longer"
    assert again.locator("[name=country]").input_value() == "DK"
    again.get_by_role("button", name="Save", exact=True).click()
    again.wait_for_url(f"**{case_study.get_absolute_url()}")
    case_study.refresh_from_db()
    assert (case_study.abstract, case_study.country) == ("Mine, longer", "DK")
    again.goto(address)
    again.wait_for_load_state("networkidle")
    assert not again.locator(BAR).count()


def test_a_field_that_somebody_else_changed_meanwhile_is_asked_when_it_comes_back(page, sign_in, fay, case_study):
    address = reverse("case-study-edit", args=[case_study.slug])
    sign_in(page, fay)
    page.goto(address)
    page.locator("[name=abstract]").fill("Mine")
    kept(page)
    page.close()
    CaseStudy.objects.filter(pk=case_study.pk).update(abstract="Theirs")
    again = page.context.new_page()
    again.goto(address)
    take = again.locator(f"{BAR} [data-take=abstract]")
    take.wait_for()
    assert "Theirs" in again.locator(BAR).inner_text()
    assert again.locator("[name=abstract]").input_value() == "Mine"
    take.click()
    assert again.locator("[name=abstract]").input_value() == "Theirs"


def test_a_refusal_keeps_all_fields_on_the_page_and_takes_the_focus(page, sign_in, fay, case_study):
    sign_in(page, fay)
    page.goto(reverse("event-new", args=[case_study.slug]))
    page.locator("[name=venue]").fill("The old library")
    page.locator("[name=purpose]").fill("To plan the quay")
    page.get_by_role("button", name="Save", exact=True).click()
    summary = page.locator(".error-summary")
    summary.wait_for()
    assert page.evaluate("document.activeElement.className") == "error-summary"
    assert page.locator("[name=venue]").input_value() == "The old library"
    page.reload()
    page.locator(BAR).get_by_text("is back").wait_for()
    assert page.locator("[name=venue]").input_value() == "The old library"
    assert page.locator("[name=purpose]").input_value() == "To plan the quay"


def test_a_session_that_ended_while_typing_is_signed_in_again_and_the_form_is_saved(page, sign_in, fay, case_study):
    sign_in(page, fay)
    page.goto(reverse("event-new", args=[case_study.slug]))
    page.locator("[name=title]").fill("Walk along the quay")
    page.locator("[name=starts_at]").fill("2026-11-20T09:00")
    page.locator("[name=ends_at]").fill("2026-11-20T12:00")
    page.locator("[name=format]").select_option(index=1)
    kept(page)
    Session.objects.all().delete()
    page.context.clear_cookies()
    page.get_by_role("button", name="Save", exact=True).click()
    page.locator(f"{BAR}[data-state=waiting]").wait_for()
    other = page.context.new_page()
    sign_in(other, fay)
    page.bring_to_front()
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    page.wait_for_url(re.compile(r"/events/\d+/$"))
    assert CoCreationEvent.objects.get().title == "Walk along the quay"


def test_an_answer_that_is_lost_makes_no_second_event(page, sign_in, fay, case_study):
    sign_in(page, fay)
    address = reverse("contribution-new", args=[case_study.slug])
    page.goto(address)
    page.locator("[name=kind]").select_option("idea")
    page.locator("[name=group]").select_option(index=1)
    page.locator("[name=text]").fill("Trees")
    lost = []

    def lose_the_first(route):
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch().status)
            return route.abort()
        return route.continue_()

    page.route(f"**{address}", lose_the_first)
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url(re.compile(r"/contributions/\d+/$"))
    assert lost == [200]
    assert Contribution.objects.count() == 1


def test_two_tabs_of_one_form_keep_two_drafts(page, sign_in, fay, case_study):
    sign_in(page, fay)
    address = reverse("contribution-new", args=[case_study.slug])
    other = page.context.new_page()
    for tab, words in ((page, "From the first"), (other, "From the second")):
        tab.goto(address)
        tab.locator("[name=text]").fill(words)
        kept(tab)
    page.close()
    other.close()
    again = page.context.new_page()
    again.goto(address)
    again.locator(BAR).get_by_text("is back").wait_for()
    assert again.locator("[name=text]").input_value() == "From the second"
    again.locator(BAR).get_by_role("link", name="Open another draft").click()
    expect(again.locator("[name=text]")).to_have_value("From the first")


def test_decision_and_event_fields_come_back_after_back(page, sign_in, fay, case_study):
    contribution = make_contribution(case_study, fay)
    make_event(case_study, fay)
    sign_in(page, fay)
    page.goto(reverse("contribution-decision", args=[contribution.pk]))
    page.locator("[name=response]").fill("Not this year")
    kept(page)
    page.get_by_role("link", name="Cancel").click()
    page.wait_for_url(f"**{contribution.get_absolute_url()}")
    page.go_back()
    page.locator(BAR).wait_for()
    assert page.locator("[name=response]").input_value() == "Not this year"
