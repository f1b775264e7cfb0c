"""Coders who submit units of a round, by the actions that people use."""

from coding.actions import codings, passing_on
from coding.actions.codings import NewCoding
from tests.factories.coding import code, make_round


def make_compared_round(lead, first, second, book):
    """An open blind round of four units that two coders have submitted: seed 11, eight submissions."""
    made = make_round(lead, [first, second], texts=4, book=book, coders_per_unit=2, seed=11)
    titles = [f"Letter {n}" for n in range(1, 5)]
    of_first = [["delay"], ["rude"], "none-applies", "unsure"]
    of_second = [["delay:4:11"], ["delay", "rude"], ["rude:0:3"], ["rude"]]
    answers = {
        first: dict(zip(titles, of_first, strict=True)),
        second: dict(zip(titles, of_second, strict=True)),
    }
    submit_units(made, book, answers)
    return made


def submit_units(coding_round, book, answers):
    """Each person of `answers` gets units and submits what is said for the title of the unit.

    An answer is an outcome without codes, or a list of codes: `delay` for the whole text, `delay:0:10` for a passage.
    Returns the submissions by username and title.
    """
    made = {}
    for person, of_title in answers.items():
        for title, answer in of_title.items():
            unit = coding_round.units.get(unit__title=title)
            assignment = passing_on.give_unit(round_unit=unit, to=person, by=coding_round.created_by)
            made[person.username, title] = submit_unit(assignment, person, book, answer)
    return made


def submit_unit(assignment, person, book, answer):
    """Submit one unit: an outcome, or codes as in `submit_units`."""
    apply_codes(assignment, person, book, [] if isinstance(answer, str) else answer)
    outcome = answer if isinstance(answer, str) else "coded"
    return codings.submit(assignment=assignment, outcome=outcome, by=person)


def apply_codes(assignment, person, book, answer):
    """Apply codes without submitting them."""
    for text in answer:
        key, *ends = text.split(":")
        where = dict(zip(("start", "end"), map(int, ends), strict=False))
        codings.apply_code(assignment=assignment, coding=NewCoding(code=code(book, key), **where), by=person)
