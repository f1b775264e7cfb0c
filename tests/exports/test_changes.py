"""A copy that is kept by the change feed is what its owner may see, and nothing else was ever in it."""

import random

import pytest
from django.db import connection

from accounts import actions as people
from accounts.roles import AccessLevel, Role
from casestudies.actions.cases import edit_case_study, withdraw_case_study
from casestudies.actions.notes import delete_note
from complaints import partitions
from complaints.models import ComplaintRecord, RemovedRecord
from exports.models import Change
from imports.models import Dataset
from tests.exports.copies import FEED, Copy, another_connection, checksum, source
from tests.factories.casestudies import make_case_study, make_event, make_note
from tests.factories.complaints import load_records
from tests.factories.complaints import make_dataset as dataset_of
from tests.factories.imports import csv_of, import_bytes, letters, make_dataset, undo
from versions.actions import erase

pytestmark = pytest.mark.django_db(transaction=True)
RECORDS = ("complaint-record",)


def done(entries):
    return [(entry["id"], entry["change"]) for entry in entries]


def touch(connected, pk, **columns):
    changes = ", ".join(f"{name} = %s" for name in columns) or "id = id"
    with connected.cursor() as cursor:
        cursor.execute(f"UPDATE complaints_complaintrecord SET {changes} WHERE id = %s", [*columns.values(), pk])


def close_dataset(dataset, **levels):
    Dataset.objects.filter(pk=dataset.pk).update(**(levels or {"access": AccessLevel.RESTRICTED}))


# One kind of change after another -------------------------------------------------------------------------------------


def test_without_a_cursor_there_is_only_the_cursor_of_now(alpha, api_client):
    load_records(dataset_of(alpha), [{}])

    body = api_client.get(FEED).json()
    later = api_client.get(body["next"]).json()

    assert body["results"] == [] and body["more"] is False
    assert later["results"] == [] and later["next"]


def test_a_change_that_is_committed_after_a_poll_is_in_the_next_one(alpha, api_client):
    slow, fast = load_records(dataset_of(alpha), [{}, {}])
    copy = Copy(api_client, kinds=RECORDS)
    copy.follow()

    with another_connection() as other:
        touch(other, slow)
        touch(connection, fast)
        during = copy.follow()
        other.commit()
    after = copy.follow()

    assert during == []
    assert done(after) == [(slow, "updated"), (fast, "updated")]


def test_records_that_a_later_import_adds_and_changes_are_created_and_updated(alpha, ada, client_of):
    dataset = make_dataset(alpha, by=ada)
    import_bytes(dataset, csv_of(letters(5)), by=ada)
    copy = Copy(client_of(ada), kinds=RECORDS)
    first = copy.follow()

    import_bytes(dataset, csv_of([*letters(1, outcome="Not upheld"), *letters(2, first=6)]), by=ada)
    second = copy.follow()

    assert [change for _pk, change in done(first)] == ["created"] * 5
    assert sorted(change for _pk, change in done(second)) == ["created", "created", "updated"]
    assert copy.checksum == checksum(source(copy.client, RECORDS))


def test_an_undo_deletes_what_its_import_created_and_updates_what_it_changed(alpha, ada, client_of):
    dataset = make_dataset(alpha, by=ada)
    import_bytes(dataset, csv_of(letters(3)), by=ada)
    later = import_bytes(dataset, csv_of([*letters(1, outcome="Not upheld"), *letters(1, first=6)]), by=ada)
    copy = Copy(client_of(ada), kinds=RECORDS)
    copy.follow()

    undo(later, ada)

    assert sorted(change for _pk, change in done(copy.follow())) == ["deleted", "updated"]
    assert copy.checksum == checksum(source(copy.client, RECORDS))


def test_an_undo_of_all_records_hides_the_dataset_and_a_load_after_it_creates_new_ones(alpha, ada, client_of):
    dataset = make_dataset(alpha, by=ada)
    run = import_bytes(dataset, csv_of(letters(3)), by=ada)
    copy = Copy(client_of(ada), kinds=RECORDS)
    copy.follow()

    undo(run, ada)
    import_bytes(dataset, csv_of(letters(2)), name="again.csv", by=ada)
    entries = copy.follow()

    assert [(entry["id"], entry["change"], entry["dataset"]) for entry in entries[:1]] == [(None, "hidden", "letters")]
    assert [change for _pk, change in done(entries[1:])] == ["created"] * 2
    assert copy.checksum == checksum(source(copy.client, RECORDS))


def test_records_of_a_first_load_come_although_their_chunks_were_committed_before_a_poll(alpha, api_client):
    dataset = dataset_of(alpha)
    with connection.cursor() as cursor:
        ids = load_records(dataset, [{}, {}])
        partitions.detach(cursor, dataset.pk)
    copy = Copy(api_client, kinds=RECORDS)
    before = copy.follow()
    with connection.cursor() as cursor:
        partitions.attach(cursor, dataset.pk)

    assert before == []
    assert done(copy.follow()) == [(pk, "created") for pk in ids]


def test_an_erased_text_is_an_update(alpha, ada, client_of):
    dataset = make_dataset(alpha, by=ada)
    import_bytes(dataset, csv_of(letters(2)), by=ada)
    copy = Copy(client_of(ada), kinds=RECORDS)
    copy.follow()

    erase(kind="complaint-record", key="letters/L00001", ground="personal-request", by=ada)

    assert [change for _pk, change in done(copy.follow())] == ["updated"]
    assert copy.checksum == checksum(source(copy.client, RECORDS))


# Access ---------------------------------------------------------------------------------------------------------------


def test_a_dataset_that_is_closed_is_hidden_and_one_that_is_opened_is_read(alpha, api_client):
    dataset = dataset_of(alpha)
    ids = load_records(dataset, [{}, {}])
    copy = Copy(api_client, kinds=RECORDS)
    copy.follow()

    close_dataset(dataset)
    touch(connection, ids[0], subject="Nobody outside may know")
    closed = copy.follow()
    rows_then = dict(copy.rows)
    close_dataset(dataset, access=AccessLevel.PUBLIC)
    opened = copy.follow()

    assert [(entry["id"], entry["change"], entry["dataset"]) for entry in closed] == [(None, "hidden", dataset.slug)]
    assert rows_then == {}
    assert done(opened) == [(pk, "created") for pk in ids]


def test_letters_that_are_withheld_are_hidden_and_read_again_without_them(alpha, api_client):
    dataset = dataset_of(alpha)
    load_records(dataset, [{"narrative": "A letter that was public."}])
    copy = Copy(api_client, kinds=RECORDS)
    copy.follow()

    close_dataset(dataset, narrative_access=AccessLevel.RESTRICTED)
    entries = copy.follow()

    assert [change for _pk, change in done(entries)] == ["hidden", "created"]
    assert "public" not in str(copy.rows)
    assert copy.checksum == checksum(source(api_client, RECORDS))


def test_deletions_from_before_a_person_had_access_are_not_shown(alpha, beta, charlie, client_of):
    dataset = dataset_of(alpha, access=AccessLevel.RESTRICTED)
    ids = load_records(dataset, [{}, {}])
    copy = Copy(client_of(charlie), kinds=RECORDS)
    copy.follow()
    ComplaintRecord.objects.filter(pk=ids[0]).delete()
    dataset.shared_with.add(beta)

    entries = copy.follow()

    assert RemovedRecord.objects.count() == 1
    assert done(entries) == [(ids[1], "created")]


def test_a_stranger_learns_nothing_of_what_changes_in_a_closed_dataset(alpha, charlie, client_of):
    dataset = dataset_of(alpha, access=AccessLevel.RESTRICTED)
    ids = load_records(dataset, [{}, {}])
    copy = Copy(client_of(charlie), kinds=RECORDS)
    copy.follow()

    touch(connection, ids[1])
    ComplaintRecord.objects.filter(pk=ids[0]).delete()

    assert copy.follow() == []


def test_a_role_that_ends_hides_what_it_showed(alpha, fay, ada, client_of):
    case_study = make_case_study(ada)
    event, note = make_event(case_study, ada), make_note(case_study, ada)
    copy = Copy(client_of(fay), kinds=("case-study", "event", "field-note"))
    copy.follow()

    people.set_roles(person=fay, organisation=alpha, roles=(), by=None)
    entries = copy.follow()

    assert {(entry["type"], entry["id"], entry["change"]) for entry in entries} == {
        ("case-study", case_study.slug, "hidden"), ("event", event.pk, "hidden"),
        ("field-note", str(note.uuid), "hidden"),
    }  # fmt: skip
    assert copy.rows == {}


def test_a_withdrawn_case_is_hidden_from_others_and_updated_for_its_organisation(ada, bob, charlie, client_of):
    case_study = make_case_study(ada, state="approved", reviewer=bob, access=AccessLevel.PUBLIC)
    theirs, ours = (Copy(client_of(person), kinds=("case-study",)) for person in (charlie, ada))
    assert len(theirs.follow()) == len(ours.follow()) == 1

    withdraw_case_study(case_study=case_study, by=ada, reason="A participant asked for it.")

    assert done(theirs.follow()) == [(case_study.slug, "hidden")]
    assert done(ours.follow()) == [(case_study.slug, "updated")]
    assert ours.checksum == checksum(source(ours.client, ("case-study",)))


def test_a_case_that_was_never_visible_to_a_person_leaves_no_trace_in_their_feed(ada, charlie, client_of):
    case_study = make_case_study(ada)
    copy = Copy(client_of(charlie), kinds=("case-study",))
    copy.follow()

    edit_case_study(case_study=case_study, by=ada, values={"working_title": "Another title"})
    case_study.delete()

    assert Change.objects.get(kind="case-study").is_deleted
    assert copy.follow() == []


def test_a_note_of_a_whole_life_is_created_and_hidden(ada, client_of):
    copy = Copy(client_of(ada), kinds=("field-note",))
    copy.follow()
    note = make_note(make_case_study(ada), ada)
    created = copy.follow()
    delete_note(note=note, by=ada)

    assert done(created) == [(str(note.uuid), "created")]
    assert done(copy.follow()) == [(str(note.uuid), "hidden")]


# A long and random life -----------------------------------------------------------------------------------------------


class Life:
    """What people do to the data of Alpha, chosen by a seeded generator."""

    def __init__(self, seed, alpha, beta, ada, bob, charlie):
        self.random, self.beta = random.Random(seed), beta
        self.ada, self.bob, self.charlie = ada, bob, charlie
        self.datasets = [make_dataset(alpha, slug=f"letters-{n}", by=ada, access="consortium") for n in range(3)]
        self.runs, self.cases, self.notes, self.loads = [], [], [], 0

    def step(self):
        self.random.choice(
            [self.load, self.load, self.load, self.undo, self.erase, self.open_or_close, self.withhold, self.share,
             self.join_or_leave, self.new_case, self.edit_case, self.move_case, self.write_note, self.delete_note]
        )()  # fmt: skip

    def load(self):
        self.loads += 1
        first, outcome = self.random.randint(1, 12), self.random.choice(["Upheld", "Not upheld"])
        rows = letters(self.random.randint(1, 8), first=first, outcome=outcome)
        dataset = self.random.choice(self.datasets)
        self.runs.append(import_bytes(dataset, csv_of(rows), name=f"{self.loads}.csv", by=self.ada))

    def undo(self):
        if self.runs:
            undo(self.runs.pop(), self.ada)

    def erase(self):
        records = ComplaintRecord.objects.filter(narrative__contains="answer").order_by("dataset__slug", "reference")
        for record in self.random.sample(list(records), min(1, len(records))):
            key = f"{record.dataset.slug}/{record.reference}"
            erase(kind="complaint-record", key=key, ground="personal-request", by=self.ada, passage="answer")
            # An import whose rows were erased is not undone here.
            self.runs = []

    def open_or_close(self):
        close_dataset(self.random.choice(self.datasets), access=self.random.choice(AccessLevel.values))

    def withhold(self):
        close_dataset(self.random.choice(self.datasets), narrative_access=self.random.choice(AccessLevel.values))

    def share(self):
        dataset = self.random.choice(self.datasets)
        dataset.shared_with.set(self.random.choice([[], [self.beta]]))

    def join_or_leave(self):
        roles = self.random.choice([(), (Role.READER,), (Role.DATA_MANAGER,)])
        people.set_roles(person=self.charlie, organisation=self.beta, roles=roles, by=None)

    def new_case(self):
        state = self.random.choice(["draft", "approved"])
        case_study = make_case_study(
            self.ada, state=state, reviewer=self.bob, access=self.random.choice(AccessLevel.values)
        )
        make_event(case_study, self.ada)
        self.cases.append(case_study)

    def edit_case(self):
        for case_study in self.random.sample(self.cases, min(1, len(self.cases))):
            case_study.refresh_from_db()
            if case_study.review_state == "draft":
                edit_case_study(case_study=case_study, by=self.ada, values={"abstract": str(self.random.random())})

    def move_case(self):
        for case_study in self.random.sample(self.cases, min(1, len(self.cases))):
            type(case_study).objects.filter(pk=case_study.pk).update(access=self.random.choice(AccessLevel.values))

    def write_note(self):
        if self.cases:
            self.notes.append(make_note(self.random.choice(self.cases), self.ada))

    def delete_note(self):
        if self.notes:
            delete_note(note=self.notes.pop(), by=self.ada)


@pytest.mark.parametrize("seed", [7, 9])
def test_copies_of_readers_with_different_rights_equal_their_lists_through_a_random_life(
    alpha, beta, ada, bob, charlie, client_of, api_client, seed
):
    life = Life(seed, alpha, beta, ada, bob, charlie)
    copies = [Copy(client) for client in (client_of(ada), client_of(charlie), api_client)]

    for _round in range(8):
        for _step in range(life.random.randint(1, 4)):
            life.step()
            # A page in the middle of what happens: copies are seldom up to date when the next thing is done.
            life.random.choice(copies).page()
        for copy in copies:
            copy.follow()
            assert copy.checksum == checksum(source(copy.client))
    assert all(copy.entries for copy in copies), [len(copy.entries) for copy in copies]
