"""The five walks of docs/architecture.md are made here: what their steps name happens, in their order."""

import io
import uuid

import pytest
import xlsxwriter
from django.utils import timezone

from coding.actions import codings, rounds
from coding.models import Assignment
from complaints.actions import send_to_coding
from complaints.models import ComplaintRecord
from imports.actions import receive_file, repair_row, replay_import, start_import, undo_import
from imports.jobs.inbox import STILL, watch_inboxes
from imports.models import InboxFile, QuarantinedRow
from jobs import tasks
from surveys.actions.fieldwork import add_wave, open_wave, save_fieldwork
from surveys.actions.questionnaires import create_questionnaire, load_xlsform, publish_version
from tests.factories import complaints, imports
from tests.factories.casestudies import make_case_study
from tests.factories.coding import code, make_codebook, published
from tests.house import walks

pytestmark = pytest.mark.django_db


@pytest.fixture
def api(api_client, token_for):
    """`api(ada, "get", address, body)` with a bearer token."""

    def call(person, method, address, body=None):
        return getattr(api_client, method)(address, body, headers={"Authorization": f"Bearer {token_for(person)}"})

    return call


@pytest.fixture
def worker_at_once(monkeypatch, django_capture_on_commit_callbacks):
    """`worker_at_once(action)`: what the action puts off until it commits is done, in this process."""
    monkeypatch.setattr(tasks.run, "apply_async", lambda arguments, **_: tasks.run(*arguments))

    def act(action):
        with django_capture_on_commit_callbacks(execute=True):
            return action()

    return act


def check(title, trace):
    assert len(walks.spans(title)) > 5
    missed = walks.did_not_happen(trace, walks.spans(title))
    assert not missed, "\n".join(missed)


def test_a_field_note(fay, api, client_of):
    case_study, identity = make_case_study(fay), uuid.uuid4()
    address = f"/api/v1/field-notes/{identity}/"
    body = {"case_study": case_study.slug, "event": None, "kind": "memo", "title": "Quay", "text": "Twelve came."}
    with walks.traced() as trace:
        page = client_of(fay).get(f"/field-notes/{identity}/edit/").text
        api(fay, "put", address, body)
        api(fay, "put", address, body | {"text": "Thirteen came.", "base_version": 1})
        conflict = api(fay, "put", address, body | {"text": "Eleven came.", "base_version": 1}).json()["conflict"]
        decision = body | {"event": "", "language": "en", "sensitivity": "normal", "base_version": 2}
        decided = client_of(fay).post(f"/field-notes/{identity}/conflicts/{conflict}/", decision)
    assert decided.status_code == 303
    check("A field note", trace)
    assert set(walks.scripts("A field note")) <= walks.loaded_by(page)


@pytest.fixture
def inbox(tmp_path, settings, alpha):
    """A watched folder in which a file has lain still."""
    settings.INBOX_DIR = tmp_path
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "calls.csv").write_bytes(imports.csv_of(imports.letters(3)))
    imports.make_dataset(alpha, slug="calls", inbox="in", inbox_rule="load")
    watch_inboxes()
    InboxFile.objects.update(looked_at=timezone.now() - STILL)


def test_a_row_of_a_file(alpha, bob, client_of, worker_at_once, inbox):
    dataset = imports.make_dataset(alpha)
    rows = imports.letters(30)
    content = imports.csv_of([rows[0].replace("2019-03", "2019-33"), *rows[1:]])
    with walks.traced() as trace:
        [found] = watch_inboxes()
        run = worker_at_once(lambda: receive_file(dataset=dataset, chunks=[content], name="letters.csv", by=bob))
        form = client_of(bob).get(f"/imports/{run.pk}/mapping/").context["form"]
        worker_at_once(lambda: start_import(run=run, definition=form.definition, by=bob))
        row = QuarantinedRow.objects.get()
        repair_row(row=row, cells=[row.cells[0], "2019-03-02", *row.cells[2:]], by=bob)
        worker_at_once(lambda: replay_import(run=run, by=bob))
        client_of(bob).get(ComplaintRecord.objects.first().get_absolute_url())
        worker_at_once(lambda: undo_import(run=run, by=bob))
    run.refresh_from_db()
    assert (found.file_name, run.state) == ("calls.csv", "undone")
    check("A row of a file", trace)


def test_a_request_of_the_api(alpha, bob, api):
    complaints.load_records(complaints.make_dataset(alpha), [{"finding": "upheld"}] * 2)
    with walks.traced() as trace:
        first = api(bob, "get", "/api/v1/complaint-records/?finding=upheld&page_size=1").json()
        second = api(bob, "get", first["next"]).json()
        refused = api(bob, "get", "/api/v1/complaint-records/?colour=red")
    assert (len(second["results"]), second["next"], refused.status_code) == (1, None, 400)
    check("A request of the API", trace)


def test_a_coding(alpha, bob, cody, api, client_of):
    complaints.load_records(complaints.make_dataset(alpha), [{"narrative": "Nobody answered."}])
    book = make_codebook(bob)
    plan = rounds.create_round(
        organisation=alpha, version=published(book), values={"title": "First"}, coders=[cody], by=bob
    )
    with walks.traced() as trace:
        send_to_coding(records=ComplaintRecord.objects.visible_to(bob), coding_round=plan, by=bob)
        rounds.open_round(coding_round=plan, by=bob)
        page = client_of(cody).post("/assignments/next/", follow=True).text
        assignment = Assignment.objects.get()
        body = {"assignment": assignment.pk, "code": code(book, "delay").pk, "start": 0, "end": 6}
        api(cody, "post", f"/api/v1/assignments/{assignment.pk}/changes/", {"changes": [{"is_flagged": True}]})
        made = api(cody, "post", "/api/v1/codings/", body).json()
        api(cody, "delete", f"/api/v1/codings/{made['id']}/")
        codings.submit(assignment=assignment, outcome="none-applies", by=cody)
        api(cody, "get", "/api/v1/codings/")
    check("A coding", trace)
    assert set(walks.scripts("A coding")) <= walks.loaded_by(page)


def test_an_answer_to_a_survey(alpha, ada, client, client_of):
    questionnaire = create_questionnaire(title="Calls", slug="calls", organisation=alpha, by=ada)
    with walks.traced() as trace:
        load_xlsform(questionnaire=questionnaire, content=workbook(), file_name="calls.xlsx", by=ada)
        version = publish_version(questionnaire=questionnaire, by=ada)
        fieldwork = save_fieldwork(questionnaire=questionnaire, by=ada, title="Citizens")
        wave = open_wave(wave=add_wave(fieldwork=fieldwork, version=version, by=ada), by=ada)
        address = client.post(f"/s/{wave.key}/")["Location"]
        client.get(address)
        address = client.post(address, {"q.called": "yes"})["Location"]
        address = client.post(address, {"q.why": "Noise"})["Location"]
        client.post(address, {"send": "1"})
        results = f"/questionnaires/calls/versions/{version.number}/"
        assert "measures shares" in client_of(ada).get(f"{results}counts/").text
        answer = client_of(ada).get(f"{results}responses.csv")
    assert "yes" in b"".join(answer.streaming_content).decode()
    check("An answer to a survey", trace)


def workbook():
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheets = {
        "survey": [
            ["type", "name", "label", "relevant"],
            ["select_one yes_no", "called", "Did you call?", ""],
            ["text", "why", "Why?", "${called} = 'yes'"],
        ],
        "choices": [["list_name", "name", "label"], ["yes_no", "yes", "Yes"], ["yes_no", "no", "No"]],
    }
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    book.close()
    return stream.getvalue()


def test_steps_in_another_order_are_noticed():
    """The check itself: a trace in the order of the text passes, the reverse does not."""
    named = walks.spans("A coding")
    happenings = [frozenset({span}) for span in named]
    assert walks.did_not_happen(walks.Trace(happenings), named) == []
    assert walks.did_not_happen(walks.Trace(happenings[::-1]), named)
