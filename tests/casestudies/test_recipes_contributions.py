"""Files of contributions in the shape that citizens' platforms export: threads, decisions, pseudonyms, their case."""

import pytest

from casestudies.actions.events import edit_contribution
from casestudies.models import Contribution
from imports.actions import repair_row, replay_import
from imports.jobs.run import run_import
from imports.models import Import, QuarantinedRow, RowProblem, SourcedRow, SourcedTarget
from imports.recipe import recipe_named
from imports.selectors.undoing import undo_preview
from tests.factories.casestudies import make_case_study, make_contribution, make_event
from tests.factories.imports import csv_of, figures, import_bytes, make_dataset, undo

pytestmark = pytest.mark.django_db

PROPOSALS = (
    "id,participatory process,title/en,body/en,author/name,state,answer/en,answered at,published at,locale,supports"
)
PROPOSAL_ROWS = [
    "1,canal,Benches,<p>Please put <b>benches</b> there.</p>,Ann Archer,accepted,"
    "Six benches come.,2024-05-02,2024-03-01,en,12",
    "2,canal,Trees,<p>Plant trees.</p>,Bo Bolt,rejected,No room.,2024-05-03,2024-03-02,en,4",
    "3,canal,Lights,<p>More lights.</p>,Ann Archer,evaluating,,,2024-03-03,en,9",
]
COMMENTS = "id,participatory process,body,author/name,commentable_id,commentable_type,created_at"
COMMENT_ROWS = [
    "1,canal,I agree with that comment,Cy Cole,2,Decidim::Comments::Comment,2024-03-06",
    "2,canal,Benches are for everyone,Ann Archer,1,Decidim::Proposals::Proposal,2024-03-05",
]


@pytest.fixture
def case_study(bob):
    return make_case_study(bob, slug="canal", working_title="Neighbours and the canal")


@pytest.fixture
def dataset(alpha):
    return make_dataset(alpha, slug="proposals", recipe="contributions")


@pytest.fixture
def comments(alpha, dataset):
    return make_dataset(alpha, slug="comments", recipe="contributions", linked_with=dataset)


def load(dataset, rows=None, header=PROPOSALS, name="proposals.csv", **options):
    return import_bytes(dataset, csv_of(PROPOSAL_ROWS if rows is None else rows, header=header), name=name, **options)


def load_comments(comments):
    return load(comments, COMMENT_ROWS, COMMENTS, "comments.csv")


def contribution(dataset, key):
    return Contribution.objects.get(pk=SourcedTarget.objects.get(dataset=dataset, key=key).target_id)


def told():
    names = [
        f.attname for f in Contribution._meta.concrete_fields if f.name not in ("version", "updated_at", "updated_by")
    ]
    return list(Contribution.objects.order_by("id").values(*names))


def test_a_platforms_proposals_become_contributions_with_their_decisions(case_study, dataset, bob):
    run = load(dataset, by=bob)

    assert figures(run) == ("loaded", 3, 0, 0, 0, 0), run.error_message
    one = contribution(dataset, "1")
    assert (one.case_study, one.kind, one.group, one.language) == (case_study, "proposal", "citizen", "en")
    assert one.text == "Benches\n\nPlease put benches there."
    assert (one.decision, one.response, str(one.decided_on)) == ("accepted", "Six benches come.", "2024-05-02")
    assert (str(one.put_in_on), one.updated_by) == ("2024-03-01", bob)
    assert contribution(dataset, "3").decision == ""


def test_an_author_is_stored_as_a_pseudonym_only(case_study, dataset):
    load(dataset)

    one, two, three = (contribution(dataset, key).pseudonym for key in "123")
    assert one.startswith("P-")
    assert one == three != two
    rows = [str(row.values) for row in SourcedRow.objects.all()]
    assert not [row for row in rows if "Archer" in row]


@pytest.mark.parametrize("comments_first", [False, True])
def test_threads_are_linked_in_either_order_of_import(case_study, dataset, comments, comments_first):
    first, second = (load_comments, load) if comments_first else (load, load_comments)
    run = first(comments if comments_first else dataset)
    if comments_first:
        assert "1 of the contributions name another one that does not exist yet, such as “1”." in run.notes
    second(dataset if comments_first else comments)

    reply = contribution(comments, "2")
    assert reply.kind == "comment"
    assert reply.parent == contribution(dataset, "1")
    assert contribution(comments, "1").parent == reply


def test_contributions_that_would_answer_each_other_in_a_cycle_get_no_parent(case_study, dataset):
    rows = ["1,canal,One,2,2024-01-01", "2,canal,Two,1,2024-01-01", "3,canal,Three,1,2024-01-01"]
    load(dataset, rows, "comment id,case,comment,in reply to,date")

    assert [contribution(dataset, key).parent for key in "12"] == [None, None]
    assert contribution(dataset, "3").parent == contribution(dataset, "1")


def test_a_contribution_to_an_event_names_it_by_its_title(case_study, dataset, bob):
    event = make_event(case_study, bob, title="Walk along the quay")

    load(dataset, ["1,canal,Walk along the quay,Benches"], "idea id,case,event,idea")

    one = contribution(dataset, "1")
    assert (one.case_study, one.event, one.kind) == (case_study, event, "idea")


def test_a_case_is_named_by_its_number_in_the_dataset_of_cases(dataset, alpha):
    cases = make_dataset(alpha, slug="cases", recipe="case-studies")
    import_bytes(cases, csv_of(["77,The canal,Netherlands"], header="case id,title,country"), name="cases.csv")

    run = load(dataset, ["1,77,Benches"], "idea id,case,idea")

    assert figures(run)[:2] == ("loaded", 1)
    assert contribution(dataset, "1").case_study.working_title == "The canal"
    blockers = undo_preview(Import.objects.get(dataset=cases), recipe_named("case-studies")).blockers
    assert [b.sentence for b in blockers] == [
        "1 contribution belongs to case studies that it created, such as “The canal”."
    ]


def test_invalid_rows_are_quarantined_with_a_sentence_and_replayed(case_study, dataset, bob):
    rows = [
        "1,canal,Benches,accepted,Yes.",
        "2,kanal,Trees,rejected,No.",
        "3,canal,,accepted,Yes.",
        "4,canal,Lights,,We think about it.",
        "5,canal,Shade,no reply,But here it is.",
        "6,,Water,accepted,Yes.",
    ]
    run = load(dataset, rows, "proposal id,case,proposal,decision,response")

    assert figures(run) == ("loaded", 1, 0, 0, 5, 0)
    assert dict(RowProblem.objects.order_by("record").values_list("record", "code")) == {
        2: "no_such_case", 3: "says_nothing", 4: "response_without_decision", 5: "reply_without_reply", 6: "required",
    }  # fmt: skip
    row = QuarantinedRow.objects.get(import_run=run, record=2)
    repair_row(row=row, cells=["2", "canal", *row.cells[2:]], by=bob)
    replay_import(run=run, by=bob)
    run_import(run.pk)
    assert figures(run) == ("loaded", 2, 0, 0, 4, 0)
    assert contribution(dataset, "2").case_study == case_study


def test_a_case_of_another_organisation_is_no_case(dataset, charlie):
    make_case_study(charlie, slug="theirs")

    run = load(dataset, ["1,theirs,Benches"], "idea id,case,idea")

    assert figures(run)[4] == 1
    assert RowProblem.objects.get().code == "no_such_case"


def test_undo_restores_texts_decisions_and_threads_exactly(case_study, dataset, bob):
    load(dataset)
    before = told()
    changed = [PROPOSAL_ROWS[0].replace("accepted", "rejected").replace("benches", "seats"), *PROPOSAL_ROWS[1:]]
    second = load(dataset, [*changed, "4,canal,More,<p>More.</p>,Di Dunn,accepted,Yes.,2024-05-02,2024-04-01,en,1"])
    assert figures(second) == ("loaded", 1, 1, 2, 0, 0)

    assert undo(second, bob).state == Import.State.UNDONE

    assert told() == before


def test_undo_of_comments_leaves_what_they_answered(case_study, dataset, comments, bob):
    load(dataset)
    before = told()
    run = load_comments(comments)

    undo(run, bob)

    assert told() == before


def test_an_import_is_not_undone_after_a_person_wrote_an_answer(case_study, dataset, bob):
    run = load(dataset)
    make_contribution(case_study, bob, parent=contribution(dataset, "1"))

    blockers = undo_preview(run, recipe_named("contributions")).blockers

    assert [b.code for b in blockers] == ["in_use"]
    assert blockers[0].sentence.startswith("1 contribution belongs to contributions that it created, such as “Benches")


def test_a_decision_by_a_person_is_not_overwritten_in_part(case_study, dataset, bob):
    load(dataset)
    edit_contribution(contribution=contribution(dataset, "3"), values={"decision": "partly"}, by=bob)

    rows = [*PROPOSAL_ROWS[:2], PROPOSAL_ROWS[2].replace("evaluating,,", "rejected,No money.,2024-06-01")]
    run = load(dataset, rows)

    three = contribution(dataset, "3")
    assert (three.decision, three.response, three.decided_on) == ("partly", "", None)
    codes = RowProblem.objects.filter(import_run=run).values_list("code", "field")
    assert set(codes) == {("changed_here", name) for name in ("decision", "answer", "decided_on")}
