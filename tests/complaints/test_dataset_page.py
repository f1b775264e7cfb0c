"""The page of a dataset of complaint records shows them in numbers."""

import pytest

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

    assert drawings["By year"] == [("2019", [2]), ("2020", [1])]
    assert drawings["By finding"] == [("Upheld", [2]), ("Not upheld", [1])]
    assert drawings["What they are about"] == [("Delay", [2]), ("Noise", [1])]
    assert f"/complaint-records/?dataset={dataset.slug}&amp;finding=upheld" in page.content.decode()


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
