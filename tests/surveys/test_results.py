"""What came back: files parsed back, counts that agree wherever they are shown, and who sees them."""

import csv
import io
import json
import shlex
from decimal import Decimal

import pytest
from django.urls import reverse

from measures.command import main
from surveys.actions.responses import start_response
from surveys.definition import ItemDef
from surveys.kinds import ItemType
from surveys.selectors import ItemCounts, _ranges, answers_beside
from tests.factories.surveys import COMPLAINED, CONTENT, make_response, make_wave


@pytest.fixture
def wave(ada, alpha):
    wave = make_wave(ada, alpha)
    make_response(wave, ada, respondent="=R1")
    make_response(wave, ada, COMPLAINED | {"ways": ["web"], "call_minutes": None, "remark": "-5"})
    make_response(wave, ada, CONTENT)
    start_response(wave=wave, language="nl")
    return wave


def table(answer):
    return list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))


@pytest.fixture
def address():
    return lambda name, *args: reverse(name, args=["complaints-and-you", *args])


def test_data_as_codes_are_read_back(client_of, rita, wave, address):
    rows = table(client_of(rita).get(address("questionnaire-responses-file", 1, "csv")))
    assert [row["state"] for row in rows] == ["complete", "complete", "complete", "started"]
    first, second, third, fourth = rows
    assert (first["age"], first["complained"], first["ways"], first["call_minutes"]) == (
        "44",
        "yes",
        "phone desk",
        "12.5",
    )
    assert (first["sent_on"], first["calls"], first["remark"]) == ("2026-10-01", "called", "'=1+1")
    assert first["respondent"] == "'=R1"
    assert (second["ways"], second["call_minutes"], second["remark"]) == ("web", ".s", "-5")
    assert (third["age"], third["ways"], third["remark"]) == (".r", ".s", ".e")
    assert (fourth["age"], fourth["completed_at"], fourth["language"]) == ("", "", "nl")


def test_data_as_labels_are_in_the_language_asked_for(client_of, rita, wave, address):
    url = address("questionnaire-responses-file", 1, "csv")
    rows = table(client_of(rita).get(f"{url}?values=labels&labels_in=nl&state=complete"))
    assert len(rows) == 3
    assert rows[0]["ways"] == "Per telefoon; Aan de balie"
    assert rows[2]["age"] == "Refused"


@pytest.mark.parametrize("query", ["state=done", "colour=red", "values=pictures"])
def test_a_wrong_query_of_a_file_is_refused(client_of, rita, wave, address, query):
    assert client_of(rita).get(f"{address('questionnaire-responses-file', 1, 'csv')}?{query}").status_code == 400


def test_the_codebook_explains_every_column_and_code(client_of, rita, wave, address):
    browser = client_of(rita)
    data = table(browser.get(address("questionnaire-responses-file", 1, "csv")))
    book = json.loads(browser.get(address("questionnaire-codebook", 1, "json")).content)
    variables = {variable["name"]: variable for variable in book["variables"]}
    assert book["n"] == 3
    assert list(variables) == list(data[0])[9:]
    for name, variable in variables.items():
        codes = {value["code"] for value in variable["values"]} | {kind["code"] for kind in variable["missing"]}
        if variable["values"]:
            assert {code for row in data for code in row[name].split()} <= codes
    complained = variables["complained"]
    assert [(v["code"], v["n"]) for v in complained["values"]] == [("yes", 2), ("no", 1), ("dk", 0)]
    assert complained["values"][2]["missing"] == "dont-know"
    assert variables["age"]["valid"] == 2
    assert {k["kind"]: k["n"] for k in variables["age"]["missing"] if k["n"]} == {"refused": 1}


def test_the_codebook_as_a_table_says_the_same(client_of, rita, wave, address):
    browser = client_of(rita)
    book = json.loads(browser.get(address("questionnaire-codebook", 1, "json")).content)
    rows = table(browser.get(address("questionnaire-codebook", 1, "csv")))
    for variable in book["variables"]:
        mine = [row for row in rows if row["variable"] == variable["name"]]
        assert mine[0]["text"] == variable["text"]
        assert mine[0]["n"] == str(variable["valid"])
        assert {row["code"]: row["n"] for row in mine[1:]} == {
            entry["code"]: str(entry["n"]) for entry in [*variable["values"], *variable["missing"]]
        }


def test_a_codebook_without_counts_for_who_may_not_see_responses(client_of, charlie, wave, address):
    book = json.loads(client_of(charlie).get(address("questionnaire-codebook", 1, "json")).content)
    assert book["n"] is None
    assert {v["n"] for variable in book["variables"] for v in variable["values"]} == {None}


@pytest.mark.parametrize("state", ["complete", "started"])
def test_list_file_api_and_counts_page_count_alike(client_of, rita, wave, address, state):
    browser = client_of(rita)
    listed = browser.get(f"{address('survey-response-list')}?state={state}").context["listing"].count.value
    filed = len(table(browser.get(f"{address('questionnaire-responses-file', 1, 'csv')}?state={state}")))
    api = browser.get(f"/api/v1/responses/?questionnaire=complaints-and-you&state={state}").json()
    counted = browser.get(f"{address('questionnaire-counts', 1)}?state={state}").context["total"]
    exported = browser.get(f"/api/v1/responses/export/?format=csv&questionnaire=complaints-and-you&state={state}")
    assert listed == filed == api["count"]["value"] == len(api["results"]) == counted == len(table(exported))
    assert listed == {"complete": 3, "started": 1}[state]


def test_counts_per_item(client_of, rita, wave, address):
    page = client_of(rita).get(address("questionnaire-counts", 1))
    items = {counts.item.name: counts for counts in page.context["items"]}
    assert (items["ways"].valid, items["ways"].asked) == (2, 2)
    assert [(c["code"], c["n"]) for c in items["ways"].choices] == [("phone", 1), ("web", 1), ("desk", 1)]
    assert (items["age"].numbers.n, items["age"].numbers.mean) == (2, 44)
    assert items["age"].missing == [{"kind": "refused", "label": "Refused", "n": 1}]
    assert items["complained"].choices[0]["share"] == pytest.approx(2 / 3)


def test_the_command_on_the_counts_page_computes_its_shares_from_the_data_file(
    client_of, rita, wave, address, tmp_path, capsys
):
    browser = client_of(rita)
    path = tmp_path / "answers.csv"
    path.write_bytes(b"".join(browser.get(address("questionnaire-responses-file", 1, "csv")).streaming_content))
    page = browser.get(address("questionnaire-counts", 1))

    asked = [counts for counts in page.context["items"] if counts.choices]
    for counts in asked:
        assert main(shlex.split(counts.command.replace("FILE.csv", str(path)))[3:]) == 0
        found = json.loads(capsys.readouterr().out)
        assert found["value"] == {choice["code"]: choice["share"] for choice in counts.choices if choice["share"]}
        assert found["n_used"] == counts.valid
    assert {"complained", "ways"} <= {counts.item.name for counts in asked}
    assert "python -m measures shares FILE.csv --value ways" in page.text


def test_a_response_is_shown_with_labels(client_of, rita, wave, address):
    response = wave.responses.order_by("pk").first()
    page = client_of(rita).get(address("survey-response-detail", response.uuid))
    assert "By phone; At the desk" in page.text
    assert "phone desk" in page.text


def test_a_response_is_unknown_to_others(client_of, charlie, wave, address):
    response = wave.responses.first()
    assert client_of(charlie).get(address("survey-response-detail", response.uuid)).status_code == 404


def test_results_keep_within_their_queries(client_of, ada, wave, address, django_assert_max_num_queries):
    for _ in range(10):
        make_response(wave, ada)
    browser = client_of(ada)
    for url, budget in [
        (address("survey-response-list"), 12),
        (address("questionnaire-counts", 1), 16),
        (address("questionnaire-responses-file", 1, "csv"), 16),
        (address("survey-response-detail", wave.responses.first().uuid), 14),
    ]:
        assert b"".join(browser.get(url))
        with django_assert_max_num_queries(budget):
            assert b"".join(browser.get(url))


def test_numbers_are_drawn_as_a_histogram(client_of, charlie, rita, wave, address):
    page = client_of(rita).get(address("questionnaire-counts", 1))
    drawn = {counts.item.name: counts.histogram for counts in page.context["items"] if counts.histogram}
    assert [(row.label, row.counts) for row in drawn["age"].rows] == [("44", [2])]
    assert list(drawn) == ["age", "call_minutes"]
    assert client_of(charlie).get(address("questionnaire-counts", 1)).status_code == 404


def test_many_numbers_are_counted_in_ten_ranges():
    rows = _ranges([(Decimal(n), 1) for n in range(101)])
    assert [row.counts[0] for row in rows] == [10] * 9 + [11]
    assert (rows[0].label, rows[-1].label) == ("0 to 10", "90 to 100")


def test_questions_with_the_same_answers_stand_beside_each_other():
    def counts(name, *numbers, of="agree"):
        item = ItemDef(name, ItemType.SELECT_ONE, choice_list=of, pk=1)
        choices = [{"code": str(n), "label": str(n), "missing": "", "n": n, "share": 0} for n in numbers]
        return ItemCounts(item, name, valid=sum(numbers), choices=choices)

    [drawing] = answers_beside([counts("a", 1, 2, 3), counts("b", 3, 2, 1), counts("c", 1, 1, of="other")])
    assert [(row.label, row.counts) for row in drawing.rows] == [("a", [1, 2, 3]), ("b", [3, 2, 1])]
    assert answers_beside([counts(name, 1, 1, 1, 1, 1, 1) for name in "ab"]) == []
