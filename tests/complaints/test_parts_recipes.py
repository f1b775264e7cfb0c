"""Issues, recommendations and follow-ups loaded from tables of their own: before or after their records."""

import itertools

import pytest
from django.urls import reverse

from complaints.models import ComplaintRecord, FollowUp, Issue, Recommendation
from imports.actions import receive_file, undo_import
from imports.jobs.run import run_import
from rest.problems import Conflict
from tests.factories.imports import csv_of, import_bytes, letters, make_dataset

pytestmark = pytest.mark.django_db
LIST = "/api/v1/complaint-records/"
LETTERS = csv_of(letters(3))
ISSUES = csv_of(
    [
        "L00001,HCAT 1,Listening,2,handling,be heard,ann", "L00001,HCAT 1,Quality,0.0,ward,,ben",
        "L00002,HCAT 1,Safety,high,,,", "L00099,HCAT 1,Safety,1,,,",
    ],
    header="complaint id,scheme,problem category,severity,stage,norm,coder",
)  # fmt: skip
ADVICE = csv_of(
    [
        "A-1,L00001,Town Council,Answer letters in time,2019-05-01,2019-12-31,Accepted,A new desk,We agree,Under way",
        "A-2,L00001,Town Council,Train the staff,2019-05-01,,Partly accepted,,,Not implemented",
    ],
    header="recommendation number,complaint id,addressee,recommendation,made,due date,management response,action plan,"
    "reply,status",
)
LATER = csv_of(
    [
        "A-1,2020-06-01,Auditor General,Fully implemented,Fully implemented in all places",
        "A-2,2020-06-01,Auditor General,In some respects,", "A-2,2021-06-01,Auditor General,Fully implemented,",
    ],
    header="recommendation,observed on,assessed by,status,comment",
)  # fmt: skip


@pytest.fixture
def datasets(alpha):
    main = make_dataset(alpha, slug="letters", access="public", narrative_access="public")
    more = {"access": "public", "narrative_access": "public", "linked_with": main}
    return {
        "letters": main,
        "issues": make_dataset(alpha, slug="issues", recipe="issues", **more),
        "advice": make_dataset(alpha, slug="advice", recipe="recommendations", **more),
        "later": make_dataset(alpha, slug="later", title="Audit", recipe="follow-ups", **more),
    }


FILES = {"letters": LETTERS, "issues": ISSUES, "advice": ADVICE, "later": LATER}


def load(datasets, *names):
    runs = []
    for name in names:
        run = import_bytes(datasets[name], FILES[name], name=f"{name}.csv")
        assert (run.state, run.quarantined) == ("loaded", 0), (name, run.error_message, run.notes)
        runs.append(run)
    return runs


def shown(api_client, reference="L00001", **headers):
    answer = api_client.get(LIST, {"reference": reference}, headers=headers)
    assert answer.status_code == 200, answer.content
    return answer.json()["results"][0]


def undone(run, by):
    undo_import(run=run, by=by)
    run_import(run.pk)
    run.refresh_from_db()
    return run.state


@pytest.mark.parametrize("order", list(itertools.permutations(FILES))[::5])
def test_a_record_has_its_parts_in_whichever_order_they_are_loaded(api_client, datasets, order):
    load(datasets, *order)

    record = shown(api_client)

    assert [(i["category"], i["severity"], i["coded_by"]) for i in record["issues"]] == [
        ("Listening", 2, "ann"), ("Quality", 0, "ben"),
    ]  # fmt: skip
    first, second = record["recommendations"]
    assert (first["reference"], first["addressee"], first["text"]) == ("A-1", "Town Council", "Answer letters in time")
    assert (first["made_on"], first["due_on"]) == ("2019-05-01", "2019-12-31")
    assert first["response"] == {
        "decision": "accepted", "decision_raw": "Accepted", "text": "We agree", "promised_action": "A new desk",
        "responded_on": None,
    }  # fmt: skip
    assert [(s["raw_value"], s["value"], s["observed_on"]) for s in first["follow_ups"]] == [
        ("Under way", "under-way", None), ("Fully implemented", "implemented", "2020-06-01"),
    ]  # fmt: skip
    assert [(s["value"], s["observed_on"], s["scale"]) for s in second["follow_ups"]] == [
        ("not-implemented", None, "Advice status"), ("partly-implemented", "2020-06-01", "Audit status"),
        ("implemented", "2021-06-01", "Audit status"),
    ]  # fmt: skip
    assert second["response"]["decision"] == "partly"
    assert shown(api_client, "L00003")["issues"] == []


def test_each_part_has_its_provenance(api_client, datasets):
    _, issues, _, later = load(datasets, "letters", "issues", "advice", "later")

    record = shown(api_client)

    origin = {"import": issues.pk, "file_sha256": issues.source_file.sha256, "line": 3}
    assert (record["issues"][1]["dataset"], record["issues"][1]["provenance"]) == ("issues", origin)
    assert record["recommendations"][0]["follow_ups"][1]["provenance"]["import"] == later.pk


def test_the_record_page_shows_parts_with_the_row_that_each_comes_from(client, datasets):
    load(datasets, "letters", "issues", "advice", "later")
    pk = ComplaintRecord.objects.get(reference="L00001").pk

    html = client.get(reverse("record-detail", args=[pk])).content.decode()

    assert "Listening" in html
    assert "issues.csv, line 2" in html
    assert "To Town Council" in html
    assert "A new desk" in html
    assert "Implemented in some respects" in html
    assert "Fully implemented in all places" in html  # the cell of a column that became no field


class TestPendingParts:
    def test_parts_without_a_record_are_counted_in_the_report_and_on_the_page(self, client_of, datasets, bob):
        [run] = load(datasets, "issues")

        page = client_of(bob).get("/datasets/issues/").content.decode()

        assert "When it was loaded: 4 issues refer to records that have not been loaded yet." in run.notes
        assert "4 issues refer to records that have not been loaded yet." in page

    def test_they_appear_by_themselves_when_the_record_arrives(self, client_of, datasets, bob):
        load(datasets, "issues", "letters")
        page = client_of(bob).get("/datasets/issues/").content.decode()
        assert "1 issue refers to a record that has not been loaded yet." in page

    def test_follow_ups_are_pending_without_their_recommendations(self, client_of, datasets, bob):
        load(datasets, "later", "letters")
        assert "3 follow-ups refer to records" in client_of(bob).get("/datasets/later/").content.decode()
        load(datasets, "advice")
        assert "have not been loaded yet" not in client_of(bob).get("/datasets/later/").content.decode()

    def test_a_dataset_that_is_not_linked_says_what_to_do(self, client_of, alpha, bob):
        lonely = make_dataset(alpha, slug="issues", recipe="issues")
        import_bytes(lonely, ISSUES)
        assert "This dataset is not linked with another" in client_of(bob).get("/datasets/issues/").content.decode()


def test_a_part_may_name_the_case_and_belongs_to_each_of_its_records(api_client, alpha):
    open_to_all = {"access": "public", "narrative_access": "public"}
    main = make_dataset(alpha, slug="letters", **open_to_all)
    issues = make_dataset(alpha, slug="issues", recipe="issues", linked_with=main, **open_to_all)
    rows = ["1,C-7,Too late an answer to my letter,Upheld", "2,C-7,No answer at all to my letter,Upheld"]
    import_bytes(main, csv_of(rows, header="row_id,case number,narrative,outcome"))

    run = import_bytes(issues, csv_of(["C-7,HCAT,Listening,1"], header="case number,scheme,category,severity"))

    assert run.state == "loaded", run.error_message
    assert [shown(api_client, n)["issues"][0]["category"] for n in ("1", "2")] == ["Listening", "Listening"]


class TestBadRows:
    def test_a_severity_out_of_range_is_quarantined_by_line(self, datasets):
        rows = [*(f"L{n:05d},HCAT,Listening,{n % 4}" for n in range(1, 9)), "L00009,HCAT,Safety,7"]

        run = import_bytes(datasets["issues"], csv_of(rows, header="complaint id,scheme,category,severity"))

        assert (run.state, run.created, run.quarantined) == ("loaded", 8, 1)
        problem = run.problems.get()
        assert (problem.line, problem.code, problem.value) == (10, "unknown_choice", "7")

    def test_a_row_that_refers_to_no_record_is_quarantined(self, datasets):
        content = csv_of(["L00001,HCAT,Listening,1", ",HCAT,Quality,1", "L00002,HCAT,Safety,1"],
                         header="complaint id,scheme,category,severity")  # fmt: skip

        run = import_bytes(datasets["issues"], content)

        assert (run.state, run.created, run.quarantined) == ("loaded", 2, 1)
        problem = run.problems.get()
        assert (problem.line, problem.code, problem.field) == (3, "required", "record_reference")


class TestUndo:
    def test_deletes_the_parts_of_an_import(self, api_client, datasets, bob):
        _, issues, advice, later = load(datasets, "letters", "issues", "advice", "later")

        assert [undone(run, bob) for run in (later, advice, issues)] == ["undone"] * 3

        record = shown(api_client)
        assert (record["issues"], record["recommendations"]) == ([], [])
        assert not (Issue.objects.exists() or Recommendation.objects.exists() or FollowUp.objects.exists())

    def test_restores_what_a_later_import_overwrote(self, api_client, datasets, bob):
        load(datasets, "letters", "advice")
        before = shown(api_client)["recommendations"]
        newer = ADVICE.replace(b"Under way", b"Implemented").replace(b"Accepted,", b"Rejected,")
        second = import_bytes(datasets["advice"], newer)
        assert (second.created, second.updated, second.unchanged) == (0, 1, 1)
        now = shown(api_client)["recommendations"]
        assert [s["raw_value"] for s in now[1]["follow_ups"] + now[0]["follow_ups"]].count("Implemented") == 1
        assert {r["response"]["decision"] for r in now} == {"rejected", "partly"}

        assert undone(second, bob) == "undone"

        after = shown(api_client)["recommendations"]
        assert sorted(after, key=lambda r: r["reference"]) == before

    def test_of_records_with_later_parts_is_refused_and_names_them(self, datasets, bob):
        letters_run, *_ = load(datasets, "letters", "issues", "advice")

        with pytest.raises(Conflict) as refusal:
            undo_import(run=letters_run, by=bob)

        said = " ".join(blocker["message"] for blocker in refusal.value.extra["blockers"])
        assert "issues.csv, into Issues" in said
        assert "later loaded 3 issues of what it created, such as “L00001”" in said
        assert "later loaded 2 recommendations" in said

    def test_of_records_whose_parts_were_there_before_makes_them_pending_again(self, client_of, datasets, bob):
        *_, letters_run = load(datasets, "issues", "letters")

        assert undone(letters_run, bob) == "undone"
        assert "4 issues refer to records" in client_of(bob).get("/datasets/issues/").content.decode()

    def test_undo_of_recommendations_with_follow_ups_is_refused(self, datasets, bob):
        _, advice, _ = load(datasets, "letters", "advice", "later")
        with pytest.raises(Conflict) as refusal:
            undo_import(run=advice, by=bob)
        assert "later loaded 3 follow-ups" in refusal.value.extra["blockers"][0]["message"]


class TestVisibility:
    def test_parts_of_a_dataset_that_a_reader_may_not_see_stay_unseen(self, api_client, datasets, client):
        load(datasets, "letters", "issues", "advice")
        for name in ("issues", "advice"):
            datasets[name].access = datasets[name].narrative_access = "restricted"
            datasets[name].save()

        record = shown(api_client)
        html = client.get(reverse("record-detail", args=[record["id"]])).content.decode()

        assert (record["issues"], record["recommendations"]) == ([], [])
        assert "Listening" not in html
        assert "Town Council" not in html

    def test_the_dataset_of_a_part_decides_whether_its_texts_are_withheld(self, api_client, datasets):
        load(datasets, "letters", "advice")
        datasets["advice"].narrative_access = "restricted"
        datasets["advice"].save()

        advice = shown(api_client)["recommendations"][0]

        assert (advice["addressee"], advice["text"], advice["response"]["text"]) == ("Town Council", None, None)
        assert advice["response"]["decision"] == "accepted"

    def test_a_follow_up_that_is_stored_with_its_recommendation_is_withheld_with_it(self, api_client, client, datasets):
        load(datasets, "letters", "advice")
        advised = Recommendation.objects.order_by("pk").first()
        FollowUp.objects.create(recommendation=advised, scale="Office", raw_value="Open", promised_action="A new desk")
        datasets["advice"].narrative_access = "restricted"
        datasets["advice"].save()

        record = shown(api_client)
        follow_ups = record["recommendations"][0]["follow_ups"]
        page = client.get(reverse("record-detail", args=[record["id"]])).content.decode()

        assert "Open" in [follow_up["raw_value"] for follow_up in follow_ups]
        assert {follow_up["promised_action"] for follow_up in follow_ups} <= {None, ""}
        assert "A new desk" not in page


def test_a_page_of_records_with_many_parts_costs_few_queries(api_client, datasets, django_assert_max_num_queries):
    import_bytes(datasets["letters"], csv_of(letters(60)))
    rows = [f"L{n:05d},HCAT 1,Listening,1,,," for n in range(1, 61)]
    import_bytes(
        datasets["issues"], csv_of(rows, header="complaint id,scheme,problem category,severity,stage,norm,coder")
    )
    load(datasets, "advice", "later")
    with django_assert_max_num_queries(13):
        answer = api_client.get(LIST).json()
    assert sum(len(row["issues"]) for row in answer["results"]) == 60


def test_the_mapping_page_offers_a_scheme_that_is_the_same_for_every_row(client_of, datasets, bob):
    content = csv_of(["L00001,Listening,1"], header="complaint id,category,severity")
    run = receive_file(dataset=datasets["issues"], chunks=[content], name="issues.csv", by=bob, wake=False)
    run_import(run.pk)

    page = client_of(bob).get(f"/imports/{run.pk}/mapping/").content.decode()

    assert 'name="constant-scheme"' in page


def test_the_mapping_page_preserves_the_whole_number_format_of_a_reference(client_of, datasets, bob):
    content = csv_of(["17.0,HCAT,Listening,1", "18.0,HCAT,Safety,2"], header="complaint id,scheme,category,severity")
    run = receive_file(dataset=datasets["issues"], chunks=[content], name="issues.csv", by=bob, wake=False)
    run_import(run.pk)
    posted = {"field-0": "record_reference", "field-1": "scheme", "field-2": "category", "field-3": "severity",
              "identity": "row_hash", "button": "load"}  # fmt: skip

    client_of(bob).post(f"/imports/{run.pk}/mapping/", posted)
    run_import(run.pk)

    assert list(Issue.objects.order_by("id").values_list("record_reference", flat=True)) == ["17", "18"]
