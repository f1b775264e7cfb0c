"""The report of agreement as PDF, read back: the figures, the words and the people of the page of the report."""

import io
import re

import pytest
from pypdf import PdfReader

from accounts.roles import Role
from coding.actions import codebooks
from coding.models import Code
from tests.conftest import person_at
from tests.factories.agreement import make_compared_round, submit_units
from tests.factories.coding import make_codebook, make_round

pytestmark = pytest.mark.django_db


@pytest.fixture
def carl(alpha):
    """A second coder at Alpha."""
    return person_at(alpha, "carl", Role.CODER)


@pytest.fixture
def book(bob):
    return make_codebook(bob)


@pytest.fixture
def running(bob, cody, carl, book):
    """A blind round that Cody and Carl have submitted; Bob leads it."""
    return make_compared_round(bob, cody, carl, book)


def address(coding_round, query="", name="report.pdf"):
    return f"/rounds/{coding_round.pk}/agreement/{name}{query}"


def reader_of(answer):
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    return PdfReader(io.BytesIO(answer.content))


def text_of(reader):
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def bare(text):
    """The text without spaces, because a line of PDF ends where the page does."""
    return "".join(text.split())


def test_the_pdf_has_every_figure_that_the_api_has(client_of, bob, running):
    browser = client_of(bob)
    reader = reader_of(browser.get(address(running)))
    body = browser.get(f"/api/v1/rounds/{running.pk}/agreement/").json()

    shown = text_of(reader)

    figures = [one for name in ("headline", "levels", "codes", "pairs", "windows", "passages")
               for one in body["figures"][name]]  # fmt: skip
    assert any(one["value"] is None for one in figures)
    for one in figures:
        assert (f"{one['value']:.3f}" if one["value"] is not None else "Not computable") in shown
        if one["low"] is not None:
            assert f"{one['low']:.3f} to {one['high']:.3f}" in shown
    assert not re.search(r"\bnan\b|\bNone\b(?! applies)", shown)


def test_the_pdf_names_what_a_reader_must_know(client_of, bob, running):
    reader = reader_of(client_of(bob).get(address(running, "?seed=12")))
    report = client_of(bob).get(address(running, "?seed=12", "report/")).context["report"]

    shown = bare(text_of(reader))

    for words in (
        report.title,
        report.citation,
        report.shown.headline.shown.excluded,
        *report.commands,
        *(formula for _label, formula in report.formulas),
        *(sha256 for _number, sha256 in report.units),
        "units resampled 1,000 times, seed 12",
        "unit with a value of one coder only: 1; unsure: 1",
        "Coders A, B",
    ):
        assert bare(words) in shown
    assert f"/rounds/{running.pk}/agreement/report/?seed=12" in report.citation
    assert bare("data version 8-0, SHA-256 of the ratings") + report.result.ratings_sha256 in shown
    assert reader.metadata.title == report.title
    assert f"1 of {len(reader.pages)}" in reader.pages[0].extract_text()


def test_lead_coders_can_have_the_names_of_coders_added(client_of, bob, running):
    browser = client_of(bob)
    letters = text_of(reader_of(browser.get(address(running))))
    names = text_of(reader_of(browser.get(address(running, "?names=yes"))))
    page = browser.get(address(running, "?names=yes", "report/")).content.decode()

    assert "cody" not in letters.casefold()
    assert "cody" in names.casefold()
    assert f'href="{address(running, "?names=yes")}"' in page
    # Only the addresses of the report take `names`.
    linked = re.findall(rf'href="({address(running, name="")}(?:\?|ratings)[^"]*)"', page)
    assert len(linked) == 2
    answers = [browser.get(one.replace("&amp;", "&")) for one in linked]
    assert [answer.status_code for answer in answers] == [200, 200]
    answers[1].close()


def test_coders_of_a_blind_round_that_is_open_find_no_pdf(client_of, bob, cody, running):
    assert client_of(cody).get(address(running)).status_code == 404
    assert client_of(bob).get(address(running, "?level=branch")).status_code == 404


def test_a_large_round_has_no_pdf_before_a_worker_has_computed_it(client_of, bob, running, monkeypatch):
    monkeypatch.setattr("coding.agreement.results.MOST_AT_ONCE", 0)
    assert client_of(bob).get(address(running)).status_code == 404


def test_a_round_without_submissions_has_words_in_place_of_figures(client_of, bob, cody, carl, book):
    empty = make_round(bob, [cody, carl], texts=2, book=book, coders_per_unit=2)

    shown = text_of(reader_of(client_of(bob).get(address(empty))))

    assert "Not computable: no unit was coded by two coders." in shown
    assert "No unit was submitted by two coders yet." in shown


def test_three_hundred_codes_with_long_names_are_a_table_over_pages(client_of, bob, cody, carl):
    book = make_codebook(bob, publish=False)
    version = book.versions.get()
    long = "Ł" * 117
    Code.objects.bulk_create(
        Code(version=version, key=f"k-{n}", name=f"{n:03}{long}", position=n + 10) for n in range(300)
    )
    codebooks.publish_codebook(codebook=book, by=bob)
    made = make_round(bob, [cody, carl], texts=2, book=book, coders_per_unit=2)
    submit_units(made, book, {cody: {"Letter 1": ["k-1"]}, carl: {"Letter 1": ["k-2"]}})

    reader = reader_of(client_of(bob).get(address(made)))

    shown = bare(text_of(reader))
    assert all(f"{n:03}Ł" in shown for n in range(300))
    of_codes = [page for page in reader.pages if "Samevalue" in bare(page.extract_text())]
    assert len(of_codes) > 10
