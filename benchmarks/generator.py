"""A made-up file of complaints: any number of rows, narratives of about 900 bytes. Same seed, same bytes."""

import csv
import random
from datetime import date, timedelta
from pathlib import Path

COLUMNS = (
    "complaint_id", "case_number", "date_received", "date_closed", "authority", "category", "subject", "narrative",
    "outcome", "status", "channel", "country", "language", "amount", "postcode",
)  # fmt: skip
_STEMS = [
    "letter",
    "answer",
    "office",
    "delay",
    "housing",
    "benefit",
    "permit",
    "school",
    "road",
    "noise",
    "water",
    "tax",
    "claim",
    "doctor",
    "hospital",
    "council",
    "officer",
    "decision",
    "reason",
    "hearing",
    "file",
    "record",
    "phone",
    "promise",
    "repair",
    "damage",
    "refund",
    "neighbour",
    "family",
    "child",
    "pension",
    "form",
    "page",
    "deadline",
    "notice",
    "appeal",
    "service",
    "staff",
    "visit",
    "report",
    "payment",
    "bill",
    "account",
    "meter",
    "street",
    "light",
    "waste",
    "tree",
    "garden",
    "fence",
    "wall",
    "roof",
    "damp",
    "mould",
    "heating",
    "window",
    "door",
    "lift",
    "stairs",
    "bus",
    "train",
    "ticket",
    "card",
    "number",
    "address",
    "name",
]
_ENDINGS = ("", "s", "ed", "ing", "er", "al", "ly", "ness", "ment", "able", "ful", "less")
_JOINS = ("and", "but", "because", "although", "when", "after", "before", "while", "so", "which", "that", "the", "a")
_OUTCOMES = ("Upheld", "Partly upheld", "Not upheld", "No finding")
_CHANNELS = ("Web", "Letter", "Phone", "E-mail", "In person")
_COUNTRIES = ("NL", "GB", "BE", "DK", "DE", "EE", "ES", "FR", "IT", "RO", "SK")


def vocabulary(random_: random.Random) -> list[str]:
    """Some 6,000 words with the frequencies of a language: few are everywhere, most are rare."""
    made = [stem + ending for stem in _STEMS for ending in _ENDINGS]
    names = [
        "".join(random_.choice("bcdfghklmnprstvz") + random_.choice("aeiou") for _ in range(3)) for _ in range(5000)
    ]
    return made + names


def narrative(random_: random.Random, words: list[str], weights: list[float], size: int = 900) -> str:
    """A text of about `size` bytes."""
    text, length = [], 0
    chosen = iter(random_.choices(words, cum_weights=weights, k=size // 5))
    while length < size:
        word = random_.choice(_JOINS) if random_.random() < 0.3 else next(chosen, "again")
        text.append(word)
        length += len(word) + 1
    return " ".join(text)


def write(path: Path, rows: int, *, seed: int = 320090, size: int = 900, first: int = 1) -> None:
    """Write a CSV file of this many rows below its header. `first` numbers the first complaint."""
    random_ = random.Random(seed)
    words = vocabulary(random_)
    total, weights = 0.0, []
    for rank in range(len(words)):
        total += 1 / (rank + 10)
        weights.append(total)
    pool = [narrative(random_, words, weights, size) for _ in range(2_000)]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for number in range(first, first + rows):
            writer.writerow(_row(random_, number, pool))


def _row(random_: random.Random, number: int, pool: list[str]) -> list[str]:
    """Halves of two texts and a number of its own, so that no two narratives are the same."""
    left, right = random_.choice(pool), random_.choice(pool)
    cut = random_.randrange(200, 700)
    received = date(2010, 1, 1) + timedelta(days=random_.randrange(5000))
    closed = received + timedelta(days=random_.randrange(400))
    return [
        f"C{number:09d}", f"K{number // 2:08d}", received.isoformat(), closed.isoformat(),
        f"Authority {random_.randrange(300)}", f"Category {random_.randrange(40)}", left[:60],
        f"{left[:cut]} {number} {right[cut:]}", random_.choice(_OUTCOMES), "Closed", random_.choice(_CHANNELS),
        random_.choice(_COUNTRIES), "en", f"{random_.randrange(100_000) / 100:.2f}", f"{random_.randrange(10_000):05d}",
    ]  # fmt: skip
