"""Codebooks, units and rounds, made by the actions that people use."""

from itertools import count

from coding.actions import NewUnit, codebooks, freeze_units, rounds

_numbers = count(1)
DELAY = "The council answered after nine months. Nobody explained why."


def make_codebook(by, *, publish=True, **values):
    """Two headings with two codes each: `delay` and `no-reply` below Time, `rude` and `unclear` below Contact."""
    number = next(_numbers)
    values = {"title": f"Grievances {number}", "description": "What people complain about."} | values
    organisation = by.memberships.first().organisation
    book = codebooks.create_codebook(organisation=organisation, values=values, by=by, slug=f"grievances-{number}")
    for heading, names in {"Time": ["Delay", "No reply"], "Contact": ["Rude", "Unclear"]}.items():
        top = codebooks.add_code(codebook=book, values={"name": heading, "is_codable": False}, by=by)
        for name in names:
            code_values = {"name": name, "definition": f"The letter speaks of {name.lower()}."}
            codebooks.add_code(codebook=book, values=code_values, by=by, parent=top)
    if publish:
        codebooks.publish_codebook(codebook=book, by=by)
    return book


def published(book):
    return book.versions.published().order_by("-number").first()


def code(book, key):
    return published(book).codes.get(key=key)


def make_units(by, texts=3, **values):
    """Units: a number of them, or one for each text of a list."""
    texts = [f"{DELAY} Letter {next(_numbers)}." for _ in range(texts)] if isinstance(texts, int) else texts
    organisation_id = by.memberships.first().organisation_id
    new = [
        NewUnit(
            source_kind="complaint-record",
            source_key=f"letters/{next(_numbers)}",
            title=f"Letter {n + 1}",
            text=text,
            language="en",
            context={"Office": "Fictional office"},
            organisation_id=organisation_id,
            **values,
        )
        for n, text in enumerate(texts)
    ]
    return freeze_units(units=new, by=by)


def make_round(by, coders, *, texts=3, book=None, start=True, **values):
    """A round of the person's organisation with these coders; open unless `start=False`."""
    book = book or make_codebook(by)
    organisation = by.memberships.first().organisation
    planned = rounds.create_round(
        organisation=organisation,
        version=published(book),
        values={"title": f"Round {next(_numbers)}"} | values,
        by=by,
        coders=coders,
    )
    rounds.add_units(coding_round=planned, unit_ids=[unit.pk for unit in make_units(by, texts)], by=by)
    return rounds.open_round(coding_round=planned, by=by) if start else planned
