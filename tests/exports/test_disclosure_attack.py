"""10,000 pairs of overlapping questions: no count below the threshold can be worked out of the answers."""

import csv
import io
import random
from urllib.parse import urlencode

import numpy as np
import pytest

from exports.disclosure import WEIGHTS, protect
from tests.exports.attacker import Answer, certainties, guesses, recovered
from tests.factories.complaints import load_records, make_dataset

THRESHOLD = 10
PAIRS = 10_000
COLUMNS = {"country": 5, "finding": 6, "sector": 8, "year": 12}
LIST = "/api/v1/complaint-records/"


class Table:
    """4,000 records in memory, among them rare values and rare combinations."""

    def __init__(self, seed):
        chance = np.random.default_rng(seed)
        skew = {name: np.sort(chance.dirichlet(np.full(size, 0.6)))[::-1] for name, size in COLUMNS.items()}
        self.rows = {name: chance.choice(size, 4_000, p=skew[name]) for name, size in COLUMNS.items()}
        self.rows["finding"][:3] = 5  # three records alone have this finding
        self.rows["sector"][:7] = 7
        self.weights = np.array(WEIGHTS)[chance.integers(0, 4, 4_000)]

    def mask(self, question):
        found = np.ones(4_000, dtype=bool)
        for name, (is_not, values) in question.items():
            found &= np.isin(self.rows[name], values) != is_not
        return found

    def counts(self, question, field, *, weights=None):
        found = self.mask({name: part for name, part in question.items() if name != field})
        sums = np.bincount(
            self.rows[field][found], weights=None if weights is None else weights[found], minlength=COLUMNS[field]
        )
        return {value: int(number) for value, number in enumerate(sums) if number}


def random_question(chance, names=COLUMNS):
    """Up to three filters, each on some values or on all but some."""
    return {
        name: (chance.random() < 0.3, chance.sample(range(COLUMNS[name]), chance.randint(1, 3)))
        for name in chance.sample(list(names), chance.randint(0, 3))
    }


def random_pairs(seed, number):
    """A question, the same narrowed by one more filter, and the field whose facet is asked."""
    chance = random.Random(seed)
    for _ in range(number):
        outer = random_question(chance)
        free = [name for name in COLUMNS if name not in outer]
        extra = chance.choice(free)
        values = chance.sample(range(COLUMNS[extra]), chance.randint(1, 2))
        field = chance.choice([name for name in COLUMNS if name != extra])
        yield outer, outer | {extra: (chance.random() < 0.5, values)}, field


def protected(table, question, field):
    shown = protect(table.counts(question, field, weights=table.weights), THRESHOLD)
    return Answer(shown.cells, shown.total, table.counts(question, field))


def with_small_cells_hidden(table, question, field):
    """What many sites do: small cells hidden, all else exact."""
    truth = table.counts(question, field)
    return Answer({v: n if n >= THRESHOLD else None for v, n in truth.items()}, sum(truth.values()), truth)


def weights_behind(count):
    """The sums of weights that are shown as this count."""
    return max(THRESHOLD, count - THRESHOLD // 2), count - THRESHOLD // 2 + THRESHOLD - 1


def attack(table, answer_of, bounds, pairs=PAIRS):
    """Cells recovered by subtraction, and cells of which only one value is possible."""
    subtracted = certain = small = 0
    for outer, inner, field in random_pairs(7, pairs):
        answers = answer_of(table, outer, field), answer_of(table, inner, field)
        small += sum(0 < n < THRESHOLD for answer in answers for n in answer.truth.values())
        subtracted += recovered(guesses(*answers), THRESHOLD)
        certain += recovered(certainties(*answers, bounds), THRESHOLD)
    assert small > pairs  # there was something to find
    return subtracted, certain


@pytest.fixture(scope="module")
def table():
    return Table(11)


def test_ten_thousand_pairs_of_questions_recover_no_small_cell(table):
    assert attack(table, protected, weights_behind) == (0, 0)


def crossed(table, question, field):
    """A table of the field and another one, pairs of values being its cells."""
    other = next(name for name in COLUMNS if name != field)
    found = table.mask(question)
    places = table.rows[field] * COLUMNS[other] + table.rows[other]
    size = COLUMNS[field] * COLUMNS[other]
    sums, truth = (
        {cell: int(n) for cell, n in enumerate(np.bincount(places[found], weights=weights, minlength=size)) if n}
        for weights in (table.weights[found], None)
    )
    shown = protect(sums, THRESHOLD)
    return Answer(shown.cells, shown.total, truth)


def test_ten_thousand_pairs_of_cross_tables_recover_no_small_cell(table):
    assert attack(table, crossed, weights_behind) == (0, 0)


def test_the_attack_finds_small_cells_where_they_are_only_hidden(table):
    """Otherwise the test above would show nothing."""
    subtracted, certain = attack(table, with_small_cells_hidden, lambda count: (count, count), pairs=1_000)
    assert subtracted > 100
    assert certain > 100


def test_the_same_question_has_the_same_answer_however_it_is_asked(table):
    """So that asking again, or in other words, averages nothing out."""
    plain = {"country": (False, [0, 1])}
    other = {"country": (True, [2, 3, 4])}
    assert protected(table, plain, "finding") == protected(table, other, "finding")


def test_rounded_counts_stay_near_the_truth(table):
    """As ADR 0086 says: half a threshold for rounding, and 0.71 times the root of the count for the weights."""
    errors = []
    for outer, inner, field in random_pairs(3, 500):
        for question in (outer, inner):
            answer = protected(table, question, field)
            for value, count in answer.shown.items():
                true = answer.truth[value]
                errors.append((count - true) / (THRESHOLD / 2 + 0.71 * true**0.5))
    assert abs(np.mean(errors)) < 0.3
    assert np.mean(np.abs(errors) < 2) > 0.98


FIELDS = {
    "country": ["NL", "BE", "DE", "SK", ""],
    "finding": ["upheld", "partly-upheld", "not-upheld", "no-finding", ""],
    "status": ["open", "closed", ""],
    "channel": ["web", "letter", "desk", "telephone"],
}
WEIGHT_OF = {2: (9, 1), 3: (12, 4, 1), 4: (12, 6, 2, 1), 5: (20, 10, 5, 2, 1)}


@pytest.fixture
def rows():
    chance = random.Random(5)
    return [
        {name: chance.choices(values, WEIGHT_OF[len(values)])[0] for name, values in FIELDS.items()}
        | {"received_on": f"20{chance.choices(range(14, 24), range(1, 11))[0]}-0{chance.randint(1, 9)}-11"}
        for _ in range(700)
    ]


@pytest.fixture
def counted_only(alpha, rows):
    """Its records are for named organisations, its counts for everybody."""
    fields = {"access": "restricted", "narrative_access": "restricted", "counts_access": "public"}
    dataset = make_dataset(alpha, slug="guarded", disclosure_threshold=THRESHOLD, **fields)
    load_records(dataset, [row | {"subject": "roof"} for row in rows])
    return dataset


def parameters(chance, names):
    found = {}
    for name in names:
        values = [value for value in FIELDS.get(name, ()) if value]
        if name == "received_on":
            found["received_on__gte"] = f"20{chance.randint(14, 23)}-01-01"
        elif chance.random() < 0.6:
            found[f"{name}__in"] = ",".join(chance.sample(values, chance.randint(1, 2)))
        else:
            found[f"{name}__not"] = chance.choice(values)
    return found


def fits(row, params):
    for name, wanted in params.items():
        column, _, lookup = name.partition("__")
        values = wanted.split(",")
        if lookup == "in" and row[column] not in values:
            return False
        if lookup == "not" and row[column] in values:
            return False
        if lookup == "gte" and row[column] < wanted:
            return False
    return True


def truth_of(rows, params, field):
    others = {name: value for name, value in params.items() if not name.startswith(field)}
    counts = {}
    for row in rows:
        if fits(row, others):
            counts[row[field]] = counts.get(row[field], 0) + 1
    return counts


@pytest.mark.django_db
def test_hundreds_of_facets_of_the_api_recover_no_small_cell(api_client, counted_only, rows):
    chance = random.Random(23)
    pairs = []
    for _ in range(60):
        extra, *names = chance.sample([*FIELDS, "received_on"], chance.randint(1, 3))
        outer = parameters(chance, names)
        both = [ask(api_client, rows, params) for params in (outer, outer | parameters(chance, [extra]))]
        pairs += [(both[0][field], both[1][field]) for field in FIELDS if field != extra]
    small = sum(0 < n < THRESHOLD for pair in pairs for answer in pair for n in answer.truth.values())
    assert small > 300
    assert sum(recovered(guesses(*pair), THRESHOLD) for pair in pairs) == 0
    assert sum(recovered(certainties(*pair, weights_behind), THRESHOLD) for pair in pairs) == 0


def ask(client, rows, params):
    answer = client.get(f"{LIST}facets/", params | {"dataset": "guarded", "field": ",".join(FIELDS)}).json()
    assert {facet["rounded_to"] for facet in answer.values()} == {THRESHOLD}
    return {
        field: Answer(
            {value["value"]: value["count"] for value in facet["values"]}, facet["total"], truth_of(rows, params, field)
        )
        for field, facet in answer.items()
    }


@pytest.mark.django_db
def test_files_of_counts_and_their_codebooks_say_no_more_than_the_answers(api_client, counted_only):
    chance = random.Random(29)
    for _ in range(12):
        params = parameters(chance, chance.sample([*FIELDS], 2)) | {"dataset": "guarded"}
        field, other = chance.sample([*FIELDS], 2)
        facet = api_client.get(f"{LIST}facets/", params | {"field": field}).json()[field]
        shown = {value["value"]: value["count"] for value in facet["values"]}
        assert counts_in(api_client, "facets", params | {"field": field}) == {
            (value,): ".s" if count is None else str(count) for value, count in shown.items()
        }
        table = api_client.get(f"{LIST}cross-table/", params | {"field": f"{field},{other}", "values": 1000}).json()
        assert counts_in(api_client, "cross-table", params | {"field": f"{field},{other}"}) == {
            (row["value"], column["value"]): ".s" if count is None else str(count)
            for row, counts in zip(table["rows"]["values"], table["counts"], strict=True)
            for column, count in zip(table["columns"]["values"], counts, strict=True)
        }
        query = f"{LIST}facets/export/?{urlencode(params | {'field': field})}"
        book = api_client.get("/api/v1/exports/codebook/", {"query": query}).json()
        assert [one["value"] for one in book["columns"][0]["labels"]] == list(shown)
        total = "suppressed" if facet["total"] is None else facet["total"]
        assert book["notes"][0] == f"Total: {total}"
        assert (book["rows"], book["source_values"]) == (len(shown), [])


def counts_in(client, name, params):
    """The cells of a file of counts, by their values."""
    answer = client.get(f"{LIST}{name}/export/", params | {"format": "csv"})
    assert answer.status_code == 200
    lines = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    return {tuple(values): count for *values, count in lines[1:]}
