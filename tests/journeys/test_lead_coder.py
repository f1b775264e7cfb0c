"""A lead coder's visit: campaigns of a planned round coded once, one letter taken out, the sample shared."""

import pytest

from accounts.roles import Role
from coding.actions.samples import share_round
from coding.models import AlikeUnit
from tests.conftest import person_at
from tests.factories.coding import make_codebook, make_round

LETTER = " ".join(f"Please keep the library in street number {n} open on Saturdays." for n in range(9))
TEXTS = [f"{LETTER} Anna", f"{LETTER} Bert", LETTER.upper(), "No bus came.", "no  bus came.", "The roof leaks."]


@pytest.fixture
def plan(transactional_db, bob, cody):
    book = make_codebook(bob, title="Grievances", access="consortium")
    return make_round(bob, [bob, cody], book=book, texts=TEXTS, title="Pilot round", start=False)


def test_a_lead_coder_has_a_campaign_coded_once_and_shares_the_sample(page, sign_in, axe, bob, beta, plan):
    bea = person_at(beta, "bea", Role.LEAD_CODER)
    theirs = make_round(bea, [bea], book=plan.codebook_version.codebook, texts=TEXTS, title="Round of Beta")
    share_round(coding_round=theirs, organisations=[plan.organisation], by=bea)
    sign_in(page, bob)
    page.goto(f"/rounds/{plan.pk}/")
    page.get_by_role("link", name="Sample, campaigns and sharing").click()
    axe(page)

    page.get_by_role("button", name="Campaigns").click()
    page.get_by_role("button", name="Search for alike texts").click()
    page.get_by_text("5 letters of 2 campaigns.").wait_for()
    axe(page)
    page.get_by_role("button", name="Code once").first.click()
    page.get_by_text("2 letters are coded with the first one of their campaign.").first.wait_for()
    assert AlikeUnit.objects.coded_once().count() == 2

    page.goto(f"/rounds/{plan.pk}/sample/")
    page.get_by_label("Select Letter 6").check()
    page.get_by_role("button", name="Remove the selected units").click()
    page.get_by_text("Removed 1 unit. 1 was in no other round and was deleted.").wait_for()
    page.get_by_label(beta.name).check()
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Saved.").wait_for()
    assert plan.shares.get().organisation == beta

    page.get_by_role("button", name="Units in common").click()
    page.get_by_role("button", name="Compare").click()
    page.get_by_text("Agreement is shown when both rounds are closed.").wait_for()
    axe(page)
