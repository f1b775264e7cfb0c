"""The language of a dataset: detected from its texts, and corrected by a person without a new import."""

import importlib

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import AuditEvent
from complaints.models import ComplaintRecord
from imports.actions import correct_language, edit_dataset
from imports.jobs import languages
from imports.mapping import Rule
from imports.models import Dataset, Import, LanguageCorrection, PreviousVersion
from jobs.models import JobState
from tests.complaints.test_search_without_language import TEXTS, found, load
from tests.factories.imports import make_dataset
from tests.markup import squeezed

pytestmark = pytest.mark.django_db
migration = importlib.import_module("imports.migrations.0005_read_rows_without_a_language")

SWEDISH = {
    "A": "Kommunen svarade inte på mitt brev om vägen och jag har väntat i tre månader",
    "B": "Breven om skolan kom bort och ingen på kommunen kunde säga var de fanns",
    "C": "Jag klagar på att kommunens beslut om bygglov inte var motiverat",
}


@pytest.fixture
def dataset(alpha):
    return make_dataset(alpha, access="public")


def work_of_all():
    """Every correction that waits, to its end."""
    for pk in LanguageCorrection.objects.active().order_by("pk").values_list("pk", flat=True):
        languages.correct(pk)


def languages_of(dataset):
    dataset.refresh_from_db()
    rows = ComplaintRecord.objects.order_by("reference").values_list("language", flat=True)
    return dataset.language, dataset.languages, list(rows)


def test_a_dataset_gets_the_language_of_its_first_texts(dataset, bob):
    load(dataset, TEXTS, bob)

    assert languages_of(dataset) == ("en", [], [""] * 4)
    assert dataset.language_from == "detected"
    assert (found(bob, "repairing"), found(bob, "repairs")) == ("ABC", "ABC")
    assert AuditEvent.objects.filter(action="dataset.detected", details__language="en").count() == 1


def test_a_dataset_of_which_it_is_not_sure_has_no_language(dataset, bob):
    load(dataset, {"A": TEXTS["A"], "B": SWEDISH["A"], "C": "X-17"}, bob)

    assert (languages_of(dataset)[0], dataset.language_from) == ("", "")
    assert (found(bob, "repairing"), found(bob, "repairs")) == ("A", "")


def test_a_language_that_a_person_left_open_is_not_detected(dataset, bob):
    edit_dataset(dataset=dataset, by=bob, language="nl")
    edit_dataset(dataset=dataset, by=bob, language="")

    load(dataset, TEXTS, bob)

    assert (languages_of(dataset)[0], dataset.language_from) == ("", "person")


def test_a_corrected_language_is_searched_without_a_new_import(dataset, bob):
    edit_dataset(dataset=dataset, by=bob, language="da")
    load(dataset, SWEDISH, bob)
    assert found(bob, "kommunerna") == ""

    edit_dataset(dataset=dataset, by=bob, language="sv")
    assert (found(bob, "kommunen"), Dataset.objects.get().earlier_languages) == ("ABC", ["da"])
    work_of_all()

    assert (found(bob, "kommunerna"), Dataset.objects.get().earlier_languages) == ("ABC", [])
    assert languages_of(dataset) == ("sv", [], [""] * 3)
    assert Import.objects.count() == 1


def test_rows_that_an_import_called_by_another_language_are_corrected_too(dataset, bob):
    load(dataset, SWEDISH, bob, language=Rule(constant="da"))
    hashes = set(ComplaintRecord.objects.values_list("content_hash", flat=True))
    before = ComplaintRecord.objects.values_list("updated_at", flat=True).first()

    job = correct_language(dataset=dataset, language="sv", rows_in=["da"], by=bob)
    work_of_all()

    job.refresh_from_db()
    assert languages_of(dataset) == ("sv", ["sv"], ["sv"] * 3)
    assert (job.state, job.corrected, found(bob, "kommunerna")) == (JobState.FINISHED, 3, "ABC")
    assert min(ComplaintRecord.objects.values_list("updated_at", flat=True)) > before
    assert set(ComplaintRecord.objects.values_list("content_hash", flat=True)) == hashes
    assert not PreviousVersion.objects.exists()


def test_unknown_rows_get_the_language_if_asked_and_others_keep_theirs(dataset, bob):
    load(dataset, TEXTS, bob)
    load(dataset, {"E": "Die Behörde antwortete auf keinen Brief"}, bob, language=Rule(constant="de"))

    correct_language(dataset=dataset, language="en", rows_in=[""], by=bob)
    work_of_all()

    assert languages_of(dataset) == ("en", ["de", "en"], [*["en"] * 4, "de"])
    assert (found(bob, "repairs"), found(bob, "Behörden")) == ("ABC", "E")


def test_a_language_can_be_taken_back(dataset, bob):
    load(dataset, TEXTS, bob, language=Rule(constant="de"))

    correct_language(dataset=dataset, language="", rows_in=["de"], by=bob)
    work_of_all()

    assert languages_of(dataset) == ("", [], [""] * 4)
    assert (found(bob, "repairing"), found(bob, "repairs")) == ("A", "B")


@pytest.mark.parametrize(("language", "said_by"), [("en", "person"), ("", "detected")])
def test_the_migration_asks_for_the_rows_of_existing_datasets(dataset, bob, language, said_by):
    load(dataset, TEXTS, bob)
    make_dataset(dataset.organisation, slug="empty")
    Dataset.objects.update(language=language, language_from="")
    migration.ask_for_reading(apps, None)

    work_of_all()

    dataset.refresh_from_db()
    assert (found(bob, "repairs"), dataset.language, dataset.language_from) == ("ABC", "en", said_by)
    assert LanguageCorrection.objects.values_list("dataset__slug", "state").get() == ("letters", "finished")


def test_a_correction_waits_for_an_import_that_writes_and_for_an_earlier_correction(dataset, bob):
    run = load(dataset, TEXTS, bob)
    first = correct_language(dataset=dataset, language="nl", by=bob)
    second = correct_language(dataset=dataset, language="en", by=bob)

    languages.correct(second.pk)
    assert LanguageCorrection.objects.get(pk=second.pk).state == JobState.WAITING
    Import.objects.filter(pk=run.pk).update(state="running", stage="publishing")
    languages.correct(first.pk)
    assert LanguageCorrection.objects.get(pk=first.pk).state == JobState.WAITING
    Import.objects.filter(pk=run.pk).update(state="loaded", stage="")
    languages.correct(first.pk)
    assert Dataset.objects.get().earlier_languages == ["en", "nl"]
    languages.correct(second.pk)

    assert Dataset.objects.get().earlier_languages == []
    assert found(bob, "repairs") == "ABC"


def test_a_correction_works_batch_by_batch(dataset, bob, monkeypatch):
    monkeypatch.setattr(languages, "_AT_ONCE", 3)
    load(dataset, TEXTS, bob, language=Rule(constant="de"))

    job = correct_language(dataset=dataset, language="en", rows_in=["de"], by=bob)
    work_of_all()

    job.refresh_from_db()
    assert (job.corrected, found(bob, "repairs")) == (4, "ABC")


@pytest.mark.parametrize(
    ("values", "code"),
    [({"language": "xx"}, "invalid_choice"), ({"language": "en", "rows_in": ["fr"]}, "invalid_choice")],
)
def test_unknown_languages_are_refused(dataset, bob, values, code):
    with pytest.raises(ValidationError) as refused:
        correct_language(dataset=dataset, by=bob, **values)
    assert [error.code for errors in refused.value.error_dict.values() for error in errors] == [code]


def test_only_data_managers_of_the_owner_correct_it(dataset, charlie, ada):
    with pytest.raises(PermissionDenied):
        correct_language(dataset=dataset, language="en", by=charlie)


def test_a_dataset_whose_rows_are_not_searched_has_no_language_to_correct(alpha, bob):
    other = make_dataset(alpha, slug="issues", recipe="issues")

    with pytest.raises(ValidationError, match="not searched"):
        correct_language(dataset=other, language="en", by=bob)
    edit_dataset(dataset=other, by=bob, language="en")
    assert not LanguageCorrection.objects.exists()


@pytest.mark.parametrize("way", ["page", "api"])
def test_a_data_manager_corrects_it_on_its_page_and_in_the_api(client_of, bob, dataset, way):
    load(dataset, SWEDISH, bob, language=Rule(constant="da"))
    client = client_of(bob)

    if way == "page":
        sent = {"language": "sv", "rows_in": ["da", "unknown"]}
        answer = client.post("/datasets/letters/language/", sent)
        assert answer.status_code == 303
    else:
        sent = {"language": "sv", "rows_in": ["da", ""]}
        answer = client.post("/api/v1/datasets/letters/language/", sent, content_type="application/json")
        assert (answer.status_code, answer.json()["state"], answer.json()["corrected"]) == (202, "waiting", None)
    work_of_all()

    assert languages_of(dataset) == ("sv", ["sv"], ["sv"] * 3)
    assert client.get("/api/v1/datasets/letters/language/").json()["corrected"] == 3
    assert "changed the language of 3 records" in squeezed(client.get("/datasets/letters/language/").content.decode())
    audited = AuditEvent.objects.get(action="dataset.corrected").details
    assert (audited["language"], audited["rows_in"]) == ("sv", ["", "da"])


def test_the_pages_say_what_was_detected(client_of, bob, dataset):
    load(dataset, TEXTS, bob)
    client = client_of(bob)

    assert "English (detected from the texts)" in client.get("/datasets/letters/").content.decode()
    assert "was detected from the texts" in client.get("/datasets/letters/language/").content.decode()
    assert client.get("/api/v1/datasets/letters/").json()["language_from"] == "detected"


def test_the_page_shows_the_progress_of_a_correction(client_of, bob, dataset):
    load(dataset, TEXTS, bob)
    correct_language(dataset=dataset, language="nl", by=bob)
    address, client = "/datasets/letters/language/", client_of(bob)

    assert 'id="job-progress"' in client.get(address).content.decode()
    work_of_all()
    assert client.get(address, headers={"hx-request": "true"})["HX-Refresh"] == "true"


@pytest.mark.parametrize(
    ("body", "field"),
    [({}, "language"), ({"language": "xx"}, "language"), ({"language": "en", "rows_in": ["fr"]}, "rows_in")],
)
def test_the_api_names_what_is_wrong(client_of, bob, dataset, body, field):
    answer = client_of(bob).post("/api/v1/datasets/letters/language/", body, content_type="application/json")

    assert (answer.status_code, [error["field"] for error in answer.json()["errors"]]) == (400, [field])


def test_the_language_changed_by_the_form_or_a_patch_is_read_again(client_of, bob, dataset):
    load(dataset, TEXTS, bob)

    client_of(bob).patch("/api/v1/datasets/letters/", {"language": "nl"}, content_type="application/json")

    assert LanguageCorrection.objects.values_list("language", "state").get() == ("nl", "waiting")
