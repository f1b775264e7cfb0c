"""Files as R reads them: SPSS and Stata by haven, Excel by readxl, CSV by readr and by base R in a semicolon locale."""

import json
import shutil
import subprocess
from datetime import date

import pytest

from exports.tables import Column, ColumnType
from tests.exports.reading import written
from tests.exports.test_formats import COLUMNS, KNOWN, LONG, NOON, REFUSED, ROWS, SKIPPED

RSCRIPT = shutil.which("Rscript")
PACKAGES = ("haven", "jsonlite", "readr", "readxl")


def _has_packages():
    asked = f"cat(all(c({', '.join(map(repr, PACKAGES))}) %in% rownames(installed.packages())))"
    done = subprocess.run([RSCRIPT, "--vanilla", "-e", asked], capture_output=True, text=True, check=False)
    return done.stdout.strip() == "TRUE"


pytestmark = pytest.mark.skipif(
    RSCRIPT is None or not _has_packages(), reason=f"R with {', '.join(PACKAGES)} is not installed."
)
SHOWN = 'cat(jsonlite::toJSON(found, auto_unbox = TRUE, null = "null", na = "null", digits = 12))'


def in_r(data, ending, script, tmp_path):
    path = tmp_path / f"a.{ending}"
    path.write_bytes(data)
    text = f'path <- "{path}"\n{script}\n{SHOWN}'
    done = subprocess.run([RSCRIPT, "--vanilla", "-e", text], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


LABELLED = """
data <- {read}
plain <- function(x) as.vector(unclass(x))
found <- list(
  names = names(data), id = plain(data$id), amount = plain(data$amount), answer = plain(data$answer),
  status = plain(data$status), day = format(as.Date(plain(data$day), origin = "1970-01-01")),
  time = format(data$time, "%Y-%m-%d %H:%M:%OS2", tz = "UTC"),
  narrative = data$narrative, is_open = plain(data$is_open), label = attr(data$amount, "label"),
  labels = as.list(setNames(names(attr(data$answer, "labels")), as.character(unclass(attr(data$answer, "labels"))))),
  words = as.list(attr(data$status, "labels")), kinds = {kinds}, missing = is.na(data$amount)
)
"""


def test_spss_is_read_by_haven(tmp_path):
    script = LABELLED.format(read="haven::read_sav(path, user_na = TRUE)", kinds='attr(data$amount, "na_range")')
    found = in_r(written("sav", COLUMNS, ROWS, **KNOWN)[0], "sav", script, tmp_path)
    assert found["names"] == [name for one in COLUMNS for name in (one.name, "day_missing")[: 1 + (one.name == "day")]]
    assert (found["id"], found["amount"]) == ([1, 70_000, -5, None], [12.1, -99, None, -0.5])
    assert (found["answer"], found["status"]) == ([1, -97, 2, None], ["upheld", "not-upheld", "", ""])
    assert (found["day"][0], found["day"][3]) == ("2024-02-29", "1950-01-01")
    assert (found["time"][0], found["narrative"]) == ("2024-02-29 12:30:15.25", ["=1+1", LONG.rstrip(), "", "- a\n- b"])
    assert (found["label"], found["words"]) == ("Amount (EUR)", {"Upheld": "upheld", "Not upheld": "not-upheld"})
    assert found["labels"] == {
        "1": "Yes", "2": "No – ☃", "98": "It depends", "-99": "Refused (.r)", "-98": "Skipped (.s)",
        "-97": "Not legible (odd)",
    }  # fmt: skip
    # A kind of missing is missing, and which kind it is stays known.
    assert (found["kinds"], found["missing"]) == ([-99, -97], [False, True, True, False])


def test_stata_is_read_by_haven(tmp_path):
    script = LABELLED.format(read="haven::read_dta(path)", kinds="haven::na_tag(data$amount)")
    found = in_r(written("dta", COLUMNS, ROWS, **KNOWN)[0], "dta", script, tmp_path)
    assert found["names"] == [one.name for one in COLUMNS]
    assert (found["id"], found["amount"]) == ([1, 70_000, -5, None], [12.1, None, None, -0.5])
    assert (found["answer"], found["status"]) == ([1, None, 2, None], ["upheld", "not-upheld", "", ""])
    assert (found["day"][0], found["day"][3]) == ("2024-02-29", "1950-01-01")
    assert (found["time"][0], found["narrative"]) == ("2024-02-29 12:30:15.25", ["=1+1", LONG, "", "- a\n- b"])
    assert found["label"] == "Amount (EUR)"
    assert {"1": "Yes", "2": "No – ☃", "98": "It depends"}.items() <= found["labels"].items()
    assert (found["kinds"], found["missing"]) == ([None, "r", None, None], [False, True, True, False])


DAYS = [
    Column("day", "Received", type=ColumnType.DAY, missing=[REFUSED, SKIPPED]),
    Column("time", type=ColumnType.TIME, missing=[REFUSED]),
]


@pytest.mark.parametrize(
    ("fmt", "read", "kinds"),
    [
        ("sav", "haven::read_sav(path)", "as.vector(unclass(data$day_missing))"),
        ("sav", "haven::read_sav(path, user_na = TRUE)", "as.vector(unclass(data$day_missing))"),
        ("dta", "haven::read_dta(path)", 'sub("^[.]NA$", "", paste0(".", haven::na_tag(data$day)))'),
    ],
)
def test_days_with_kinds_of_missing_are_dates(fmt, read, kinds, tmp_path):
    script = f"""
data <- {read}
found <- list(classes = c(class(data$day)[1], class(data$time)[1]), day = format(data$day), kinds = {kinds},
  time = format(data$time, "%Y-%m-%d %H:%M:%S", tz = "UTC"), missing = is.na(data$day))"""
    rows = [[date(2024, 2, 29), NOON], [REFUSED, REFUSED], [SKIPPED, None], [None, NOON]]
    found = in_r(written(fmt, DAYS, rows)[0], fmt, script, tmp_path)
    assert found["classes"] == ["Date", "POSIXct"]
    assert (found["day"][0], found["time"][0]) == ("2024-02-29", "2024-02-29 12:30:15")
    assert (found["missing"], found["kinds"]) == ([False, True, True, True], ["", ".r", ".s", ""])


def test_excel_is_read_by_readxl(tmp_path):
    script = """
types <- c("numeric", rep("text", 3), "list", "date", "text", "logical", "text")
data <- readxl::read_excel(path, sheet = "data", col_types = types, trim_ws = FALSE)
found <- list(names = names(data), id = data$id, status = data$status, narrative = data$narrative,
  time = format(data$time, "%Y-%m-%d %H:%M:%S", tz = "UTC"), open = data$is_open)"""
    found = in_r(written("xlsx", COLUMNS, ROWS, **KNOWN)[0], "xlsx", script, tmp_path)
    assert (found["names"], found["id"]) == ([one.name for one in COLUMNS], [1, 70_000, -5, None])
    assert found["narrative"] == ["=1+1", LONG, None, "- a\n- b"]
    assert (found["time"][0], found["open"]) == ("2024-02-29 12:30:15", [True, False, None, True])


@pytest.mark.parametrize(
    ("fmt", "read"),
    [
        ("csv", "as.data.frame(readr::read_csv(path, show_col_types = FALSE, trim_ws = FALSE))"),
        ("csv2", 'read.csv2(path, fileEncoding = "UTF-8-BOM")'),
    ],
)
def test_csv_is_read_with_accents_and_numbers(fmt, read, tmp_path):
    script = f"""
data <- {read}
found <- list(names = names(data), id = data$id, long = nchar(data$narrative[2]), amount = as.character(data$amount),
  begins = substr(data$narrative[2], 1, 6), answer = as.character(data$answer))"""
    found = in_r(written(fmt, COLUMNS, ROWS, **KNOWN)[0], "csv", script, tmp_path)
    assert (found["names"], found["id"]) == ([one.name for one in COLUMNS], [1, 70_000, -5, None])
    assert (found["begins"], found["long"]) == ("Straße", len(LONG))
    assert found["amount"][1] == ".r"
