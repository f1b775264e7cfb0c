"""Likely personal data of an import: none is stored unmasked, and a person decides what is shown."""

import io
import json

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command

from accounts.models import AuditEvent
from accounts.roles import AccessLevel
from complaints.models import ComplaintRecord
from imports.actions import Decision, cancel_import, decide_personal_data, edit_dataset, start_import, undo_import
from imports.jobs.run import run_import
from imports.mapping import read_definition
from imports.models import Import
from imports.recipe import recipe_named
from tests.factories.imports import csv_of, import_bytes, letters, make_dataset
from tests.markup import squeezed

INCLUDE = Decision("include", "Published by the office itself.")
WITHHOLD = Decision("withhold", "Names of complainants.")
MAIL = "anna.berg@example.org"

pytestmark = pytest.mark.django_db


@pytest.fixture
def dataset(alpha, bob):
    return make_dataset(alpha, by=bob)


def content(count=60, mail=MAIL):
    rows = letters(count)
    rows[20] = rows[20].replace("The office", f"Write to {mail}. The office")
    return csv_of(rows)


def definition_of(run):
    return read_definition(run.mapping.definition, recipe_named(run.recipe), latest_year=2026)


def test_counts_and_masked_examples_with_lines_are_kept_and_nothing_else(dataset, bob):
    run = import_bytes(dataset, content(), by=bob)

    assert run.personal == [
        {"column": "narrative", "kind": "email", "rows": 1, "examples": [{"line": 22, "masked": "a•••@•••.org"}]}
    ]
    assert MAIL not in json.dumps([run.personal, run.findings])


def test_loading_in_the_browser_asks_for_a_decision(client_of, dataset, bob):
    run = import_bytes(dataset, content(), by=bob, is_automatic=False)
    client = client_of(bob)
    page = client.get(f"/imports/{run.pk}/mapping/")
    posted = {f"field-{row.position}": row.field for row in page.context["form"].rows}
    posted |= {f"constant-{c.name}": c.value for c in page.context["form"].constants}

    refused = client.post(f"/imports/{run.pk}/mapping/", {**posted, "button": "load"})
    without_reason = client.post(f"/imports/{run.pk}/mapping/", {**posted, "button": "load", "choice": "include"})
    taken = client.post(
        f"/imports/{run.pk}/mapping/", {**posted, "button": "load", "choice": "include", "reason": "Public."}
    )
    run_import(run.pk)

    assert "decision needed" in page.content.decode()
    assert MAIL not in refused.content.decode().split("Columns</h2>")[0].split("Preview of the first rows")[0]
    assert (refused.status_code, without_reason.status_code, taken.status_code) == (422, 422, 303)
    run.refresh_from_db()
    assert (run.state, run.personal_decision, run.personal_decided_by) == ("loaded", "include", bob)
    report = client.get(f"/imports/{run.pk}/").content.decode()
    assert "Public." in report
    assert "a•••@•••.org" in report


def test_checking_asks_for_none(dataset, bob):
    run = import_bytes(dataset, content(), by=bob, is_dry_run=True)

    with pytest.raises(ValidationError, match="Decide whether to include or withhold"):
        start_import(run=run, definition=definition_of(run), by=bob)

    assert start_import(run=run, definition=definition_of(run), by=bob, is_dry_run=True).state == "waiting"


def test_what_goes_in_undecided_keeps_its_dataset_from_being_public(dataset, bob):
    run = import_bytes(dataset, content(), by=bob)

    for field in ("access", "narrative_access", "counts_access"):
        with pytest.raises(ValidationError, match="nobody has decided") as refused:
            edit_dataset(dataset=dataset, by=bob, **{field: AccessLevel.PUBLIC})
        assert set(refused.value.error_dict) == {field}
    decide_personal_data(run=run, decision=INCLUDE, by=bob)

    assert edit_dataset(dataset=dataset, by=bob, access="public", narrative_access="public").access == "public"


def test_the_form_and_the_api_say_why_it_cannot_be_public(client_of, api_client, token_for, dataset, bob):
    import_bytes(dataset, content(), by=bob)
    client = client_of(bob)
    form = client.get(f"/datasets/{dataset.slug}/edit/").context["form"]
    posted = {field.html_name: field.value() or "" for field in form if field.name != "shared_with"}

    page = client.post(f"/datasets/{dataset.slug}/edit/", {**posted, "access": "public"})
    answer = api_client.patch(
        f"/api/v1/datasets/{dataset.slug}/", {"access": "public"}, HTTP_AUTHORIZATION=f"Bearer {token_for(bob)}"
    )

    assert page.status_code == 422
    assert "nobody has decided what to do about it" in page.content.decode()
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "personal_data_undecided"
    dataset.refresh_from_db()
    assert dataset.access == "consortium"


def test_an_automatic_load_into_a_public_dataset_stops_and_goes_on_when_decided(alpha, bob):
    dataset = make_dataset(alpha, by=bob, access="public", narrative_access="public")

    run = import_bytes(dataset, content(), by=bob)

    assert (run.state, run.created, run.waits_for_decision) == ("checked", 60, True)
    assert not ComplaintRecord.objects.exists()
    decide_personal_data(run=run, decision=INCLUDE, by=bob)
    run_import(run.pk)
    run.refresh_from_db()
    assert (run.state, run.created) == ("loaded", 60)


def test_one_that_waits_can_be_cancelled_instead(alpha, bob):
    run = import_bytes(make_dataset(alpha, by=bob, access="public"), content(), by=bob)

    cancel_import(run=run, by=bob)
    run_import(run.pk)

    run.refresh_from_db()
    assert run.state == "cancelled"
    assert not ComplaintRecord.objects.exists()


def test_a_file_without_any_goes_into_a_public_dataset(alpha, bob):
    run = import_bytes(make_dataset(alpha, by=bob, access="public"), csv_of(letters(60)), by=bob)

    assert (run.state, run.needs_decision) == ("loaded", False)


def test_withholding_narrows_the_narratives_at_once_and_holds_them_there(client, client_of, charlie, alpha, bob):
    dataset = make_dataset(alpha, by=bob, access="public", narrative_access="public")
    run = import_bytes(dataset, content(), by=bob)
    decide_personal_data(run=run, decision=WITHHOLD, by=bob)
    run_import(run.pk)

    dataset.refresh_from_db()
    record = ComplaintRecord.objects.get(reference="L00021")
    assert (dataset.access, dataset.narrative_access) == ("public", "restricted")
    assert MAIL not in client_of(charlie).get(f"/complaint-records/{record.pk}/").content.decode()
    assert MAIL in client_of(bob).get(f"/complaint-records/{record.pk}/").content.decode()
    with pytest.raises(ValidationError, match="to withhold: Narrative, Response"):
        edit_dataset(dataset=dataset, by=bob, narrative_access="consortium")


def test_withholding_is_refused_where_it_would_not_hide_the_column(alpha, bob):
    dataset = make_dataset(alpha, by=bob, access="public")
    rows = [f"{n},2019-03-04,Text,Clerk Berg clerk{n}@example.org" for n in range(40)]
    run = import_bytes(dataset, csv_of(rows, header="id,date received,title,desk"), by=bob)

    with pytest.raises(ValidationError, match="shown with every record: desk"):
        decide_personal_data(run=run, decision=WITHHOLD, by=bob)

    run.refresh_from_db()
    assert (run.state, run.personal_decision) == ("checked", "")


def test_rows_without_a_narrative_cannot_be_withheld(client_of, alpha, bob):
    dataset = make_dataset(alpha, by=bob, slug="offices", recipe="organisations")
    rows = [f"Office {n},clerk{n}@example.org,NL" for n in range(30)]
    run = import_bytes(dataset, csv_of(rows, header="name,email,country"), by=bob, is_automatic=False)

    with pytest.raises(ValidationError, match="no field that can be withheld"):
        decide_personal_data(run=run, decision=WITHHOLD, by=bob)

    page = client_of(bob).get(f"/imports/{run.pk}/personal-data/").content.decode()
    assert "no field that could be withheld" in page
    assert "Withhold" not in page
    assert decide_personal_data(run=run, decision=INCLUDE, by=bob).personal_decision == "include"


def test_a_decision_needs_a_reason_a_right_and_something_to_decide(dataset, bob, charlie):
    run = import_bytes(dataset, content(), by=bob)
    clean = import_bytes(dataset, csv_of(letters(10, first=100)), by=bob)

    with pytest.raises(ValidationError, match="Give a reason"):
        decide_personal_data(run=run, decision=Decision("include", "  "), by=bob)
    with pytest.raises(ValidationError, match="Choose whether"):
        decide_personal_data(run=run, decision=Decision("forget", "So."), by=bob)
    with pytest.raises(PermissionDenied):
        decide_personal_data(run=run, decision=INCLUDE, by=charlie)
    with pytest.raises(ValidationError, match="No likely personal data"):
        decide_personal_data(run=clean, decision=INCLUDE, by=bob)


def test_who_decided_what_and_when_stays_in_the_audit_trail(dataset, bob, ada):
    run = import_bytes(dataset, content(), by=bob)
    decide_personal_data(run=run, decision=WITHHOLD, by=bob)
    decide_personal_data(run=run, decision=INCLUDE, by=ada)

    run.refresh_from_db()
    assert (run.personal_decision, run.personal_decided_by, run.personal_reason) == ("include", ada, INCLUDE.reason)
    events = AuditEvent.objects.filter(action="personal-data.decided").order_by("id")
    assert [(e.actor, e.details["choice"], e.details["kinds"]) for e in events] == [
        (bob, "withhold", ["email"]), (ada, "include", ["email"]),
    ]  # fmt: skip


def test_the_same_file_again_needs_no_second_decision(dataset, bob):
    first = import_bytes(dataset, content(), by=bob)
    decide_personal_data(run=first, decision=INCLUDE, by=bob)

    again = import_bytes(dataset, content(), by=bob)

    assert (again.same_as, again.personal, again.personal_decision) == (first, first.personal, "include")


def test_an_import_that_was_undone_holds_nothing_back(dataset, bob):
    run = import_bytes(dataset, content(), by=bob)
    undo_import(run=run, by=bob)
    run_import(run.pk)

    assert edit_dataset(dataset=dataset, by=bob, access="public").access == "public"


def test_the_decision_goes_through_the_api_too(api_client, token_for, alpha, bob):
    dataset = make_dataset(alpha, by=bob, access="public")
    run = import_bytes(dataset, content(), by=bob)
    address, key = f"/api/v1/imports/{run.pk}/", {"HTTP_AUTHORIZATION": f"Bearer {token_for(bob)}"}

    shown = api_client.get(address, **key).json()
    without = api_client.post(f"{address}decision/", {"choice": "include"}, **key)
    done = api_client.post(f"{address}decision/", {"choice": "include", "reason": "Published before."}, **key)

    assert (shown["result"], shown["personal"][0]["kind"], shown["personal_decision"]) == ("checked", "email", "")
    assert without.status_code == 400
    assert (done.status_code, done.json()["state"], done.json()["personal_decided_by"]) == (200, "waiting", "bob")


def test_the_command_says_that_a_decision_is_needed(tmp_path, alpha):
    file = tmp_path / "letters.csv"
    file.write_bytes(content())
    out = io.StringIO()

    call_command("import_file", str(file), "--dataset", "fresh", "--access", "public", stdout=out, stderr=io.StringIO())

    answer = json.loads(out.getvalue().splitlines()[-1])
    assert (answer["result"], answer["needs_decision"], answer["created"]) == ("checked", True, 60)
    assert answer["personal"][0]["examples"] == [{"line": 22, "masked": "a•••@•••.org"}]


def test_a_missing_decision_is_shown_on_the_home_page_and_the_dataset_page(client_of, dataset, bob, charlie):
    run = import_bytes(dataset, content(), by=bob)
    told = f'<a href="/imports/{run.pk}/">'

    home = client_of(bob).get("/my-work/").content.decode()

    assert "Action needed" in home
    assert told in home
    assert "Action needed" in client_of(bob).get(f"/datasets/{dataset.slug}/").content.decode()
    assert "Action needed" not in client_of(charlie).get("/my-work/").content.decode()
    decide_personal_data(run=run, decision=INCLUDE, by=bob)
    assert "Action needed" not in client_of(bob).get("/my-work/").content.decode()
    page = squeezed(client_of(bob).get(f"/datasets/{dataset.slug}/").content.decode())
    assert 'personal-data/">included</a>' in page
    assert not Import.objects.waiting().exists()
