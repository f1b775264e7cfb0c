"""The R functions: against a small server with faults, and against the site itself."""

import hashlib
import json
import shutil
import subprocess
from datetime import date

import pytest

from tests.clients.stub import DATA, serving
from tests.exports.settled import is_settled
from tests.factories.complaints import load_records, make_dataset
from tests.house.code import PROJECT
from tests.waiting import until

RSCRIPT = shutil.which("Rscript")
pytestmark = pytest.mark.skipif(
    RSCRIPT is None or shutil.which("curl") is None,
    reason="The R functions were not tried: Rscript or curl is not installed.",
)
BEGIN = """
source("clients/R/lipse.R")
waits <- c()
site <- casebook("{address}", token = "{token}", sleep = function(seconds) waits <<- c(waits, seconds))
shown <- function(found) cat(jsonlite::toJSON(found, auto_unbox = TRUE, null = "null", na = "null", digits = 9))
refused <- function(expression) tryCatch(expression, casebook_error = function(error) conditionMessage(error))
"""


def in_r(address, script, token="of-a-test"):  # noqa: S107
    """What `script` shows, of a site called `site`."""
    text = BEGIN.format(address=address, token=token) + script
    ended = subprocess.run(
        [RSCRIPT, "--vanilla", "-e", text], cwd=PROJECT, capture_output=True, text=True, timeout=120, check=False
    )
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


@pytest.fixture
def stub():
    with serving() as found:
        yield found


def test_all_rows_come_from_one_checked_file(stub):
    stub.states = ["waiting", "running", "finished"]
    script = 'shown(as.list(casebook_frame(site, "complaint-records", country = "NL", through = "export")))'
    assert in_r(stub.address, script) == {"id": list(range(400))}


def test_a_download_that_broke_off_twice_goes_on_where_it_was(stub, tmp_path):
    stub.cut_at = [1000, 5000]
    script = f'shown(casebook_export(site, "complaint-records", "{tmp_path}/a.jsonl", format = "jsonl")[1])'
    in_r(stub.address, script)
    assert (tmp_path / "a.jsonl").read_bytes() == DATA
    assert [rng for _m, at, rng in stub.asked if at.endswith("/file/")] == [None, "bytes=1000-", "bytes=5000-"]


def test_a_file_with_another_checksum_never_appears(stub, tmp_path):
    stub.sha256 = "0" * 64
    said = in_r(stub.address, f'shown(refused(casebook_export(site, "complaint-records", "{tmp_path}/a.csv")))')
    assert "checksum" in said
    assert list(tmp_path.iterdir()) == []


def test_what_the_limit_refuses_is_asked_again_after_the_time_it_names(stub):
    stub.busy = 2
    script = 'pages <- casebook_pages(site, "places"); shown(list(waits, lapply(pages, function(one) one[[1]]$id)))'
    assert in_r(stub.address, script) == [[7, 7], [1, 2]]


def test_a_refusal_is_its_sentence(stub):
    stub.states = ["refused"]
    script = """
    shown(list(
      refused(casebook_pages(site, "nowhere")),
      refused(casebook_export(site, "complaint-records", tempfile(), format = "xlsx")),
      refused(.send(site, "GET", "http://elsewhere.example/api/v1/"))
    ))"""
    nowhere, unfit, elsewhere = in_r(stub.address, script)
    assert "do not have access" in nowhere
    assert unfit == "Choose another format."
    assert "no token is sent" in elsewhere


def test_no_list_of_processes_shows_the_token(stub):
    script = """
    arguments <- NULL
    system2 <- function(command, args, ...) {
      arguments <<- c(arguments, command, args)
      base::system2(command, args, ...)
    }
    pages <- casebook_pages(site, "places")
    shown(arguments)"""
    assert in_r(stub.address, script) == ["curl", "--config", "-"] * 2


TYPES = """
column <- function(type, values, ...) .framed(list(lapply(values, function(value) list(x = value))),
  list(columns = list(list(name = "x", type = type, ...))), FALSE)$x
yes <- list(list(code = ".r", label = "refused"))
marked <- column("whole-number", list(1, ".r", NULL), missing = yes)
shown(list(
  class(column("day", list("2026-01-31", NULL))), class(column("day", list("2026-01-31", "2026-02")))[1],
  class(column("time", list("2026-01-31T10:00:00Z")))[1], class(column("whole-number", list(5, NULL))),
  class(column("whole-number", list(3000000000))), class(column("decimal", list("1.50"))),
  class(column("truth", list(TRUE, NULL))), is.list(column("structure", list(list("a"), list()))),
  as.integer(marked), attr(marked, "missing"), .encoded(list(a = c("é", "x,y"), b = TRUE, c = 100000, d = "100%25 & x"))
))
"""


def test_types_are_those_of_the_codebook_and_lose_nothing(stub):
    *found, whole, kinds, query = in_r(stub.address, TYPES)
    assert found == ["Date", "character", "POSIXct", "integer", "numeric", "numeric", "logical", True]
    assert (whole, kinds) == ([1, None, None], [None, ".r", None])
    assert query == "a=%C3%A9%2C%22x%2Cy%22&b=true&c=100000&d=100%2525%20%26%20x"


ROWS = [
    {
        "subject": f"Dach, „nass“ {n}",
        "finding": "upheld" if n % 2 else "",
        "country": "NL",
        "received_on": date(2025, 3, 1 + n),
    }
    for n in range(25)
]
LIVE = """
data <- casebook_frame(site, "complaint-records", page_size = 10, labels = TRUE)
plain <- casebook_frame(site, "complaint-records", fields = "id,finding", country__in = c("NL", "DE"))
shown(list(
  nrow(data), is.unsorted(data$id), class(data$id), class(data$received_on), class(data$updated_at)[1],
  class(data$days_open), is.list(data$issues), as.character(data$finding[2]), data$subject[1],
  as.character(data$received_on[25]), attr(data$received_on, "label"), names(attr(plain$finding, "labels"))[1],
  attr(data, "walk")$complete, casebook_citation(data), names(plain),
  casebook_frame(site, "organisations")$slug[1],
  attr(casebook_export(site, "complaint-records", "PATH", fields = "id,subject"), "sha256")
))
"""


@pytest.fixture
def records(alpha):
    dataset = make_dataset(alpha, access="public", narrative_access="public")
    load_records(dataset, ROWS)
    until(is_settled)
    return dataset


@pytest.mark.django_db(transaction=True)
def test_public_rows_of_the_site_come_typed_labelled_and_cited(live_server, records, tmp_path):
    path = tmp_path / "records.csv"
    found = in_r(live_server.url, LIVE.replace("PATH", str(path)), token="")
    rows, unsorted, *classes = found[:6]
    assert (rows, unsorted) == (25, False)
    assert classes == ["integer", "Date", "POSIXct", "integer"]
    assert found[6:10] == [True, "Upheld", "Dach, „nass“ 0", "2025-03-25"]
    assert found[10] and found[11]
    assert found[12] is True
    assert "all complaint records that are open to the reader. 25 rows. " in found[13]
    assert found[14:16] == [["id", "finding"], "alpha-university"]
    assert found[16] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert path.read_text("utf-8-sig").count("\n") == 26


@pytest.mark.django_db(transaction=True)
def test_rows_pages_and_files_are_cited_in_the_words_of_the_site(live_server, records, client, tmp_path):
    script = """
    filters <- list(site, "complaint-records", country__in = c("NL", "DE"), finding = "upheld")
    data <- do.call(casebook_frame, c(filters, page_size = 5, labels = TRUE))
    file <- do.call(casebook_export, c(filters, path = "PATH", format = "jsonl"))
    nothing <- casebook_frame(site, "complaint-records", search = "a & b")
    shown(list(nrow(data), casebook_citation(data), do.call(casebook_citation, filters), casebook_citation(file),
      casebook_citation(nothing), casebook_citation(casebook_frame(site, "organisations"))))"""
    rows, *cited, nothing, places = in_r(live_server.url, script.replace("PATH", f"{tmp_path}/a.jsonl"), token="")
    query = "/api/v1/complaint-records/?country__in=NL,DE&finding=upheld"
    ours = client.get("/api/v1/exports/codebook/", {"query": query}, headers={"host": live_server.url[7:]}).json()
    assert f"finding is “Upheld”. {rows} rows. {live_server.url}/api/v1/complaint-records/?" in ours["citation"]
    assert cited == [ours["citation"]] * 3
    assert "“a & b”. 0 rows. " in nothing
    assert "search=a+%26+b (accessed on " in nothing
    assert places.startswith(f"LIPSE Casebook: 1 rows. {live_server.url}/api/v1/organisations/ (read at 20")


@pytest.mark.django_db(transaction=True)
def test_an_export_that_a_worker_makes_is_a_data_frame(worker, live_server, records, rita, token_for):
    script = """
    data <- casebook_frame(site, "complaint-records", fields = "id,subject,received_on", through = "export")
    shown(list(nrow(data), class(data$received_on), nchar(attr(data, "sha256")), data$subject[25],
      grepl(attr(data, "sha256"), casebook_citation(data)), inherits(attr(data, "made_at"), "POSIXct"),
      nrow(casebook_frame(site, "responses", through = "export"))))"""
    script = "site$sleep <- Sys.sleep\n" + script
    found = in_r(live_server.url, script, token=token_for(rita))
    assert found == [25, "Date", 64, "Dach, „nass“ 24", True, True, 0]
