"""Rounds of two organisations with the same texts: pairing them, and the agreement of their coders."""

import pytest

from accounts.roles import Role
from coding.actions import codings, freeze_units, queue, rounds, samples
from coding.actions.codings import NewCoding
from coding.actions.units import NewUnit
from coding.common_units import agreement_in_common, in_common
from coding.models import TextUnit
from tests.conftest import person_at
from tests.factories.coding import code, make_codebook, published

pytestmark = pytest.mark.django_db
LETTERS = {f"letters/{n}": f"Letter number {n}." for n in range(4)}


@pytest.fixture
def book(bob):
    return make_codebook(bob, access="consortium")


@pytest.fixture
def bea(beta):
    return person_at(beta, "bea", Role.LEAD_CODER)


@pytest.fixture
def celia(beta):
    return person_at(beta, "celia", Role.CODER)


def round_of(lead, coder, book, letters):
    organisation = lead.memberships.get().organisation
    values = {"title": f"Round of {lead}"}
    planned = rounds.create_round(
        organisation=organisation, version=published(book), values=values, coders=[coder], by=lead
    )
    units = freeze_units(
        units=[
            NewUnit(
                source_kind="complaint-record", source_key=key, title=key, text=text, organisation_id=organisation.pk
            )
            for key, text in letters.items()
        ],
        by=lead,
    )
    rounds.add_units(coding_round=planned, unit_ids=[unit.pk for unit in units], by=lead)
    return rounds.open_round(coding_round=planned, by=lead)


def code_all(running, coder, codes, lead):
    """Each letter gets its codes, `none` or `unsure`; then the round is closed."""
    for _ in codes:
        assignment = queue.take_next(by=coder, coding_round=running)
        wanted = codes[assignment.round_unit.unit.source_key]
        if isinstance(wanted, str):
            codings.submit(assignment=assignment, outcome=wanted, by=coder)
            continue
        for each in wanted:
            codings.apply_code(assignment=assignment, coding=NewCoding(code=each), by=coder)
        codings.submit(assignment=assignment, outcome="coded", by=coder)
    return rounds.close_round(coding_round=running, by=lead)


@pytest.fixture
def both(bob, cody, bea, celia, book):
    """Three letters in common, coded: one the same, one differently, one `unsure` in the second round."""
    delay, rude = code(book, "delay"), code(book, "rude")
    keys = list(LETTERS)
    ours = round_of(bob, cody, book, {key: LETTERS[key] for key in keys[:3]})
    theirs = round_of(bea, celia, book, {**{key: LETTERS[key] for key in keys[1:]}, keys[0]: LETTERS[keys[0]]})
    code_all(ours, cody, {keys[0]: [delay], keys[1]: [delay, rude], keys[2]: "none-applies"}, bob)
    code_all(theirs, celia, {keys[0]: [delay], keys[1]: "none-applies", keys[2]: "unsure", keys[3]: [rude]}, bea)
    return ours, theirs


def test_each_organisation_has_its_own_unit_of_the_same_text(bob, cody, bea, celia, book):
    ours, theirs = round_of(bob, cody, book, LETTERS), round_of(bea, celia, book, LETTERS)

    assert TextUnit.objects.count() == 8
    pairs = in_common(ours, theirs)
    keys = dict(ours.units.values_list("pk", "unit__source_key"))
    other_keys = dict(theirs.units.values_list("pk", "unit__source_key"))
    assert len(pairs) == 4
    assert all(keys[one] == other_keys[other] for one, other in pairs)


def test_a_changed_text_is_not_in_common(bob, cody, bea, celia, book):
    ours = round_of(bob, cody, book, LETTERS)
    theirs = round_of(bea, celia, book, LETTERS | {"letters/0": "Letter number 0, corrected."})

    assert len(in_common(ours, theirs)) == 3


def test_agreement_is_over_the_units_in_common_of_both_rounds_coders(both):
    found = agreement_in_common(*both)

    assert (found.units, found.repeated) == (3, 0)
    assert (found.overall.agreement.units, found.overall.percent) == (2, "50 %")
    by_key = {figure.code.key: figure for figure in found.codes}
    assert set(by_key) == {"delay", "no-reply", "rude", "unclear"}
    # Of two letters both coders apply `delay` to one, and the first coder alone to the other: D_o = 1/2, D_e = 1/2.
    assert by_key["delay"].agreement.value == pytest.approx(0)
    assert by_key["unclear"].alpha == "not computable: no variation, because all values are the same"


def test_who_coded_a_text_in_both_rounds_counts_once(bob, cody, bea, book):
    delay = code(book, "delay")
    ours, theirs = round_of(bob, cody, book, LETTERS), round_of(bea, cody, book, LETTERS)
    for running, lead in ((ours, bob), (theirs, bea)):
        code_all(running, cody, {key: [delay] for key in LETTERS}, lead)

    found = agreement_in_common(ours, theirs)

    assert found.repeated == 4
    assert found.overall.alpha == "not computable: no unit was coded by two coders"


def test_the_page_compares_only_with_rounds_that_are_shared(client_of, both, bob, bea, alpha, beta):
    ours, theirs = both
    browser, address = client_of(bob), f"/rounds/{ours.pk}/compare/"
    assert theirs.title not in browser.get(address).content.decode()
    assert browser.get(address, {"with": theirs.pk}).status_code == 404

    samples.share_round(coding_round=theirs, organisations=[alpha], by=bea)

    page = " ".join(browser.get(address, {"with": theirs.pk}).content.decode().split())
    assert "3 units in common" in page
    assert "50 %" in page
    assert browser.get(address, {"with": "²"}).status_code == 404


def test_before_closing_a_lead_sees_the_number_and_a_coder_nothing(client_of, bob, cody, bea, celia, book, alpha):
    ours, theirs = round_of(bob, cody, book, LETTERS), round_of(bea, celia, book, LETTERS)
    samples.share_round(coding_round=theirs, organisations=[alpha], by=bea)
    address = f"/rounds/{ours.pk}/compare/"

    page = " ".join(client_of(bob).get(address, {"with": theirs.pk}).content.decode().split())

    assert "4 units in common" in page
    assert "Percent agreement" not in page
    assert client_of(cody).get(address).status_code == 403
