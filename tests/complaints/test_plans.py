"""No page of a search reads the texts of many records in vain, wherever its matches are in the list (ADR 0115)."""

import json

import pytest
from django.db import connection

from complaints import partitions
from rest import windows
from tests.factories.complaints import load_records, make_dataset

pytestmark = pytest.mark.django_db
LIST = "/api/v1/complaint-records/"
EACH = 3000
FILL = """
INSERT INTO {table} (dataset_id, reference, case_reference, kind, institution, institution_kind, country, policy_sector,
    respondent, category, subject, narrative, response, language, channel, service, complainant_kind, framing, harm,
    mandate, admissibility, stage, status, status_raw, finding, finding_raw, closure, closure_raw, remedy, currency,
    extra, import_id, source_record, source_line, content_hash, updated_at, received_on)
SELECT {dataset}, 'R-' || g, '', 'complaint', 'Office', 'ombudsman', 'NL', '', '', '', 'Letter ' || g,
    CASE WHEN g % 3 = 0 THEN 'frequent ' ELSE '' END || CASE WHEN g % 1000 = 500 THEN 'rare ' ELSE '' END
    || CASE WHEN {is_newest} AND g % 2 = 0 THEN 'newest' ELSE '' END, '', 'en',
    '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '{{}}', 0, g, g, md5(g::text)::uuid, now(),
    CASE WHEN g % 7 > 0 THEN date '2015-01-01' + g % 900 END
FROM generate_series(1, {rows}) g
"""


@pytest.fixture
def datasets(alpha):
    """Three datasets that were loaded one after the other, with the statistics of a server."""
    made = [make_dataset(alpha, languages=["en"]) for _ in range(3)]
    with connection.cursor() as cursor:
        for number, dataset in enumerate(made):
            table = partitions.create_standalone(cursor, dataset.pk)
            cursor.execute(FILL.format(table=table, dataset=dataset.pk, rows=EACH, is_newest=number == 2))
            for statement in partitions.index_statements(cursor, table):
                cursor.execute(statement)
            partitions.attach(cursor, dataset.pk)
            partitions.refresh(cursor, dataset.pk, EACH)
            # As autovacuum does, with the words of the texts.
            cursor.execute(f"ANALYZE {table}")
    return made


class Plans:
    """Runs each statement that reads records in EXPLAIN, too, with the settings that are in force for it."""

    def __init__(self):
        self.in_vain = self.statements = 0

    def __call__(self, execute, sql, params, many, context):
        if sql.startswith("SELECT") and '"complaints_complaintrecord"' in sql:
            with connection.connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN (ANALYZE, FORMAT json) {sql}", params)
                self._add(cursor.fetchone()[0])
            self.statements += 1
        return execute(sql, params, many, context)

    def _add(self, found):
        plan = (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]
        nodes = [plan]
        while nodes:
            node = nodes.pop()
            nodes += node.get("Plans", [])
            removed = node.get("Rows Removed by Index Recheck", 0)
            if "record_vector" in node.get("Filter", ""):
                removed += node["Rows Removed by Filter"]
            self.in_vain += removed * node["Actual Loops"]


@pytest.mark.parametrize("ordering", ["id", "-received_on"])
@pytest.mark.parametrize("size", [1, 20, 100, 1000])
@pytest.mark.parametrize("word", ["frequent", "rare", "newest"])
def test_a_page_of_a_search_reads_few_texts_in_vain(datasets, api_client, word, size, ordering):
    plans = Plans()
    with connection.execute_wrapper(plans):
        asked = {"search": word, "page_size": size, "ordering": ordering, "count": "none"}
        answer = api_client.get(LIST, asked).json()

    assert len(answer["results"]) == min(size, {"frequent": EACH, "rare": 9, "newest": EACH // 2}[word])
    assert plans.statements > 0
    first = max(windows.FIRST, windows.FOR_EACH * (size + 1))
    assert plans.in_vain <= first * (1 + windows.GROWTH), "the first two pieces; 6,000 without pieces"


def test_few_matches_are_found_by_one_statement(datasets, api_client):
    plans = Plans()
    with connection.execute_wrapper(plans):
        api_client.get(LIST, {"search": "rare", "page_size": 1})

    assert (plans.statements, plans.in_vain) == (2, 0), "the count and the page"


@pytest.mark.parametrize("ordering", ["id", "-id", "received_on", "-received_on", "received_on,-id"])
@pytest.mark.parametrize("word", ["late", "often", "single"])
def test_a_walk_over_a_search_in_pieces_finds_each_match_once_and_in_order(
    alpha, api_client, monkeypatch, word, ordering
):
    for name, value in {"FIRST": 3, "FOR_EACH": 1, "GROWTH": 2, "LONGEST": 30}.items():
        monkeypatch.setattr(windows, name, value)
    rows = [
        {
            "subject": " ".join(w for w, holds in (("late", n > 50), ("often", n % 2), ("single", n == 41)) if holds),
            "received_on": None if n % 5 == 0 else f"2020-01-{1 + n % 9:02d}",
        }
        for n in range(70)
    ]
    load_records(make_dataset(alpha), rows[:40])
    load_records(make_dataset(alpha), rows[40:])
    asked = {"search": word, "ordering": ordering, "page_size": "4", "count": "none", "fields": "id"}
    whole = [row["id"] for row in api_client.get(LIST, asked | {"page_size": "1000", "count": ""}).json()["results"]]

    page = api_client.get(LIST, asked).json()
    walked, last = [row["id"] for row in page["results"]], page
    while last["next"]:
        last = api_client.get(last["next"]).json()
        walked += [row["id"] for row in last["results"]]
    back = [row["id"] for row in last["results"]]
    while last["previous"]:
        last = api_client.get(last["previous"]).json()
        back = [row["id"] for row in last["results"]] + back

    assert len(whole) == {"late": 19, "often": 35, "single": 1}[word]
    assert walked == back == whole
