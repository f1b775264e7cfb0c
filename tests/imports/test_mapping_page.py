"""The mapping page: what each column would become, counted, and what is posted back."""

import json

import pytest
from django.http import QueryDict

from complaints.models import ComplaintRecord
from imports.jobs.run import run_import
from imports.jobs.samples import sampler
from imports.mapping import Definition, Rule
from imports.mapping_form import MappingForm
from imports.models import Mapping
from imports.readers.table import ReadOptions
from imports.recipe import recipe_named
from tests.factories.imports import csv_of, import_bytes, letters, make_dataset
from tests.markup import squeezed

pytestmark = pytest.mark.django_db

HEADER = "id,date received,title,narrative,outcome,paid,tags"


@pytest.fixture
def dataset(alpha):
    return make_dataset(alpha)


def understood(dataset, by, content):
    return import_bytes(dataset, content, by=by, is_automatic=False)


def rows_of(page):
    return {row.column.name: row for row in page.context["form"].rows}


def posted_from(form, **changes):
    """What a browser sends of the unchanged page."""
    sent = QueryDict(mutable=True)
    for row in form.rows:
        sent[f"field-{row.position}"] = sent[f"for-{row.position}"] = row.field
        sent.setlist(f"marker-{row.position}", [marker.word for marker in row.markers if marker.is_missing])
        sent[f"missing-{row.position}"] = row.missing
        if row.is_date:
            sent[f"format-{row.position}"] = row.rule.format
        if row.is_decimal:
            sent[f"decimal-{row.position}"] = row.rule.decimal
        if row.takes_separator:
            sent[f"separator-{row.position}"] = row.rule.separator
        for word in row.words:
            sent[word.name] = word.value
    for constant in (*form.constants, form.language):
        sent[f"constant-{constant.name}"] = constant.value
    sent["latest-year"] = form.latest_year
    sent["language-from"] = next(value for value, _, is_chosen in form.language_sources if is_chosen)
    sent["identity"] = form.identity
    for name, value in changes.items():
        sent[name.replace("_", "-")] = value
    return sent


def post(client, run, sent, button):
    sent = sent.copy()
    sent["button"] = button
    return client.post(
        f"/imports/{run.pk}/mapping/", sent.urlencode(), content_type="application/x-www-form-urlencoded"
    )


def test_each_column_says_how_full_it_is_and_how_many_rows_would_fail_with_which_code(client_of, bob, dataset):
    rows = [f"L{n},{'2 March' if n < 4 else '2019-03-07'},T,Text number {n},Upheld,{'-' if n % 2 else n}," for n in
            range(40)]  # fmt: skip
    run = understood(dataset, bob, csv_of(rows, header=HEADER))

    page = client_of(bob).get(f"/imports/{run.pk}/mapping/")

    dates = rows_of(page)["date received"].outcome
    assert [(failing.code, failing.rows) for failing in dates.failing] == [("not_a_date", 4)]
    assert "4 rows: not a date" in squeezed(page.content.decode())
    assert rows_of(page)["paid"].share == 50
    assert rows_of(page)["tags"].share == 0


def test_every_distinct_word_has_a_choice_and_those_without_a_value_are_flagged(client_of, bob, dataset):
    rows = letters(100)
    rows[:90] = [row.replace("Upheld", f"Outcome number {n:02d}") for n, row in enumerate(rows[:90])]
    rows[95] = rows[95].replace("Upheld", "Not upheld")
    run = understood(dataset, bob, csv_of(rows))
    client = client_of(bob)
    form = client.get(f"/imports/{run.pk}/mapping/").context["form"]

    sent = posted_from(form, **{"field-4": "finding"})
    outcome = rows_of(post(client, run, sent, "show"))["outcome"]

    assert len(outcome.words) == 92
    assert {word.word: (word.times, word.value) for word in outcome.words[:1]} == {"Upheld": (9, "upheld")}
    assert outcome.unmapped == 90


def test_a_word_is_mapped_left_empty_or_kept_unmapped(client_of, bob, dataset):
    rows = letters(9)
    rows[1], rows[2] = rows[1].replace("Upheld", "Hmm"), rows[2].replace("Upheld", "So so")
    run = understood(dataset, bob, csv_of(rows))
    client = client_of(bob)
    form = client.get(f"/imports/{run.pk}/mapping/").context["form"]
    sent = posted_from(form, field_4="mandate")
    words = {word.word: word.name for word in rows_of(post(client, run, sent, "show"))["outcome"].words}
    sent["for-4"] = "mandate"
    sent[words["Upheld"]], sent[words["Hmm"]], sent[words["So so"]] = "inside", "(empty)", ""

    shown = rows_of(post(client, run, sent, "show"))["outcome"]
    assert [(f.code, f.rows) for f in shown.outcome.failing] == [("unknown_choice", 1)]
    loading = post(client, run, sent, "load")
    assert loading.status_code == 303, loading.context["form"].error
    run_import(run.pk)

    run.refresh_from_db()
    assert (run.created, run.quarantined) == (8, 1)
    assert ComplaintRecord.objects.get(reference="L00002").mandate == ""
    assert ComplaintRecord.objects.get(reference="L00001").mandate == "inside"


def test_choices_for_another_field_are_forgotten_when_a_column_becomes_something_else(client_of, bob, dataset):
    run = understood(dataset, bob, csv_of(letters(9)))
    client = client_of(bob)
    form = client.get(f"/imports/{run.pk}/mapping/").context["form"]
    assert rows_of(client.get(f"/imports/{run.pk}/mapping/"))["outcome"].words[0].value == "upheld"

    answer = post(client, run, posted_from(form, field_4="status"), "show")

    assert answer.status_code == 200, answer.context["form"].error
    assert rows_of(answer)["outcome"].words[0].value == ""


def test_what_was_chosen_stays_when_it_is_no_mapping_yet(client_of, bob, dataset):
    run = understood(dataset, bob, csv_of(letters(30)))
    client = client_of(bob)
    form = client.get(f"/imports/{run.pk}/mapping/").context["form"]

    answer = post(client, run, posted_from(form, field_2="narrative", constant_institution="Office of Typos"), "load")

    assert answer.status_code == 422
    assert "both became narrative. Choose one." in answer.content.decode()
    assert rows_of(answer)["title"].field == "narrative"
    assert 'value="Office of Typos"' in answer.content.decode()


def test_two_digit_years_turn_where_the_page_says(client_of, bob, dataset):
    rows = [f"L{n},31.12.{n:02d},T,A text,Upheld,," for n in range(10, 40)]
    run = understood(dataset, bob, csv_of(rows, header=HEADER))
    client = client_of(bob)
    form = client.get(f"/imports/{run.pk}/mapping/").context["form"]

    page = post(client, run, posted_from(form, latest_year="2015"), "show")

    assert "With 2015: 15 → 2015, 16 → 1916." in squeezed(page.content.decode())
    assert [example.value for example in rows_of(page)["date received"].outcome.examples][:1] == ["2010-12-31"]
    assert any(cell.value == "2014-12-31" for row in page.context["preview"].rows for cell in row)
    assert post(client, run, posted_from(form, latest_year="15"), "load").status_code == 422


def test_a_date_format_that_was_not_guessed_is_judged_on_the_first_rows(client_of, bob, dataset):
    rows = [f"L{n},{n % 12 + 1:02d}/{n % 28 + 1:02d}/{1900 + n % 100},T,A text,Upheld,," for n in range(6_000)]
    run = understood(dataset, bob, csv_of(rows, header=HEADER))
    assert run.understanding["columns"][1]["values"] is None
    client = client_of(bob)
    form = client.get(f"/imports/{run.pk}/mapping/").context["form"]

    page = post(client, run, posted_from(form, format_1="%d/%m/%Y"), "show")

    outcome = rows_of(page)["date received"].outcome
    assert outcome.looked_at == 5_000
    assert 2_000 < outcome.fails < 3_500
    assert "of the first 5,000" in page.content.decode()


def test_excel_day_numbers_and_decimal_commas_are_shown_as_what_they_become(client_of, bob, dataset):
    rows = [f'L{n},{43_800 + n},T,A text,Upheld,"1.2{n:02d},5",' for n in range(30)]
    run = understood(dataset, bob, csv_of(rows, header=HEADER))
    client = client_of(bob)
    form = client.get(f"/imports/{run.pk}/mapping/").context["form"]

    sent = posted_from(form, field_1="received_on", format_1="excel-serial", field_5="amount", decimal_5=",")
    sent["for-1"], sent["for-5"] = "received_on", "amount"
    shown = rows_of(post(client, run, sent, "show"))

    assert shown["date received"].outcome.examples[0].value == "2019-12-01"
    assert shown["paid"].outcome.examples[0].value == "1200.5"
    assert not shown["paid"].outcome.fails


def test_markers_of_missing_values_are_ticked_with_their_counts(client_of, bob, dataset):
    titles = ("None", "k.A.", "A letter")
    rows = [f"L{n},2019-03-0{n % 9 + 1},{titles[n % 3]},A text,Upheld,," for n in range(30)]
    run = understood(dataset, bob, csv_of(rows, header=HEADER))
    client = client_of(bob)
    page = client.get(f"/imports/{run.pk}/mapping/")
    assert {m.word: (m.times, m.is_missing) for m in rows_of(page)["title"].markers} == {
        "k.A.": (10, True), "None": (10, True)
    }  # fmt: skip
    sent = posted_from(page.context["form"])
    sent.setlist("marker-2", ["None"])

    post(client, run, sent, "load")
    run_import(run.pk)

    assert set(ComplaintRecord.objects.values_list("subject", flat=True)) == {"", "k.A.", "A letter"}


def test_the_language_of_each_row_is_found_out_where_the_mapping_says_so(client_of, bob, dataset):
    dutch = "Ik heb een klacht over het bureau en zij hebben niet op mijn brief gereageerd maar ik wil een antwoord"
    french = "Je ne suis pas content de la réponse du bureau parce que les lettres que nous avons envoyées sont perdues"
    rows = [f"L{n},2019-03-01,T,{dutch if n % 2 else french} {n},Upheld,," for n in range(30)]
    run = understood(dataset, bob, csv_of([*rows, "L99,2019-03-01,T,Short,Upheld,,"], header=HEADER))
    client = client_of(bob)
    form = client.get(f"/imports/{run.pk}/mapping/").context["form"]
    assert ("detect-3", "detected row by row from “narrative”", False) in form.language_sources

    page = post(client, run, posted_from(form, language_from="detect-3", constant_language=""), "show")
    assert "Language" in page.context["preview"].labels
    post(client, run, posted_from(form, language_from="detect-3", constant_language=""), "load")
    run_import(run.pk)

    found = dict(ComplaintRecord.objects.values_list("reference", "language"))
    assert (found["L1"], found["L2"], found["L99"]) == ("nl", "fr", "")
    assert ComplaintRecord.objects.get(reference="L1").narrative.startswith("Ik heb")
    run.refresh_from_db()
    assert run.mapping.definition["fields"]["language"] == {"column": "narrative", "format": "detected"}


def test_texts_in_several_languages_are_guessed_to_say_theirs_row_by_row(client_of, bob, dataset):
    dutch = "Ik heb een klacht over het bureau en zij hebben niet op mijn brief gereageerd maar ik wil een antwoord"
    french = "Je ne suis pas content de la réponse du bureau parce que les lettres que nous avons envoyées sont perdues"
    rows = [f"L{n},2019-03-01,T,{dutch if n % 2 else french} {n},Upheld,," for n in range(80)]
    run = understood(dataset, bob, csv_of(rows, header=HEADER))

    page = client_of(bob).get(f"/imports/{run.pk}/mapping/")

    assert page.context["form"].definition.rules["language"] == Rule("narrative", format="detected")
    assert "holds texts in several languages" in page.content.decode()
    assert ("detect-3", "detected row by row from “narrative”", True) in page.context["form"].language_sources


def test_a_script_gets_the_form_alone(client_of, bob, dataset):
    run = understood(dataset, bob, csv_of(letters(30)))

    whole = client_of(bob).get(f"/imports/{run.pk}/mapping/").content.decode()
    part = client_of(bob).get(f"/imports/{run.pk}/mapping/", headers={"X-Fragment": "mapping"}).content.decode()

    assert "<html" in whole
    assert "<html" not in part
    assert 'data-part="outcome-1"' in part


def test_the_next_file_of_the_same_shape_is_mapped_as_before_and_the_page_says_so(client_of, bob, dataset):
    client = client_of(bob)
    first = understood(dataset, bob, csv_of(letters(30)))
    form = client.get(f"/imports/{first.pk}/mapping/").context["form"]
    post(client, first, posted_from(form, constant_institution="The Office"), "load")
    run_import(first.pk)

    second = understood(dataset, bob, csv_of(letters(31)))
    page = client.get(f"/imports/{second.pk}/mapping/")

    assert "Mapped as before, with version 1 of the dataset’s mapping." in page.content.decode()
    assert page.context["form"].definition.rules["institution"].constant == "The Office"


def test_columns_that_moved_came_new_or_went_are_named(client_of, bob, dataset):
    import_bytes(dataset, csv_of(letters(30)), by=bob)
    moved = [f"{n},Upheld,L{n:05d},2019-03-01,A letter,The office did not answer {n}" for n in range(30)]
    run = understood(dataset, bob, csv_of(moved, header="number of pages,outcome,id,date received,title,narrative"))

    page = client_of(bob).get(f"/imports/{run.pk}/mapping/").content.decode()

    assert "Mapped as before" in page
    assert "New since then: “number of pages”" in page
    assert "“outcome” is in another place" in page


def test_when_a_mapped_column_is_absent_the_rest_of_the_mapping_is_used_and_reported(client_of, bob, dataset):
    client = client_of(bob)
    first = understood(dataset, bob, csv_of(letters(30)))
    form = client.get(f"/imports/{first.pk}/mapping/").context["form"]
    post(client, first, posted_from(form, constant_institution="The Office", field_2="remedy"), "load")
    run_import(first.pk)

    renamed = csv_of(letters(30), header="id,day it came in,title,narrative,outcome")
    run = understood(dataset, bob, renamed)
    page = client.get(f"/imports/{run.pk}/mapping/")

    said = page.content.decode()
    assert "The column “date received” is missing; it became Received on" in said
    assert "New since then: “day it came in”" in said
    assert "No longer there" not in said
    assert rows_of(page)["title"].field == "remedy"
    assert page.context["form"].definition.rules["institution"].constant == "The Office"


def test_a_file_of_quite_another_shape_is_guessed_anew(client_of, bob, dataset):
    import_bytes(dataset, csv_of(letters(30)), by=bob)
    other = csv_of((f"{n},blue,{n}.5,A letter" for n in range(30)), header="number,colour,weight,title")
    run = understood(dataset, bob, other)

    page = client_of(bob).get(f"/imports/{run.pk}/mapping/").content.decode()

    assert "This file has few of the columns that version 1" in page
    assert "is gone" not in page


def test_a_word_that_this_file_lacks_stays_in_the_mapping_for_the_next(bob, dataset):
    recipe = recipe_named("complaint-records")
    run = understood(dataset, bob, csv_of(letters(30)))
    rules = {
        "reference": Rule("id"), "kind": Rule(constant="complaint"),
        "finding": Rule("outcome", words={"upheld": "upheld", "half right": "partly-upheld"}),
    }  # fmt: skip
    form = MappingForm(run, recipe, Definition(ReadOptions(), rules, {}, 2026), None, sampler(run))

    read = MappingForm(run, recipe, form.definition, posted_from(form))

    assert not read.error
    assert read.definition.rules["finding"].words == {"upheld": "upheld", "half right": "partly-upheld"}


def test_forty_columns_post_within_the_limits(client_of, bob, dataset):
    names = ["id", "narrative", *(f"column {n}" for n in range(38))]
    rows = [",".join([f"L{n}", f"Text {n}", *(f"v{n % 200} {m}" for m in range(38))]) for n in range(400)]
    run = understood(dataset, bob, csv_of(rows, header=",".join(names)))
    client = client_of(bob)
    form = client.get(f"/imports/{run.pk}/mapping/").context["form"]
    choices = ("finding", "closure", "status", "mandate", "country", "institution_kind")
    sent = posted_from(form, **{f"field-{n + 2}": name for n, name in enumerate(choices)})
    wide = posted_from(post(client, run, sent, "show").context["form"])

    answer = post(client, run, wide, "show")

    assert len(wide) > 1_200
    assert answer.status_code == 200, json.dumps(answer.context["form"].error)
    assert not Mapping.objects.exists()
