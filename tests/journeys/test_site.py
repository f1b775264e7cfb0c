"""The gallery of components, a vocabulary changed by keyboard, forms that say what is wrong."""

from playwright.sync_api import expect

from tests.journeys.keyboard import tab_to


def test_every_component_is_accessible(page, axe, settings):
    settings.DEBUG = True
    page.goto("/components/")

    axe(page)


def test_a_wrong_form_puts_the_focus_on_what_is_wrong(page, axe, sign_in, bob):
    sign_in(page, bob)
    page.goto("/vocabularies/participation-level/1/new/")
    page.get_by_role("button", name="Save the term").click()

    expect(page.locator(".error-summary")).to_be_focused()
    page.get_by_role("link", name="Label in English: This field is required.").click()
    expect(page.locator("[name=en]")).to_be_focused()
    axe(page)


def test_a_lead_coder_adds_a_term_with_the_keyboard_alone(page, axe, sign_in, bob):
    sign_in(page, bob)
    page.goto("/vocabularies/participation-level/1/")
    axe(page)

    tab_to(page, "Add a term")
    page.keyboard.press("Enter")
    page.wait_for_url("**/new/")
    tab_to(page, "Key")
    page.keyboard.type("co-owner")
    tab_to(page, "Label in English")
    page.keyboard.type("Co-owner")
    page.keyboard.press("Enter")
    page.wait_for_url("**/participation-level/1/")

    expect(page.get_by_role("status").get_by_text("The term Co-owner was saved.")).to_be_visible()
    expect(page.get_by_role("rowheader", name="Co-owner")).to_be_visible()
