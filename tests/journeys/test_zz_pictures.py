"""Pictures of the pages of adjudication."""

from coding.actions import adjudication as actions
from coding.actions import rounds
from coding.actions.adjudication import NewDecision
from coding.models import Adjudication
from tests.coding.adjudicating import *
from tests.journeys.conftest import *


def test_pictures(new_page, sign_in, transactional_db, bob, alpha):
    coders = coders_at(alpha, "cleo", "cyril", "cora")
    running = blind_round(bob, coders, texts=2, title="Pilot round")
    for _ in range(2):
        hand_in(coders[0], running, DELAY, RUDE, memo="Nine months is long.")
        hand_in(coders[1], running, LATE, RUDE)
        hand_in(coders[2], running, WHOLE, RUDE)
    rows = list(Adjudication.objects.all())
    for verdict, chosen, reason in [
        ("accept", LATE, "The whole sentence tells of the delay."),
        ("reject", DELAY, "Too short."),
        ("accept", WHOLE, "Rightly seen."),
    ]:
        new = NewDecision(verdict, reason, code_of(running, chosen[0]), chosen[1], chosen[2])
        actions.decide(adjudication=rows[0], decision=new, seen=seen(rows[0]), by=bob)
        if verdict == "reject":
            pass
    for width, scheme in ((1280, "light"), (390, "dark")):
        page = new_page(width=width, scheme=scheme)
        sign_in(page, bob)
        for n, address in enumerate(
            [
                f"/rounds/{running.pk}/",
                f"/rounds/{running.pk}/adjudication/",
                rows[1].get_absolute_url(),
                rows[0].get_absolute_url(),
            ]
        ):
            page.goto(address)
            page.screenshot(path=f"/tmp/h5-{width}-{n}.png", full_page=True)
    actions.settle(adjudication=rows[0], seen=seen(rows[0]), by=bob)
    rounds.close_round(coding_round=running, by=bob)
    for width, scheme in ((1280, "light"), (390, "dark")):
        page = new_page(width=width, scheme=scheme)
        sign_in(page, coders[0])
        page.goto(f"/rounds/{running.pk}/corrections/")
        page.screenshot(path=f"/tmp/h5-{width}-4.png", full_page=True)
        page.goto("/assignments/mine/")
        page.screenshot(path=f"/tmp/h5-{width}-5.png", full_page=True)
