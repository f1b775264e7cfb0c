"""What each measure asks for on the command line, and how it explains that in its help."""

from argparse import ArgumentParser

import pytest

from measures.catalogue import MEASURES

# Name -> what stands for the value, help, default, whether it is required.
FILE = {
    "file": ("FILE.csv", None, None, True),
    "--where": (
        "COLUMN=VALUE",
        "use only rows with this value (COLUMN!=VALUE: without it); may be repeated",
        [],
        False,
    ),
}
DAYS = {
    **FILE,
    "--received": ("COLUMN", "day of receipt (received_on)", "received_on", False),
    "--closed": ("COLUMN", "day of closing (closed_on)", "closed_on", False),
}
BOOTSTRAP = {
    "--bootstrap": ("N", "also a 95 %% interval from N resamples", None, False),
    "--seed": ("S", "of the resamples (0)", 0, False),
}
EXPECTED = {
    "agreement": {
        **FILE,
        "--unit": ("COLUMN", "what was coded", None, True),
        "--coder": ("COLUMN", "who coded it", None, True),
        "--value": ("COLUMN", "the value; an empty cell is missing", None, True),
        "--order": ("A,B", "all values in ascending order", None, False),
        "--missing": ("A,B", "cells that are missing values too", [], False),
        "--separator": ("TEXT", "separates the codes of a set in one cell", "", False),
        "--none": ("VALUE", "the cell that says that no code applies", "", False),
        "--parents": ("FILE.csv", "the tree of codes: columns code and parent", None, False),
        "--tree": (
            None,
            "what stands for a code: itself, its parent or its top code",
            None,
            False,
        ),
        "--time": ("COLUMN", "day of the coding, for --window", None, False),
        "--window": ("DAYS", "length of the windows in --details", None, False),
        "--measure": (None, "the coefficient", None, True),
        "--level": (
            None,
            "distances of krippendorff-alpha; jaccard and masi are for sets (nominal)",
            None,
            False,
        ),
        "--weights": (None, "of the other coefficients (identity)", None, False),
        **BOOTSTRAP,
        "--details": (None, "also per code, pair of coders and unit, and the table", False, False),
    },
    "passage-agreement": {
        **FILE,
        "--unit": ("COLUMN", "the text", None, True),
        "--coder": ("COLUMN", "who read it", None, True),
        "--value": (
            "COLUMN",
            "the code of the passage; empty where the coder marked nothing in the text",
            None,
            True,
        ),
        "--start": ("COLUMN", "first character of the passage, counted from 0", None, True),
        "--end": ("COLUMN", "the character behind the passage", None, True),
        "--length": ("COLUMN", "characters of the text", None, True),
        **BOOTSTRAP,
    },
    "days-to-close": {
        **DAYS,
        "--status": ("COLUMN", "leave out rows that it says are “closed” without a day of closing", "", False),
        "--until": ("DATE", "the last day that was observed", None, True),
    },
    "working-days": {
        **DAYS,
        "--holidays": ("DATES", "days off, with commas between", [], False),
        "--within": ("DAYS", "also the share closed within so many days", None, False),
    },
    "per-thousand-inhabitants": {
        **FILE,
        "--count": ("COLUMN", "rows with a value in this column are counted", None, True),
        "--inhabitants": ("N", None, None, True),
    },
    "share-with-interval": {
        **FILE,
        "--value": ("COLUMN", "the column whose values are counted", None, True),
        "--part": ("A,B", "values that are the part", None, True),
        "--rest": ("C,D", "values that are in the whole, but not in the part", None, True),
    },
    "shares": {
        **FILE,
        "--value": ("COLUMN", "the column whose values are counted", None, True),
        "--missing": (
            "A,B",
            "cells that are not values and are left out of the denominator; an empty cell counts as one of the values"
            " unless --drop-empty is given",
            "",
            False,
        ),
        "--drop-empty": (None, "leave rows without a value out of the denominator", False, False),
        "--separator": ("TEXT", "separates several values of one cell", "", False),
    },
}


@pytest.mark.parametrize("name", MEASURES)
def test_the_options_of_a_measure_are_explained(name):
    parser = ArgumentParser(add_help=False)
    MEASURES[name].add_options(parser)
    found = {
        (action.option_strings or [action.dest])[0]: (action.metavar, action.help, action.default, action.required)
        for action in parser._actions
    }
    assert found == EXPECTED[name]


@pytest.mark.parametrize("name", MEASURES)
def test_the_usage_of_a_measure_names_each_of_its_options(name):
    usage = MEASURES[name].usage
    assert [option for option in EXPECTED[name] if option != "file" and option not in usage] == []
