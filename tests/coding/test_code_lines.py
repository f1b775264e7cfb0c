"""Codes typed as lines."""

import pytest
from django.core.exceptions import ValidationError

from coding.actions.code_lines import add_codes, create_codebook_with_codes
from coding.models import Code

TEXT = "Delay: waited too long\n- Letter lost\n- No answer: nobody replied\nRudeness"


@pytest.fixture
def book(bob, alpha):
    values = {"title": "Grievances", "description": "", "language": "en", "access": "consortium"}
    return create_codebook_with_codes(organisation=alpha, values=values, codes=TEXT, by=bob)


def told_of(version):
    return [(code.name, code.definition, code.parent and code.parent.name) for code in Code.objects.tree_of(version)]


def test_lines_become_a_tree_with_definitions(book):
    assert told_of(book.versions.get()) == [
        ("Delay", "waited too long", None),
        ("Letter lost", "", "Delay"),
        ("No answer", "nobody replied", "Delay"),
        ("Rudeness", "", None),
    ]
    delay, lost, _, rudeness = Code.objects.tree_of(book.versions.get())
    assert delay.colour == lost.colour != rudeness.colour
    assert delay.shortcut != lost.shortcut


def test_more_lines_go_below_what_is_there(book, bob):
    made = add_codes(codebook=book, text="Anger", by=bob)
    assert [code.name for code in made] == ["Anger"]
    assert told_of(book.versions.get())[-1] == ("Anger", "", None)


@pytest.mark.parametrize("text", ["", "  \n", ": no name", f"{'a' * 300}", "Why\n" * 501])
def test_what_cannot_be_a_code_is_refused_and_nothing_is_added(book, bob, text):
    with pytest.raises(ValidationError):
        add_codes(codebook=book, text=f"Anger\n{text}" if text.strip() else text, by=bob)
    assert len(told_of(book.versions.get())) == 4


def test_the_page_of_a_line_that_is_refused_shows_it_again(client_of, book, bob):
    answer = client_of(bob).post("/codebooks/grievances/codes/several/", {"text": ": no name"})
    assert answer.status_code == 422
    assert "Line 1 has no name." in answer.content.decode()


def test_a_round_is_planned_with_the_newest_version(client_of, book, bob):
    client_of(bob).post("/codebooks/grievances/publish/", {"note": ""})
    page = client_of(bob).get("/rounds/new/?codebook=grievances")
    form = page.context["form"]
    assert (form.initial["title"], form.initial["codebook_version"]) == (
        "Grievances",
        book.versions.published().get().pk,
    )
