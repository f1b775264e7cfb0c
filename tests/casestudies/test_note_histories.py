"""Generated histories: three devices, lost answers, requests that arrive twice or late, deletions and decisions.

Whatever happens, each text the server acknowledged (with a receipt, or with a stored conflict) is found again as a
version or in a conflict, versions are numbered without a gap, and the newest version is the note.
"""

import uuid

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from casestudies.actions.notes import delete_note, put_note, resolve_conflict, restore_version, undelete_note
from casestudies.models import FieldNote, NoteConflict
from tests.factories.casestudies import make_case_study, note_content

devices = st.sampled_from(["phone", "tablet", "desk"])


class NoteOnThreeDevices(RuleBasedStateMachine):
    case_study = people = None

    @initialize()
    def begin(self):
        self.uuid = uuid.uuid4()
        self.bases = {}
        self.sent = []
        self.acknowledged = set()
        self.serial = 0

    def _deliver(self, device, content, base, *, answer_arrives):
        by = self.people[device]
        put = put_note(uuid=self.uuid, content=content, by=by, base_version=base, device=device)
        if not answer_arrives:
            return
        self.acknowledged.add(content["text"])
        if put.version is not None:
            self.bases[device] = put.version.number
        else:
            assert put.conflict.mine["text"] == content["text"]

    @rule(device=devices, field=st.sampled_from(["text", "title", "both"]), answer_arrives=st.booleans())
    def type_and_send(self, device, field, answer_arrives):
        self.serial += 1
        note = FieldNote.objects.filter(pk=self.uuid).first()
        text = f"{device} {self.serial}" if field != "title" or note is None else note.text
        title = f"Title {self.serial}" if field != "text" else "At the quay"
        content = note_content(self.case_study, text=text, title=title)
        self.sent.append((device, content, self.bases.get(device)))
        self._deliver(device, content, self.bases.get(device), answer_arrives=answer_arrives)

    @rule(data=st.data())
    def deliver_something_again(self, data):
        if self.sent:
            device, content, base = data.draw(st.sampled_from(self.sent))
            self._deliver(device, content, base, answer_arrives=True)

    @rule(device=devices)
    def read_the_note_again(self, device):
        note = FieldNote.objects.filter(pk=self.uuid).first()
        if note is not None:
            self.bases[device] = note.version

    @rule(device=devices, back=st.booleans())
    def delete_or_bring_back(self, device, back):
        note = FieldNote.objects.filter(pk=self.uuid).first()
        if note is not None:
            (undelete_note if back else delete_note)(note=note, by=self.people["desk"])

    @rule(mine=st.booleans())
    def decide_a_conflict(self, mine):
        conflict = NoteConflict.objects.filter(note=self.uuid).open().first()
        if conflict is not None:
            note = FieldNote.objects.get(pk=self.uuid)
            text = conflict.mine["text"] if mine else note.text
            resolve_conflict(
                conflict=conflict, content={"text": text}, by=self.people["desk"], base_version=note.version
            )

    @rule(data=st.data())
    def restore_an_older_version(self, data):
        note = FieldNote.objects.filter(pk=self.uuid).first()
        if note is not None:
            number = data.draw(st.integers(1, note.version))
            restore_version(version=note.versions.get(number=number), by=self.people["desk"])

    @invariant()
    def every_acknowledged_text_is_found(self):
        if not hasattr(self, "uuid"):
            return
        note = FieldNote.objects.filter(pk=self.uuid).first()
        if note is None:
            assert not self.acknowledged
            return
        versions = list(note.versions.all())
        kept = {v.text for v in versions} | {c.mine["text"] for c in note.conflicts.all()}
        assert self.acknowledged <= kept
        assert [v.number for v in versions] == list(range(1, note.version + 1))
        newest = versions[-1]
        assert (newest.text, newest.title, newest.sha256) == (note.text, note.title, note.sha256)


@pytest.mark.django_db
def test_no_generated_history_loses_a_text(fay, ada):
    machine = type(
        "Machine",
        (NoteOnThreeDevices,),
        {"case_study": make_case_study(fay), "people": {"phone": fay, "tablet": fay, "desk": ada}},
    )
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=25, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
