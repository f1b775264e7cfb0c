"""Rounds for tests of pure files: what coders submitted, without a database."""

import numpy as np

from coding.agreement.coded import Coded, CodeFacts, UnitFacts, letters

OUTCOMES = ("coded", "none-applies", "unsure", "skipped")
CODES = (
    CodeFacts("time", "Time", None, is_codable=False),
    CodeFacts("delay", "Delay", "time"),
    CodeFacts("no-reply", "No reply", "time"),
    CodeFacts("contact", "Contact", None, is_codable=False),
    CodeFacts("rude", "Rude", "contact"),
    CodeFacts("unclear", "Unclear", "contact"),
)
FIRST_DAY = 739_000


def coded_of(table, *, codes=CODES, length=100, days=None):
    """A round from a table units x coders.

    A cell is None (not submitted), an outcome without codes, or a list of codes: `delay` for the whole text,
    `delay:0:10` for a passage. `days`: of each unit, counted from the first day.
    """
    place = {code.key: number for number, code in enumerate(codes)}
    submissions, codings = [], []
    for unit, row in enumerate(table):
        for coder, cell in enumerate(row):
            if cell is None:
                continue
            outcome = cell if isinstance(cell, str) else "coded"
            day = FIRST_DAY + (days[unit] if days else 0)
            for text in [] if isinstance(cell, str) else cell:
                key, *ends = text.split(":")
                start, end = map(int, ends) if ends else (-1, -1)
                codings.append((len(submissions), place[key], start, end))
            submissions.append((unit, coder, OUTCOMES.index(outcome), day))
    made = np.array(submissions, dtype=np.int64).reshape(-1, 4)
    marks = np.array(sorted(codings), dtype=np.int64).reshape(-1, 4)
    return Coded(
        units=[UnitFacts(1_000 + n, 10 + n, f"{n:064x}", length) for n in range(len(table))],
        coders=letters(max(map(len, table), default=0)),
        codes=codes,
        outcomes=OUTCOMES,
        unit=made[:, 0],
        coder=made[:, 1],
        outcome=made[:, 2],
        day=made[:, 3],
        submission=marks[:, 0],
        code=marks[:, 1],
        start=marks[:, 2],
        end=marks[:, 3],
    )
