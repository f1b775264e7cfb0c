"""The page of a dataset of complaint records shows them in numbers."""

import pytest
from django.contrib.auth.models import AnonymousUser

from complaints.models import ComplaintRecord
from complaints.selectors import drawn
from complaints.selectors.facets import facets
from tests.factories.complaints import load_records, make_dataset
from tests.markup import squeezed

pytestmark = pytest.mark.django_db
RECIPE = "complaint-records"
ROWS = [
    {"received_on": "2019-01-02", "finding": "upheld", "category": "Delay"},
    {"received_on": "2019-02-02", "finding": "upheld", "category": "Delay"},
    {"received_on": "2020-02-02", "finding": "not-upheld", "category": "Noise"},
]


def page_of(client, dataset):
    return client.get(f"/datasets/{dataset.slug}/")


def test_records_are_counted_by_year_finding_and_category_and_lead_to_their_list(client, alpha):
    dataset = make_dataset(alpha, recipe=RECIPE)
    load_records(dataset, ROWS)

    page = page_of(client, dataset)
    drawings = {
        drawing.title: [(row.label, row.counts) for row in drawing.rows] for drawing in page.context["drawings"]
    }

    assert drawings["By year"] == [("2019", [2, 0]), ("2020", [0, 1])]
    assert drawings["By finding"] == [("Upheld", [2]), ("Not upheld", [1])]
    assert drawings["What they are about"] == [("Delay", [2]), ("Noise", [1])]
    assert f"/complaint-records/?dataset={dataset.slug}&amp;finding=upheld" in page.content.decode()


def drawing_of(client, dataset, title):
    found = [drawing for drawing in page_of(client, dataset).context["drawings"] if drawing.title == title]
    return found[0] if found else None


def test_years_without_findings_are_counted_alone(client, alpha):
    dataset = make_dataset(alpha, recipe=RECIPE)
    load_records(dataset, [{"received_on": f"{1990 + n}-01-02"} for n in range(20)])
    drawing = drawing_of(client, dataset, "By year")
    assert [row.counts for row in drawing.rows] == [[1]] * 20
    assert drawing.rows[-1].label == "2009"


def test_findings_of_institutions_stand_beside_each_other(client, alpha):
    dataset = make_dataset(alpha, recipe=RECIPE)
    offices = ("North", "North", "South")
    load_records(dataset, [row | {"institution": office} for row, office in zip(ROWS, offices, strict=True)])
    drawing = drawing_of(client, dataset, "Findings by institution")
    assert list(drawing.columns) == ["Upheld", "Not upheld"]
    assert [(row.label, row.counts) for row in drawing.rows] == [("North", [2, 0]), ("South", [0, 1])]
    assert drawing.rows[0].url == f"/complaint-records/?dataset={dataset.slug}&institution=North"


def test_the_share_upheld_has_its_interval_its_number_and_the_way_to_compute_it_again(client, alpha):
    dataset = make_dataset(alpha, recipe=RECIPE, title="Letters")
    rows = [{"received_on": "2019-01-02", "finding": finding} for finding in ["upheld"] * 15 + ["not-upheld"] * 133]
    undecided = [{"received_on": "2018-01-02", "finding": "no-finding"}]
    load_records(dataset, [*rows, {"received_on": "2020-02-02", "finding": "partly-upheld"}, *undecided])
    drawing = drawing_of(client, dataset, "Complaints upheld, by year")
    assert [(row.label, *row.texts, *row.counts) for row in drawing.rows] == [
        ("All", "11%", "7 to 17%", 149), ("2019", "10%", "6 to 16%", 148), ("2020", "100%", "21 to 100%", 1),
    ]  # fmt: skip
    line, mark = drawing.rows[1].segments
    assert (line.x, round(line.x + line.width, 2)) == (6.24, 16.05)  # Newcombe (1998): 0.0624 to 0.1605
    assert line.x < mark.x < line.x + line.width
    assert drawing.command == (
        "python -m measures share-with-interval FILE.csv --value finding --part upheld,partly-upheld --rest not-upheld"
    )
    assert "Wilson 1927" in drawing.note
    assert drawing.source == "complaint records where dataset is “Letters”"
    page = squeezed(page_of(client, dataset).content.decode())
    assert f'<a href="/complaint-records/?dataset={dataset.slug}">complaint records where' in page


def test_shares_upheld_of_institutions_stand_beside_that_of_all(client, alpha):
    dataset = make_dataset(alpha, recipe=RECIPE)
    offices = ("North", "North", "South")
    load_records(dataset, [row | {"institution": office} for row, office in zip(ROWS, offices, strict=True)])
    drawing = drawing_of(client, dataset, "Complaints upheld, by institution")
    assert [(row.label, row.texts[0], row.counts) for row in drawing.rows] == [
        ("All", "67%", [3]), ("North", "100%", [2]), ("South", "0%", [1]),
    ]  # fmt: skip


def test_years_are_chosen_by_a_brush_that_leads_to_their_records(client, alpha):
    dataset = make_dataset(alpha, recipe=RECIPE)
    load_records(dataset, ROWS)
    brush = drawing_of(client, dataset, "By year").brush
    assert (brush.action, list(brush.kept)) == ("/complaint-records/", [("dataset", dataset.slug)])
    first, last = brush.steps
    found = client.get(brush.action, {**dict(brush.kept), brush.first_name: first.first, brush.last_name: last.last})
    assert found.context["listing"].counted == "3 records"
    assert (first.is_first, last.is_last) == (True, True)
    load_records(make_dataset(alpha, recipe=RECIPE, slug="one-year"), ROWS[:1])
    assert drawing_of(client, type(dataset).objects.get(slug="one-year"), "By year").brush is None


def test_days_open_are_a_distribution_with_open_records_beside(client, alpha):
    dataset = make_dataset(alpha, recipe=RECIPE)
    spans = [("2020-01-01", "2020-01-31"), ("2020-01-01", "2020-02-01"), ("2020-01-01", None)]
    load_records(
        dataset,
        [{"received_on": a, "closed_on": b, "status": "closed" if b else "open"} for a, b in spans],
    )
    drawing = drawing_of(client, dataset, "Days from receipt to closing")
    assert [row.counts for row in drawing.rows] == [[1, 0], [1, 0], [0, 0], [0, 0], [0, 0], [0, 1]]
    assert "Median 31 days" in drawing.note


def test_what_took_too_long_is_left_out_and_not_tried_again_at_once(client, alpha, monkeypatch):
    tried = []
    monkeypatch.setattr(drawn, "distribution", lambda *_args, **_options: tried.append(1))
    dataset = make_dataset(alpha, recipe=RECIPE)
    load_records(dataset, ROWS)
    for _ in range(2):
        assert drawing_of(client, dataset, "Days from receipt to closing") is None
    assert len(tried) == 1


def test_those_who_may_see_counts_only_see_no_small_count_and_no_days(client, alpha):
    fields = {"access": "restricted", "narrative_access": "restricted", "counts_access": "public"}
    dataset = make_dataset(alpha, recipe=RECIPE, disclosure_threshold=10, **fields)
    rows = [ROWS[0] | {"closed_on": "2019-05-05"}] * 100 + [ROWS[2] | {"closed_on": "2020-05-05"}] * 3
    load_records(dataset, rows)
    [records] = [ComplaintRecord.objects.visible_to(AnonymousUser())]
    filters = {"dataset": dataset.slug}
    years, found = facets(records, filters, ["received_year", "finding"])
    shown, upheld = drawn.by_year("By year", records, years, found, filters)
    counts = [count for row in shown.rows for count in row.counts]
    assert 3 not in counts
    assert all(count is None or count % 10 == 0 for count in counts)
    assert drawn.days_open(records, filters) is None
    assert upheld is None


def test_what_the_source_does_not_have_is_not_drawn(client, alpha):
    dataset = make_dataset(alpha, recipe=RECIPE)
    load_records(dataset, [{"category": "Delay"}])
    assert [drawing.title for drawing in page_of(client, dataset).context["drawings"]] == ["What they are about"]


def test_a_dataset_without_records_or_with_other_rows_has_no_drawings(client, alpha):
    for dataset in (make_dataset(alpha, recipe=RECIPE), make_dataset(alpha, slug="cases", recipe="case-studies")):
        page = page_of(client, dataset)
        assert not page.context["drawings"]
        assert "In numbers" not in page.content.decode()


def test_the_head_has_rows_years_latest_file_and_licence(client, alpha):
    dataset = make_dataset(alpha, recipe=RECIPE, licence="CC0 1.0", first_year=2019, last_year=2020)
    load_records(dataset, ROWS)
    head = squeezed(page_of(client, dataset).content.decode().split('<dl class="figures">')[1].split("</dl>")[0])
    assert "<dd>3</dd>" in head
    assert "<dd>2019–2020</dd>" in head
    assert "<dd>CC0 1.0</dd>" in head
    assert "not recorded" in head
