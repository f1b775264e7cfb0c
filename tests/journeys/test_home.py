"""The home page, the pages about the site and what a person meets when something is not there."""

import pytest
from playwright.sync_api import expect

from tests.journeys.keyboard import tab_to


@pytest.mark.parametrize("address", ["/", "/help/", "/accessibility/", "/vocabularies/", "/nowhere/"])
def test_public_pages_are_accessible(page, axe, address):
    page.goto(address)

    axe(page)


def test_home_of_a_member_is_accessible(page, axe, sign_in, ada):
    sign_in(page, ada)
    page.goto("/")

    axe(page)


def test_the_first_stop_of_the_tab_key_skips_the_navigation(page):
    page.goto("/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.locator("#main")).to_be_focused()


def test_the_menu_opens_on_a_phone_with_the_keyboard(new_page):
    page = new_page(width=390)
    page.goto("/")
    link = page.get_by_role("navigation", name="Main").get_by_role("link", name="Vocabularies")
    expect(link).not_to_be_visible()

    tab_to(page, "Menu")
    page.keyboard.press("Enter")
    tab_to(page, "Vocabularies")
    page.keyboard.press("Enter")

    page.wait_for_url("**/vocabularies/")
