"""Tables of units x coders for tests of agreement, and those of the literature."""

from measures.agreement.ratings import ratings_of


def rated(table, **options):
    """The ratings of a table of units x coders; None where a coder did not code the unit."""
    cells = [
        (f"unit {unit:04}", f"coder {coder:02}", value)
        for unit, row in enumerate(table)
        for coder, value in enumerate(row)
    ]
    units, coders, values = zip(*cells, strict=True) if cells else ((), (), ())
    return ratings_of(units, coders, values, **options)


def table_of(text, missing="."):
    """A table from a line of characters for each unit."""
    return [[None if value == missing else value for value in line] for line in text.split()]


# Krippendorff (2011), Computing Krippendorff's alpha-reliability, section C: 12 units, 4 coders.
FOUR_CODERS = table_of("11.1 2232 3333 3333 2222 1234 4444 1121 2222 .555 ..11 .3..")
# The same, section A: 10 units, 2 coders.
TWO_CODERS = table_of("01 11 01 00 00 01 00 00 10 00")
# Fleiss (1971): 30 patients, 6 psychiatrists, 5 diagnoses.
PSYCHIATRISTS = table_of(
    "444444 222555 233335 555555 222444 113333 333355 113334 114444 555555 144444 124444 222333 144444 224445"
    " 333335 111455 111112 224444 133555 555555 244444 224555 114444 144445 222224 111155 224444 133333 555555"
)
