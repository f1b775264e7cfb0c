"""A partner university makes a token, reads the API with it, pages through and takes an export home."""

import csv
import io
import json
import urllib.request

import pytest
from playwright.sync_api import expect

from tests.factories.complaints import load_records, make_dataset


@pytest.fixture
def records(transactional_db, alpha):
    dataset = make_dataset(alpha, slug="letters", access="consortium", narrative_access="consortium")
    return load_records(dataset, [{"reference": f"L-{n}", "narrative": "the roof leaks"} for n in range(25)])


def ask(url, token):
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"})  # noqa: S310 - the live server
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
        return answer.read().decode("utf-8-sig")


def test_a_partner_reads_everything_by_token(page, sign_in, axe, live_server, charlie, records):
    sign_in(page, charlie)
    page.goto("/")
    page.get_by_role("button", name=str(charlie)).click()
    page.get_by_role("link", name="My account").click()
    page.locator("form[action$='/tokens/'] input[name=label], input[name=label]").first.fill("R on my laptop")
    page.get_by_role("button", name="Create token").click()
    token = page.locator("code.token-secret").inner_text().strip()
    axe(page)

    url, seen = f"{live_server.url}/api/v1/complaint-records/?page_size=10", []
    while url:
        answer = json.loads(ask(url, token))
        seen += [row["reference"] for row in answer["results"]]
        url = answer["next"]
    assert sorted(seen) == sorted(f"L-{n}" for n in range(25))

    export = ask(f"{live_server.url}/api/v1/complaint-records/export/?format=csv&search=roof", token)
    assert len(list(csv.DictReader(io.StringIO(export)))) == 25


def test_a_read_is_tried_on_the_page_of_its_group(page, sign_in, axe, charlie, records):
    sign_in(page, charlie)
    page.goto("/api/v1/docs/complaint-records/")
    tried = page.locator("[data-try]").first
    address = tried.get_by_role("textbox", name="Try it: address")
    expect(address).to_have_value("/api/v1/complaint-records/?page_size=10")
    address.fill("/api/v1/complaint-records/?reference=L-7&fields=reference")
    tried.get_by_role("button", name="Send").click()
    expect(tried.get_by_role("status")).to_have_text("200, application/json")
    answer = json.loads(tried.get_by_role("region", name="Answer").inner_text())
    assert [row["reference"] for row in answer["results"]] == ["L-7"]
    axe(page)

    address.fill("/api/v1/complaint-records/?colour=red")
    address.press("Enter")
    expect(tried.get_by_role("status")).to_contain_text("400, application/problem+json")
    address.fill("/accounts/logout/")
    address.press("Enter")
    expect(tried.get_by_role("status")).to_have_text("Only addresses that begin with /api/v1/ can be tried here.")
    expect(tried.get_by_role("region", name="Answer")).to_be_hidden()
