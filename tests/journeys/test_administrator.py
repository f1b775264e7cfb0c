"""An administrator invites a colleague, gives roles, looks at what was done, and closes the account again."""

import re

import pytest
from playwright.sync_api import expect

from accounts.models import AuditEvent, User
from tests.conftest import PASSWORD
from tests.journeys.keyboard import tab_to


def test_an_administrator_looks_after_people(page, new_page, sign_in, axe, ada, mailoutbox, deliver):
    sign_in(page, ada)
    page.goto("/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Manage").click()
    page.get_by_role("link", name="People", exact=True).click()
    axe(page)

    page.get_by_role("button", name="Invite a person").click()
    page.get_by_role("button", name="Invite").click()
    expect(page.get_by_role("alert").get_by_text("Username")).to_be_visible()
    axe(page)
    page.get_by_label("Username").fill("ute")
    page.get_by_label("Full name").fill("Ute Undset")
    page.get_by_label("Email address").fill("ute@example.org")
    page.get_by_label("Organisation").select_option("alpha-university")
    page.get_by_label("Fieldworker").check()
    page.get_by_label("Coder", exact=True).check()
    page.get_by_role("button", name="Invite").click()
    page.wait_for_url("**/people/ute/")
    expect(page.get_by_text("Fieldworker, Coder")).to_be_visible()
    expect(page.get_by_label("Fieldworker")).to_be_checked()
    axe(page)

    deliver()
    link = next(line for line in mailoutbox[0].body.splitlines() if "/accounts/password/reset/key/" in line)
    ute = new_page(width=390)
    ute.goto(link.strip())
    ute.wait_for_url("**set-password/")
    axe(ute)
    ute.locator("input[name=password1]").fill("a sentence of my own")
    ute.locator("input[name=password2]").fill("a sentence of my own")
    ute.get_by_role("button", name="Set the password").click()
    ute.get_by_role("button", name="Sign in").click()
    axe(ute)
    ute.get_by_label("Username or email address").fill("ute")
    ute.get_by_label("Password").fill("a sentence of my own")
    ute.get_by_role("button", name="Sign in").click()
    ute.goto("/my-account/")
    expect(ute.get_by_role("heading", name="My account")).to_be_visible()
    axe(ute)

    page.get_by_label("Coder", exact=True).uncheck()
    page.get_by_role("button", name="Assign roles").click()
    page.get_by_text("at Alpha University were saved").wait_for()
    assert User.objects.get(username="ute").roles == {"fieldworker"}

    page.get_by_role("button", name="Actions of this person").click()
    page.wait_for_url("**person=ute**")
    expect(page.get_by_role("link", name="person signed in").first).to_be_visible()
    axe(page)
    page.goto("/audit-trail/?action=roles.set")
    expect(page.get_by_text("after: fieldworker; before: fieldworker, coder")).to_be_visible()

    page.goto("/people/ute/")
    page.get_by_role("button", name="Deactivate the account").click()
    expect(page.get_by_text("signed out everywhere")).to_be_visible()
    ute.goto("/my-account/")
    expect(ute).to_have_url(re.compile("/accounts/login/"))
    assert AuditEvent.objects.filter(action="person.deactivated", actor=ada).exists()


@pytest.mark.usefixtures("rita")
def test_an_administrator_works_by_keyboard_alone(page, sign_in, ada):
    sign_in(page, ada)
    page.goto("/people/")
    tab_to(page, "Rita")
    page.keyboard.press("Enter")
    page.wait_for_url("**/people/rita/")
    tab_to(page, "Lead coder")
    page.keyboard.press("Space")
    tab_to(page, "Assign roles")
    page.keyboard.press("Enter")
    page.get_by_text("The roles of Rita at Alpha University were saved").wait_for()
    assert User.objects.get(username="rita").roles == {"reader", "lead-coder"}
    tab_to(page, "Actions of this person")
    page.keyboard.press("Enter")
    page.wait_for_url("**/audit-trail/**")


def test_two_factor_authentication_is_set_up_and_a_wrong_code_is_reported(page, sign_in, axe, rita):
    sign_in(page, rita)
    page.goto("/my-account/")
    page.get_by_role("link", name="Set up").click()
    axe(page)
    page.get_by_role("button", name="Set up").click()
    page.get_by_role("heading", name="Confirm that it is you").wait_for()
    axe(page)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    page.get_by_role("img", name="QR code of the key").wait_for()
    axe(page)
    page.get_by_label("Authenticator code").fill("000000")
    page.get_by_role("button", name="Turn on").click()
    expect(page.get_by_role("alert")).to_be_visible()
    axe(page)


def test_two_browsers_are_listed_and_one_is_ended(page, new_page, sign_in, axe, rita):
    phone = new_page(width=390, user_agent="Mozilla/5.0 (iPhone) Version/18 Safari/604.1")
    sign_in(phone, rita)
    sign_in(page, rita)
    page.goto("/my-account/")
    axe(page)
    page.get_by_role("button", name="Sign out of Safari on iPhone").click()
    expect(page.get_by_text("Signed out of Safari on iPhone.")).to_be_visible()
    phone.goto("/my-account/")
    expect(phone).to_have_url(re.compile("/accounts/login/"))


@pytest.mark.parametrize(
    "address",
    [
        "/accounts/login/",
        "/accounts/password/reset/",
        "/accounts/password/reset/done/",
        "/accounts/password/reset/key/1-abc/",
        "/accounts/inactive/",
        "/accounts/signup/",
        "/accounts/university/login/cancelled/",
        "/accounts/university/login/error/",
        "/api/v1/docs/",
        "/api/v1/docs/case-studies/",
        "/api/v1/docs/complaint-records/",
        "/api/v1/docs/imports/",
    ],
)
def test_pages_for_everybody_are_accessible(page, axe, db, address):
    page.goto(address)
    axe(page)


def test_invalid_organisations_and_people_are_refused_with_the_reason(page, sign_in, axe, ada):
    sign_in(page, ada)
    page.goto("/organisations/new/")
    axe(page)
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("alert")).to_be_visible()
    axe(page)
    page.goto("/people/?search=nobody")
    expect(page.get_by_role("heading", name="No people match")).to_be_visible()
    axe(page)
    page.goto("/audit-trail/?colour=red")
    expect(page.get_by_role("alert")).to_be_visible()
    axe(page)
