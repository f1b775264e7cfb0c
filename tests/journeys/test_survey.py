"""A respondent on a phone without JavaScript, and the maker on a laptop, in a real browser."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from surveys.models import Questionnaire, Response
from tests.factories.surveys import make_questionnaire, make_response, make_wave
from tests.journeys.accessibility import violations


@pytest.fixture
def phone(new_page):
    return new_page(width=390, height=844, java_script_enabled=False)


@pytest.fixture
def checked(new_page):
    """`checked(address)`: axe on a page of the survey in a browser that runs scripts; axe itself is one."""

    def check(address):
        page = new_page(width=390)
        page.goto(address)
        found = violations(page, {})
        assert not found, "\n".join(found)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "it scrolls sideways"
        page.close()

    return check


def test_a_respondent_answers_on_a_phone_without_javascript(phone, checked, ada, alpha):
    wave = make_wave(ada, alpha)
    door = reverse("respond", args=[wave.key])
    phone.goto(door)
    checked(door)
    phone.get_by_role("link", name="Nederlands").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Klachten en u")
    phone.get_by_role("link", name="English").click()
    phone.get_by_role("button", name="Start").click()

    # An error: the summary leads to the field, and what was typed stays.
    phone.get_by_label("How old are you?").first.fill("7")
    phone.get_by_role("radio", name="Yes").check()
    phone.get_by_role("button", name="Next").click()
    phone.get_by_role("link", name="An age from 16 to 110.").click()
    expect(phone.get_by_label("How old are you?").first).to_have_value("7")
    expect(phone.get_by_role("radio", name="Yes")).to_be_checked()
    phone.get_by_label("How old are you?").first.fill("44")
    phone.get_by_role("button", name="Next").click()

    checked(phone.url)
    for way in ("By phone", "At the desk"):
        phone.get_by_role("checkbox", name=way).check()
    phone.get_by_role("button", name="Next").click()
    code = phone.locator(".survey-code .code").inner_text()
    phone.get_by_role("button", name="Back").click()
    expect(phone.get_by_role("checkbox", name="At the desk")).to_be_checked()

    # The train goes through a tunnel; she goes on later with her code.
    phone.goto(door)
    phone.get_by_label("Code").fill(code.lower())
    phone.get_by_role("button", name="Continue").click()
    phone.get_by_label("How many minutes").fill("12,5")
    phone.get_by_label("When?").first.fill("2026-10-01")
    checked(phone.url)
    phone.get_by_role("button", name="Next").click()
    phone.get_by_label("Anything else?").fill("They called back the same day.")
    phone.get_by_role("button", name="Next").click()
    checked(phone.url)
    phone.get_by_role("button", name="Send my answers").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Thank you")
    checked(phone.url)
    response = Response.objects.get()
    assert response.is_complete
    assert response.answers.get(item__name="ways").codes == ["phone", "desk"]


def test_the_whole_survey_is_answered_with_the_keyboard_alone(new_page, ada, alpha):
    page = new_page(width=390)
    page.goto(reverse("respond", args=[make_wave(ada, alpha).key]))

    def tab_to(role, name):
        target = page.get_by_role(role, name=name).first
        for _ in range(30):
            page.keyboard.press("Tab")
            if target.evaluate("node => node === document.activeElement"):
                return
        raise AssertionError(f"{role} {name} is not reached by Tab")

    tab_to("button", "Start")
    page.keyboard.press("Enter")
    tab_to("textbox", "How old are you?")
    page.keyboard.type("50")
    tab_to("radio", "Yes")
    page.keyboard.press("ArrowDown")
    tab_to("button", "Next")
    page.keyboard.press("Enter")
    page.get_by_label("Anything else?").wait_for()
    tab_to("button", "Next")
    page.keyboard.press("Enter")
    tab_to("button", "Send my answers")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Thank you").wait_for()
    assert Response.objects.get().answers.get(item__name="complained").codes == ["no"]


def test_a_fieldworker_makes_a_questionnaire_and_opens_it(page, sign_in, axe, fay):
    sign_in(page, fay)
    page.goto(reverse("questionnaire-list"))
    axe(page)
    page.get_by_role("button", name="New questionnaire").first.click()
    page.get_by_label("Title").fill("Parks and you")
    page.get_by_label("Organisation", exact=True).select_option(label="Alpha University")
    axe(page)
    page.get_by_role("button", name="Create the draft").click()

    page.get_by_role("link", name="Add a list of choices").click()
    page.get_by_label("Name of the list").fill("yn")
    page.get_by_label("code, row 1").fill("y")
    page.get_by_label("label, row 1").fill("Yes")
    page.get_by_label("code, row 2").fill("n")
    page.get_by_label("label, row 2").fill("No")
    axe(page)
    page.get_by_role("button", name="Save the list").click()

    page.get_by_role("link", name="Add a question").first.click()
    page.get_by_label("Variable name").fill("likes")
    page.get_by_label("Type").select_option(label="One choice of a list")
    page.get_by_label("Text").fill("Do you like the park?")
    page.get_by_label("List of choices").select_option(label="yn")
    axe(page)
    page.get_by_role("button", name="Save").click()
    axe(page)
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("group", name="Do you like the park?")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Back to the draft").click()
    page.get_by_label("What changed").fill("The first version.")
    page.get_by_role("button", name="Publish version 1").click()
    expect(page.get_by_text("The first version.")).to_be_visible()

    page.get_by_role("link", name="Add fieldwork").click()
    page.get_by_label("Title").fill("Visitors 2026")
    axe(page)
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Add a wave").click()
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Open").click()
    link = page.get_by_role("link", name="/s/")
    axe(page)
    link.click()
    expect(page.get_by_role("button", name="Start")).to_be_visible()
    assert Questionnaire.objects.get().versions.get().items.get().choice_list.name == "yn"


def test_results_are_read_without_barriers(page, sign_in, axe, ada, alpha):
    wave = make_wave(ada, alpha)
    response = make_response(wave, ada)
    make_questionnaire(ada, alpha, slug="draft")
    sign_in(page, ada)
    slug = "complaints-and-you"
    for address in (
        reverse("questionnaire-detail", args=[slug]),
        reverse("questionnaire-version", args=[slug, 1]),
        reverse("questionnaire-counts", args=[slug, 1]),
        reverse("survey-response-list", args=[slug]),
        reverse("survey-response-detail", args=[slug, response.uuid]),
        reverse("questionnaire-draft", args=["draft"]),
        reverse("questionnaire-xlsform", args=["draft"]),
        reverse("questionnaire-texts", args=["draft"]),
    ):
        page.goto(address)
        axe(page)
