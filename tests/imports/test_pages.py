"""The pages of a data manager, from an empty list to the report; and who may see them."""

import gzip

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.actions import set_roles
from accounts.roles import Role
from complaints.models import ComplaintRecord
from imports.jobs.run import run_import
from imports.models import Dataset, Import
from tests.factories.imports import csv_of, import_bytes, letters, make_dataset
from tests.markup import squeezed

pytestmark = pytest.mark.django_db


@pytest.fixture
def dataset(alpha):
    return make_dataset(alpha)


def upload(client, dataset, content, name="letters.csv"):

    return client.post("/imports/new/", {"dataset": dataset.slug, "file": SimpleUploadedFile(name, content)})


def test_a_data_manager_makes_a_dataset(client_of, bob, alpha):
    answer = client_of(bob).post(
        "/datasets/new/",
        {"recipe": "complaint-records", "title": "Letters", "slug": "letters", "organisation": alpha.pk,
         "access": "consortium", "narrative_access": "consortium", "disclosure_threshold": 10},
    )  # fmt: skip

    assert answer.status_code == 303, answer.content.decode()
    assert Dataset.objects.get(slug="letters").organisation == alpha


def test_a_reader_may_not_make_a_dataset(client_of, rita):
    assert client_of(rita).get("/datasets/new/").status_code == 403


def test_an_upload_is_understood_then_mapped_then_loaded(client_of, bob, dataset):
    client = client_of(bob)
    answer = upload(client, dataset, csv_of(letters(30)))
    run = Import.objects.get()
    assert answer.url == f"/imports/{run.pk}/mapping/"
    assert "Reading letters.csv" in client.get(answer.url).content.decode()
    run_import(run.pk)

    page = client.get(f"/imports/{run.pk}/").content.decode()
    assert "Waiting for a mapping" in page
    assert "date received" in page
    mapping = client.get(f"/imports/{run.pk}/mapping/")
    form = mapping.context["form"]
    posted = {f"field-{row.position}": row.field for row in form.rows}
    posted |= {f"constant-{c.name}": c.value for c in form.constants} | {"button": "load"}
    started = client.post(f"/imports/{run.pk}/mapping/", posted)
    assert started.status_code == 303, started.content.decode()
    run_import(run.pk)

    run.refresh_from_db()
    assert (run.state, run.created) == ("loaded", 30), run.error_message
    assert ComplaintRecord.objects.get(reference="L00001").finding == "upheld"
    assert "30 rows = 30 created" in client.get(f"/imports/{run.pk}/").content.decode()


def test_the_mapping_page_shows_first_rows_and_says_what_would_fail(client_of, bob, dataset):
    client = client_of(bob)
    rows = letters(30)
    rows[0] = rows[0].replace("2019-03-02", "2 March")
    upload(client, dataset, csv_of(rows))
    run = Import.objects.get()
    run_import(run.pk)

    page = client.get(f"/imports/{run.pk}/mapping/").content.decode()

    assert "“2 March” is not a date" in page
    assert "2019-03-03" in page


def test_a_mapping_with_one_field_twice_says_so_and_keeps_what_was_chosen(client_of, bob, dataset):
    client = client_of(bob)
    upload(client, dataset, csv_of(letters(30)))
    run = Import.objects.get()
    run_import(run.pk)

    answer = client.post(f"/imports/{run.pk}/mapping/", {"field-0": "subject", "field-2": "subject", "button": "load"})

    assert answer.status_code == 422
    assert "Choose one" in answer.content.decode()


def test_a_file_can_be_read_again_with_another_delimiter(client_of, bob, dataset):
    client = client_of(bob)
    upload(client, dataset, csv_of(letters(30)))
    run = Import.objects.get()
    run_import(run.pk)

    client.post(f"/imports/{run.pk}/reading/", {"delimiter": "|", "header_row": "1"})
    run_import(run.pk)

    run.refresh_from_db()
    assert run.understanding["options"]["delimiter"] == "|"
    assert len(run.understanding["columns"]) == 1


def test_an_import_that_waits_can_be_cancelled_and_leaves_nothing(client_of, bob, dataset):
    client = client_of(bob)
    upload(client, dataset, csv_of(letters(30)))
    run = Import.objects.get()
    run_import(run.pk)

    client.post(f"/imports/{run.pk}/cancel/")
    run_import(run.pk)

    run.refresh_from_db()
    assert run.state == "cancelled"
    assert not ComplaintRecord.objects.exists()


def test_an_empty_file_is_refused_on_the_upload_page(client_of, bob, dataset):
    answer = upload(client_of(bob), dataset, b"")

    assert answer.status_code == 422
    assert "The file is empty" in answer.content.decode()


def test_progress_is_a_fragment_until_the_import_ends(client_of, bob, dataset):
    client = client_of(bob)
    upload(client, dataset, csv_of(letters(30)))
    run = Import.objects.get()

    running = client.get(f"/imports/{run.pk}/", HTTP_HX_REQUEST="true")
    run_import(run.pk)
    ended = client.get(f"/imports/{run.pk}/", HTTP_HX_REQUEST="true")

    assert "HX-Refresh" not in running
    assert ended["HX-Refresh"] == "true"


def test_bad_rows_are_downloaded_with_formulas_made_harmless(client_of, bob, dataset):
    rows = letters(30)
    rows[3] = "L00004,=1+1,@title,text,Upheld"
    run = import_bytes(dataset, csv_of(rows), by=bob)

    text = b"".join(client_of(bob).get(f"/imports/{run.pk}/problems.csv").streaming_content).decode()

    assert "'=1+1" in text
    assert "'@title" in text


@pytest.mark.parametrize("path", ["", "mapping/", "problems.csv", "file/"])
def test_a_strangers_import_is_not_there(client_of, charlie, bob, dataset, path):
    run = import_bytes(dataset, csv_of(letters(30)), by=bob)

    assert client_of(charlie).get(f"/imports/{run.pk}/{path}").status_code == 404


def test_a_restricted_dataset_is_not_there_for_a_stranger(client_of, charlie, alpha):
    make_dataset(alpha, access="restricted")

    assert client_of(charlie).get("/datasets/letters/").status_code == 404
    assert "Letters" not in client_of(charlie).get("/datasets/").content.decode()


def test_the_list_of_datasets_costs_few_queries(client, alpha, django_assert_max_num_queries):
    for n in range(30):
        make_dataset(alpha, slug=f"letters-{n}", access="public")

    with django_assert_max_num_queries(6):
        client.get("/datasets/")


def test_a_file_without_a_dataset_makes_one_that_is_named_after_it(client_of, bob, alpha):
    make_dataset(alpha, slug="letters")
    file = SimpleUploadedFile("Letters.csv.gz", gzip.compress(csv_of(letters(30))))

    answer = client_of(bob).post("/imports/new/", {"file": file})

    run = Import.objects.get()
    assert answer.url == f"/imports/{run.pk}/mapping/"
    made = run.dataset
    assert (made.slug, made.title, made.organisation, made.recipe) == ("letters-2", "Letters", alpha, "auto")


def test_who_manages_several_organisations_says_which_owns_the_new_dataset(client_of, bob, alpha, beta):
    set_roles(person=bob, organisation=beta, roles=[Role.DATA_MANAGER], by=None)
    client = client_of(bob)

    page = client.get("/imports/new/").content.decode()
    client.post("/imports/new/", {"file": SimpleUploadedFile("a.csv", b"id,b\n1,2\n"), "organisation": beta.pk})

    assert "Owner of a new dataset" in page
    assert Dataset.objects.get().organisation == beta


def test_a_file_that_cannot_be_read_has_its_report_instead_of_a_mapping(client_of, bob, dataset):
    client = client_of(bob)
    upload(client, dataset, b"\0\1\2")
    run = Import.objects.get()
    run_import(run.pk)

    answer = client.get(f"/imports/{run.pk}/mapping/")

    assert (answer.status_code, answer.url) == (303, f"/imports/{run.pk}/")


def test_a_checked_import_is_loaded_with_the_mapping_that_was_checked(client_of, bob, dataset):
    client = client_of(bob)
    run = import_bytes(dataset, csv_of(letters(30)), by=bob, is_dry_run=True)
    assert "Load 30 rows" in squeezed(client.get(f"/imports/{run.pk}/").content.decode())

    answer = client.post(f"/imports/{run.pk}/mapping/", {"button": "load-checked"})
    run_import(run.pk)

    assert answer.status_code == 303
    run.refresh_from_db()
    assert (run.state, run.created) == ("loaded", 30)


def test_many_letters_are_chosen_at_once_and_read_as_one_delivery(client_of, bob, dataset):
    texts = {"a.txt": "First letter of a citizen about her street.", "b.txt": "Second letter, about a permit."}
    files = [SimpleUploadedFile(name, text.encode()) for name, text in texts.items()]
    folder = [SimpleUploadedFile("a.txt", b"Third letter, of the same name in another folder.")]

    answer = client_of(bob).post("/imports/new/", {"file": files, "folder": folder})

    assert answer.status_code == 303, answer.content.decode()
    run = Import.objects.get()
    run_import(run.pk)
    run.refresh_from_db()
    assert (run.file_name, run.rows, run.dataset.title) == ("files.zip", 3, "Files"), run.error_message
    assert [row[:2] for row in run.understanding["head"]] == [["a (2)", "a (2).txt"], ["a", "a.txt"], ["b", "b.txt"]]


def test_without_a_file_the_page_says_so(client_of, bob, dataset):
    answer = client_of(bob).post("/imports/new/", {"dataset": dataset.slug})

    assert answer.status_code == 422
    assert "Choose a file, or drop one on the field." in answer.content.decode()
    assert "webkitdirectory" in answer.content.decode()
