"""Generated histories: three devices with two tabs each, which run the scripts of the site, against its views.

They type, pause, lose the network or an answer, crash before and after a write, sign out, hand the device to somebody
else, send twice and late, delete, restore and decide. Each text is its own mark, added at the end of what stands there.
Whatever happens, every mark that a device called kept is found afterwards, as current text, version, conflict or
earlier text of a conflict; versions are numbered without a gap; and no version drops what its base had.

`NOTE_HISTORIES` is their number: 100 unless it is set, 1,000 in `make chaos`.
"""

import os
import re
import uuid

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from casestudies.actions.notes import delete_note, resolve_conflict, restore_version, undelete_note
from casestudies.models import EarlierConflictText, FieldNote, NoteConflict
from tests.casestudies.note_devices import NODE, Devices
from tests.factories.casestudies import make_case_study, note_content

HISTORIES = int(os.environ.get("NOTE_HISTORIES") or 100)
# Shorter ones in the usual run.
STEPS = 15 if HISTORIES <= 100 else 30
NAMES = ("phone", "tablet", "desk")
MARK = re.compile(r"<(\d+)>")
pytestmark = pytest.mark.timeout(300 + 5 * HISTORIES)
names, tabs = st.sampled_from(NAMES), st.sampled_from(["one", "two"])


def marks(text):
    return set(MARK.findall(text))


class NoteOnThreeDevices(RuleBasedStateMachine):
    case_study = people = devices = None

    @initialize(opened=st.lists(st.tuples(names, tabs), unique=True, min_size=1, max_size=4))
    def begin(self, opened):
        """The note begins in the first of these tabs; the others have its first version before them."""
        self.uuid = uuid.uuid4()
        self.serial = 0
        self.promised = set()
        self.devices.reset({name: self.people[name] for name in NAMES}, f"/api/v1/field-notes/{self.uuid}/")
        self.signed_in = dict.fromkeys(NAMES, True)
        self.typed(*opened[0], pauses=True)
        for device, tab in opened[1:]:
            self.open_the_note(device, tab)

    def note(self):
        return FieldNote.objects.filter(pk=self.uuid).first()

    def do(self, command, device, **about):
        self.devices.do(command, device=device, **about)
        self.remember()

    def remember(self):
        """What the bar of a tab says is kept is promised."""
        for tab in self.devices.state["tabs"]:
            if tab["isKept"]:
                self.promised |= marks(tab["text"])

    def open_tabs(self):
        return {(tab["device"], tab["name"]) for tab in self.devices.state["tabs"]}

    def open_the_note(self, device, tab):
        """A page comes from the server, so it needs the network and a person who is signed in."""
        if (device, tab) in self.open_tabs() or not self.signed_in[device]:
            return
        if self.devices.network[device] != "online":
            return
        note = self.note()
        if note is None:
            content = note_content(self.case_study, text="") | {"case_study": self.case_study.slug}
        else:
            content = {name: note.content[name] for name in ("case_study", "event", "kind", "title", "text")}
        self.do("open", device, tab=tab, stored=content, base=note and note.version)

    def typed(self, device, tab, *, retitles=False, dies="", pauses=False):
        self.open_the_note(device, tab)
        if (device, tab) not in self.open_tabs():
            return
        self.serial += 1
        title = f"Title {self.serial}" if retitles else ""
        self.do("type", device, tab=tab, text=f"<{self.serial}>", title=title, dies=dies)
        if pauses and (device, tab) in self.open_tabs():
            self.do("pause", device, tab=tab)

    # Three rules that type: a history leaves some rules out, and one in which nobody types shows nothing.
    @rule(device=names, tab=tabs, retitles=st.booleans(), dies=st.sampled_from(["", "", "before", "after"]))
    def type_on_and_perhaps_die(self, device, tab, retitles, dies):
        self.typed(device, tab, retitles=retitles, dies=dies)

    @rule(device=names, tab=tabs, retitles=st.booleans())
    def type_and_pause(self, device, tab, retitles):
        self.typed(device, tab, retitles=retitles, pauses=True)

    @rule(device=names, tab=tabs, network=st.sampled_from(["offline", "lossy", "held"]), comes_back=st.booleans())
    def type_on_a_bad_line(self, device, tab, network, comes_back):
        self.open_the_note(device, tab)
        self.devices.network[device] = network
        self.typed(device, tab, pauses=True)
        if comes_back:
            self.devices.network[device] = "online"
        if comes_back and (device, tab) in self.open_tabs():
            self.do("come_back", device, tab=tab)

    @rule(device=names, tab=tabs)
    def type_on_a_full_device_that_dies(self, device, tab):
        """It has an older text than the server."""
        self.typed(device, tab)
        self.do("break", device, isBroken=True)
        self.typed(device, tab, pauses=True)
        if (device, tab) in self.open_tabs():
            self.do("crash", device, tab=tab)
        self.do("break", device, isBroken=False)

    @rule(device=names, tab=tabs, command=st.sampled_from(["pause", "come_back", "leave", "crash"]))
    def pause_come_back_leave_or_crash(self, device, tab, command):
        if (device, tab) in self.open_tabs():
            self.do(command, device, tab=tab)

    @rule(device=names, network=st.sampled_from(["online", "online", "offline", "lossy", "held"]))
    def the_network_changes(self, device, network):
        self.devices.network[device] = network

    @precondition(lambda self: any(self.devices.held.values()))
    @rule(data=st.data(), answered=st.booleans())
    def what_was_held_arrives(self, data, answered):
        device = data.draw(st.sampled_from([name for name in NAMES if self.devices.held[name]]))
        self.devices.let_through(device, answered=answered)
        self.remember()

    @precondition(lambda self: self.devices.sent)
    @rule(data=st.data())
    def something_arrives_again(self, data):
        self.devices.deliver(data.draw(st.sampled_from(self.devices.sent)))

    @rule(device=names)
    def the_outbox_sends(self, device):
        self.do("outbox", device)

    @rule(device=names, is_broken=st.booleans())
    def the_storage_is_full_or_not(self, device, is_broken):
        self.do("break", device, isBroken=is_broken)

    @rule(device=names, who=st.sampled_from(["nobody", "other", "same", "same"]))
    def somebody_signs_in_or_out(self, device, who):
        browser = self.devices.browsers[device]
        browser.logout()
        if who != "nobody":
            browser.force_login(self.people[device] if who == "same" else self.people["other"])
        self.signed_in[device] = who == "same"

    @rule(back=st.booleans())
    def delete_or_restore(self, back):
        note = self.note()
        if note is not None:
            (undelete_note if back else delete_note)(note=note, by=self.people["desk"])

    @rule(kept=st.sampled_from(["mine", "theirs", "both"]), data=st.data())
    def decide_a_conflict(self, kept, data):
        conflicts = list(NoteConflict.objects.filter(note=self.uuid).open())
        if not conflicts:
            return
        conflict, note = data.draw(st.sampled_from(conflicts)), self.note()
        text = {"mine": conflict.mine["text"], "theirs": note.text, "both": note.text + conflict.mine["text"]}[kept]
        resolve_conflict(conflict=conflict, content={"text": text}, by=self.people["desk"], base_version=note.version)

    @rule(data=st.data())
    def restore_an_older_version(self, data):
        note = self.note()
        if note is not None:
            number = data.draw(st.integers(1, note.version))
            restore_version(version=note.versions.get(number=number), by=self.people["desk"])

    @invariant()
    def versions_count_and_drop_nothing_of_their_base(self):
        note = self.note() if hasattr(self, "uuid") else None
        if note is None:
            return
        versions = {version.number: version for version in note.versions.all()}
        assert sorted(versions) == list(range(1, note.version + 1))
        newest = versions[note.version]
        assert (newest.text, newest.title, newest.sha256) == (note.text, note.title, note.sha256)
        for version in versions.values():
            if version.act == "written" and version.number > 1:
                base = versions[version.base_version]
                assert marks(version.text) >= marks(base.text), "a page saved over a text that it had not read"
            if version.act == "combined":
                self.combined_another_field(version, versions[version.number - 1], versions[version.base_version])
            assert version.author in (self.people["phone"], self.people["desk"])

    def combined_another_field(self, version, before, base):
        """What stood there stays, unless it is what the edit began from: its base, or its conflict that was decided."""
        decided = NoteConflict.objects.filter(note=self.uuid, resolved_at__isnull=False)
        for field in ("title", "text"):
            began = {getattr(base, field)} | {conflict.mine[field] for conflict in decided}
            stood = getattr(before, field)
            assert stood == getattr(version, field) or stood in began, f"{field} was merged by a machine"
        assert marks(version.text) >= marks(before.text), "an older text of a device undid a newer one"

    def teardown(self):
        if hasattr(self, "uuid"):
            self.everybody_comes_back()
            texts = [version.text for version in self.note().versions.all()] if self.note() else []
            conflicts = NoteConflict.objects.filter(note=self.uuid)
            texts += conflicts.values_list("mine__text", flat=True)
            earlier = EarlierConflictText.objects.filter(conflict__note=self.uuid)
            texts += earlier.values_list("mine__text", flat=True)
            assert self.promised <= marks("".join(texts)), "a text that was called kept is nowhere"

    def everybody_comes_back(self):
        """Storage, network and people are there again; every tab is used once more, then closed."""
        for device in NAMES:
            self.devices.network[device] = "online"
            self.devices.browsers[device].force_login(self.people[device])
            while self.devices.held[device]:
                self.devices.let_through(device, answered=True)
            self.devices.do("break", device=device, isBroken=False)
        self.remember()
        self.tabs_are_used_and_closed()
        for device in NAMES:
            self.devices.do("outbox", device=device)
        for kept in self.devices.state["kept"]:
            conflict = NoteConflict.objects.get(pk=kept["record"]["conflict"])
            assert conflict.resolved_at is None, "a decided conflict still keeps a draft on a device"
            assert marks(kept["record"]["content"]["text"]) <= marks(conflict.mine["text"])

    def tabs_are_used_and_closed(self):
        for _ in range(2):
            for device, tab in self.open_tabs():
                self.devices.do("pause", device=device, tab=tab)
                self.devices.do("come_back", device=device, tab=tab)
        for tab in self.devices.state["tabs"]:
            assert tab["problem"] is None, tab
            assert tab["isSettled"] or tab["record"]["conflict"], tab
        for device, tab in self.open_tabs():
            self.devices.do("leave", device=device, tab=tab)


@pytest.fixture
def devices():
    if NODE is None:
        pytest.skip("no Node.js on this machine: the scripts of the devices are not run")
    made = Devices()
    yield made
    made.close()


def machine_of(case_study, people, devices):
    """The machine of one world; `people` are those of the devices and `other`, who borrows one."""
    return type("Machine", (NoteOnThreeDevices,), {"case_study": case_study, "people": people, "devices": devices})


@pytest.mark.django_db
@pytest.mark.parametrize("is_decided", [True, False])
@pytest.mark.parametrize("network", ["online", "lossy"])
def test_an_older_text_of_a_full_device_undoes_nothing(devices, fay, ada, rita, network, is_decided):
    people = {"phone": fay, "tablet": fay, "desk": ada, "other": rita}
    history = machine_of(make_case_study(fay), people, devices)()
    history.begin(opened=[("phone", "one"), ("desk", "one")])
    history.typed("desk", "one", pauses=True)
    history.typed("phone", "one", pauses=True)
    devices.network["phone"] = network
    history.do("break", "phone", isBroken=True)
    history.typed("phone", "one", pauses=True)
    devices.network["phone"] = "online"
    newest = NoteConflict.objects.get().mine["text"]
    assert newest == "<1><3><4>"
    if is_decided:
        version = history.note().version
        resolve_conflict(conflict=NoteConflict.objects.get(), content={"text": newest}, by=ada, base_version=version)
    history.do("crash", "phone", tab="one")
    history.do("break", "phone", isBroken=False)
    history.do("outbox", "phone")
    assert NoteConflict.objects.get().mine["text"] == newest
    assert history.note().text == (newest if is_decided else "<1><2>")


@pytest.mark.django_db
def test_no_generated_history_loses_a_text(devices, fay, ada, rita):
    people = {"phone": fay, "tablet": fay, "desk": ada, "other": rita}
    run_state_machine_as_test(
        machine_of(make_case_study(fay), people, devices),
        settings=settings(
            max_examples=HISTORIES, stateful_step_count=STEPS, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
