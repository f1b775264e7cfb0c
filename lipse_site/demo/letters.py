"""Files with complaints to fictional offices: CSV, imported like any other file.

A few rows have problems on purpose (a date that does not exist, a repeated key), so that the report of an import shows
rows in quarantine.
"""

import csv
import io
import random
from collections.abc import Iterator
from datetime import date, timedelta

from lipse_site.demo.ideas import IDEAS, Country
from lipse_site.demo.sentences import CATEGORIES, LETTERS

COLUMNS = (
    "Reference",
    "Case number",
    "Received",
    "Closed",
    "Body concerned",
    "Policy sector",
    "Category",
    "Subject",
    "Complaint",
    "Answer",
    "Outcome",
    "Channel",
    "Town",
)
OUTCOMES = ("Upheld", "Partly upheld", "Not upheld", "No finding")
CHANNELS = ("Web form", "Letter", "E-mail", "Telephone", "Counter")
FIRST_DAY, DAYS = date(2013, 2, 1), 1200
RECOMMENDATION_COLUMNS = ("Number", "Audit", "Addressee", "Made", "Recommendation", "Reply", "Status")


def complaint_file(country: Country, *, rows: int, seed: int) -> bytes:
    """A UTF-8 CSV with `rows` letters in the country's language, the same for the same seed."""
    chance = random.Random(f"{country.code}-{seed}")  # noqa: S311 -- the demo must come out the same each time
    return _csv(COLUMNS, (_letter(country, number, chance) for number in range(1, rows + 1)))


def recommendation_file(*, rows: int, seed: int) -> bytes:
    """A UTF-8 CSV of an audit office's recommendations with replies and status."""
    chance = random.Random(f"audit-{seed}")  # noqa: S311 -- the demo must come out the same each time
    return _csv(RECOMMENDATION_COLUMNS, (_recommendation(number, chance) for number in range(1, rows + 1)))


def _csv(columns: tuple[str, ...], rows: Iterator[list[str]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows(rows)
    return out.getvalue().encode()


def _letter(country: Country, number: int, chance: random.Random) -> list[str]:
    words = LETTERS[country.language]
    place = chance.choice(country.places)[0]
    sector = chance.choice(list(IDEAS))
    office = f"Demo office {chance.randint(1, 9)}"
    first = chance.randrange(len(CATEGORIES))
    problems = sorted({first, chance.randrange(len(CATEGORIES))} if chance.random() < 0.6 else {first})
    text = [chance.choice(words["openings"]).format(office=office, place=place)]
    text += [words["problems"][index] for index in problems]
    text += [chance.choice(words["consequences"]), chance.choice(words["requests"])]
    received = FIRST_DAY + timedelta(days=chance.randrange(DAYS))
    closed = received + timedelta(days=chance.randint(5, 300)) if chance.random() < 0.85 else None
    reference = f"{country.code}-{number:05d}"
    case = f"{country.code}/{received.year}/{(number + 1) // 2:04d}"
    received_text = "2015-02-30" if number % 97 == 0 else received.isoformat()
    outcome = chance.choice(OUTCOMES) if closed else ""
    answer = words["subjects"][first] if closed and chance.random() < 0.4 else ""
    return [
        f"{country.code}-{number - 1:05d}" if number % 151 == 0 else reference,
        case,
        received_text,
        closed.isoformat() if closed else "",
        office,
        sector,
        CATEGORIES[first],
        words["subjects"][first],
        "\n".join(text),
        answer,
        outcome,
        chance.choice(CHANNELS),
        place,
    ]


def _recommendation(number: int, chance: random.Random) -> list[str]:
    sector = chance.choice(list(IDEAS))
    title, _ = chance.choice(IDEAS[sector])
    made = FIRST_DAY + timedelta(days=chance.randrange(DAYS))
    status, reply = chance.choice(
        (
            ("Open", ""),
            ("Closed", "Accepted. The guidance was rewritten and staff were trained."),
            ("Closed", "Accepted in part, since the register cannot hold the information yet."),
            ("Open", "Under consideration by the steering group."),
        )
    )
    text = f"Report each year what became of citizens' proposals, beginning with “{title}”, and publish the reasons."
    return [f"R-{number:04d}", f"A-{(number + 3) // 4:03d}", f"Demo office {chance.randint(1, 9)}", made.isoformat(),
            text, reply, status]  # fmt: skip
