"""A fieldworker's browser, the people around it and the network between, and what can happen to them, step by step.

A step is a word and two small numbers, and every step can be taken in every state (one that has nothing to act on does
nothing), so that a journey stays one when steps are left out of it.
"""

import contextlib
import time
import uuid

from django.contrib.sessions.models import Session

from casestudies.actions.notes import delete_note, put_note, resolve_conflict, undelete_note
from casestudies.models import FieldNote, NoteConflict
from rest.problems import Conflict
from tests.conftest import PASSWORD
from tests.engines.proxy import Proxy
from tests.engines.websocket import Refused
from tests.factories.casestudies import note_content

# How often each is drawn beside the others.
WEIGHTS = {
    "type": 26, "pause": 14, "save": 2, "reload": 1, "back": 1, "leave": 2, "kill": 2, "offline": 2, "online": 2,
    "requests are lost": 1, "answers are lost": 2, "answers are cut": 1, "network is well": 2, "network is slow": 1,
    "session ends": 1, "sign in again": 2, "another person": 1, "storage is full": 1, "open tab": 3, "close tab": 3,
    "edit elsewhere": 2, "title elsewhere": 1, "decide": 2, "delete": 1, "clock": 1, "new note": 1, "app update": 2,
}  # fmt: skip
MOST_TABS, PAUSE_S, HEALED_WITHIN_S, SETTLED_S = 3, 0.75, 40, 3
REPORT = """const form = document.querySelector("form[data-note]");
if (!form) return null;
// A page of the server names the person, the shell too when it knows them.
const person = document.body.dataset.username ?? document.querySelector("[data-shell]")?.dataset.username;
if (!person) return null;
const value = (name) => form.elements[name]?.value ?? form.querySelector(`[name=${name}]`)?.value ?? "";
const bar = document.querySelector("[data-note-state]");
return { uuid: form.dataset.uuid, person,
  title: value("title"), text: value("text"), state: bar?.dataset.state ?? "",
  words: bar?.querySelector("[data-note-words]")?.textContent.replace(/\\s+/g, " ").trim() ?? "" };"""
WAITING = """const names = (await indexedDB.databases()).map((one) => one.name);
const waiting = [];
for (const [name, table] of [["lipse-device", "drafts"], ["lipse-notes", "notes"]]) {
  if (!names.includes(name)) continue;
  const database = await new Promise((done, failed) => {
    const request = indexedDB.open(name);
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
  if (database.objectStoreNames.contains(table)) {
    const all = await new Promise((done) => {
      const request = database.transaction(table).objectStore(table).getAll();
      request.onsuccess = () => done(request.result);
    });
    // What is in a conflict waits for a person.
    waiting.push(...all.filter((one) => String(one.person) === args[0] && !one.needs).map(({ sealed, ...one }) => one));
  }
  database.close();
}
return waiting;"""
OFFERED = "return document.querySelector('[data-app-update]')?.checkVisibility()"
SIGNED_IN = "return document.readyState === 'complete' ? document.body.dataset.username || null : undefined;"
_NOT_HERE = ("not on this device", "could not", "cannot")


def claim(report):
    """What the bar of a page says of its text: "ok" (the server has it), "device", or None."""
    words = report["words"].lower()
    if (report["state"] == "saved" and words.startswith("saved")) or "both texts are saved" in words:
        return "ok"
    return "device" if "on this device" in words and not any(no in words for no in _NOT_HERE) else None


class Fieldwork:
    """`fay` has the browser, `gus` borrows it, `ada` works elsewhere; all may write the notes of `case_study`."""

    def __init__(self, *, browser, server, case_study, fay, gus, ada, history, release):
        self.browser, self.case_study, self.history, self.release = browser, case_study, history, release
        self.people = {person.username: person for person in (fay, gus)}
        self.person, self.owner, self.borrower, self.ada = fay, fay, gus, ada
        self.proxy = Proxy(server.thread.port)
        browser.base = self.proxy.address
        self.notes, self.tabs, self.is_shared = [], [], False
        self.first_note()

    def first_note(self):
        note = uuid.uuid4()
        word = self.history.word(str(note), self.ada.username)
        put_note(uuid=note, content=note_content(self.case_study, title="Quay", text=word), by=self.ada, device="desk")
        self.history.add("ok", word)
        self.notes.append(str(note))

    def begin(self):
        self.sign_in(self.owner)
        self.open_tab(0)

    def close(self):
        for tab in self.tabs:
            self._close(tab)
        self.proxy.close()

    def _close(self, tab):
        with contextlib.suppress(Refused):
            tab.close()

    # Signing in and out, in a tab of its own.

    def sign_in(self, person):
        """Whether this person is signed in now."""
        tab = self.browser.tab()
        try:
            if not tab.open("/accounts/login/"):
                return False
            if tab.run(SIGNED_IN) == person.username:
                self.person = person
                return True
            if tab.run(SIGNED_IN):
                tab.open("/accounts/logout/")
                tab.press("Sign out")
                tab.until(f"return (() => {{ {SIGNED_IN} }})() === null", seconds=20)
                tab.open("/accounts/login/")
            tab.run("document.querySelector('input[name=login]').focus()")
            tab.keys(person.username)
            tab.run("document.querySelector('input[name=password]').focus()")
            tab.keys(PASSWORD + "\n")
            done = tab.until(f"return (() => {{ {SIGNED_IN} }})() === args[0]", person.username, seconds=20)
            self.person = person if done else self.person
            return bool(done)
        except Refused:
            return False
        finally:
            self._close(tab)

    def take(self, step):
        """One step (name, number, number)."""
        name, first, second = step
        getattr(self, name.replace(" ", "_"))(first, second)

    def _tab(self, number):
        return self.tabs[number % len(self.tabs)] if self.tabs else None

    def _report(self, tab):
        try:
            return tab.run(REPORT)
        except Refused:
            return None

    # Steps.

    def type(self, first, second):
        tab = self._tab(first)
        report = tab and self._report(tab)
        if not report:
            return
        words = [self.history.word(report["uuid"], report["person"]) for _ in range(1 + second % 3)]
        label = "Title" if second % 5 == 4 else "Text"
        tab.type(label, "".join(f" {word}" for word in words))

    def pause(self, first, second):
        time.sleep(PAUSE_S * (1 + second % 2))
        for number in range(len(self.tabs)):
            self.hear(self.tabs[number])

    def hear(self, tab):
        """Note down what the page says of its text now."""
        report = self._report(tab)
        if report and (what := claim(report)):
            self.history.reported(what, f"{report['title']} {report['text']}", report["words"])
        return report

    def save(self, first, second):
        if tab := self._tab(first):
            tab.press("Save")
            self.pause(first, 0)

    def reload(self, first, second):
        if tab := self._tab(first):
            tab.reload()

    def back(self, first, second):
        if tab := self._tab(first):
            tab.back()

    def leave(self, first, second):
        """To another page, and perhaps back to a note by its address."""
        if tab := self._tab(first):
            tab.open("/today/")
            if second % 2:
                tab.open(self._edit(second))

    def _edit(self, number):
        return f"/field-notes/{self.notes[number % len(self.notes)]}/edit/"

    def kill(self, first, second):
        """The browser is gone; it is started again, and the person signs in where that is possible."""
        self.browser.kill()
        self.browser.start()
        self.tabs = []
        if second % 4:
            self.sign_in(self.person)
        self.open_tab(first)

    def offline(self, first, second):
        self.proxy.set_offline(True)
        if second % 2:
            self.browser.set_offline(True)

    def online(self, first, second):
        self.browser.set_offline(False)
        self.proxy.set_offline(False)

    def requests_are_lost(self, first, second):
        self.proxy.fault = "lost"

    def answers_are_lost(self, first, second):
        self.proxy.fault = "swallowed"

    def answers_are_cut(self, first, second):
        self.proxy.fault = "cut"

    def network_is_well(self, first, second):
        self.proxy.fault, self.proxy.delay = None, 0
        self.online(first, second)

    def network_is_slow(self, first, second):
        self.proxy.delay = 0.3

    def session_ends(self, first, second):
        Session.objects.all().delete()

    def sign_in_again(self, first, second):
        self.sign_in(self.person)

    def another_person(self, first, second):
        self.is_shared = True
        self.sign_in(self.borrower if self.person == self.owner else self.owner)

    def storage_is_full(self, first, second):
        if tab := self._tab(first):
            tab.refuse_storage(second % 3 > 0)

    def open_tab(self, first, second=0):
        if len(self.tabs) < MOST_TABS:
            tab = self.browser.tab()
            tab.open(self._edit(first))
            self.tabs.append(tab)

    def close_tab(self, first, second):
        if len(self.tabs) > 1:
            self._close(self.tabs.pop(first % len(self.tabs)))

    def edit_elsewhere(self, first, second, field="text"):
        """Ada, at the newest version, adds a word."""
        uuid_ = self.notes[first % len(self.notes)]
        note = FieldNote.objects.get(pk=uuid_)
        word = self.history.word(uuid_, self.ada.username)
        put_note(uuid=note.pk, content={field: f"{getattr(note, field)} {word}"}, by=self.ada,
                 base_version=note.version, device="desk")  # fmt: skip
        self.history.add("ok", word)

    def title_elsewhere(self, first, second):
        self.edit_elsewhere(first, second, "title")

    def decide(self, first, second):
        """Ada decides an open conflict for one side."""
        conflict = NoteConflict.objects.filter(note__in=self.notes, resolved_at=None).order_by("pk").first()
        if conflict is None:
            return
        note = FieldNote.objects.get(pk=conflict.note_id)
        text = conflict.mine["text"] if second % 2 else note.text
        try:
            resolve_conflict(conflict=conflict, content={"text": text}, by=self.ada, base_version=note.version)
        except Conflict:
            return

    def delete(self, first, second):
        note = FieldNote.objects.get(pk=self.notes[first % len(self.notes)])
        (undelete_note if note.deleted_at else delete_note)(note=note, by=self.ada)

    def clock(self, first, second):
        if tab := self._tab(first):
            years = (-20, -1, 1, 30)[second % 4]
            tab.set_clock(years * 365 * 24 * 3600 * 1000)

    def app_update(self, first, second):
        """A new version of the site is there, the browser looks for it, and perhaps somebody presses Update."""
        self.release()
        if tab := self._tab(first):
            with contextlib.suppress(Refused):
                tab.run("(await navigator.serviceWorker?.getRegistration())?.update().catch(() => {})")
            if second % 2 and tab.until(
                "return document.querySelector('[data-app-update]')?.checkVisibility()", seconds=1
            ):
                tab.press("Update")

    def new_note(self, first, second):
        tab = self._tab(first)
        if not tab or not tab.open(f"/field-notes/new/?case_study={self.case_study.slug}"):
            return
        report = self._report(tab)
        if report and report["uuid"] not in self.notes:
            self.notes.append(report["uuid"])

    # The end of every journey.

    def heal(self):
        """All is well again: everybody who was here signs in once, each open tab is looked at, and a page stays open
        until all is sent. Gives sentences about what never became well."""
        self.network_is_well(0, 0)
        found = []
        other = self.borrower if self.person == self.owner else self.owner
        for person in (self.person, *([other] if self.is_shared else [])):
            if not self.sign_in(person):
                found.append(f"STUCK: {person.username} cannot sign in")
                continue
            for tab in self.tabs:
                self._look_at(tab, person)
            found += self._all_sent(person)
        return found

    def _look_at(self, tab, person):
        report = self._report(tab)
        if not report or report["person"] != person.username:
            return
        tab.refuse_storage(False)
        tab.run("window.dispatchEvent(new Event('focus'))")
        end = time.monotonic() + HEALED_WITHIN_S
        while time.monotonic() < end:
            report = self.hear(tab)
            if not report or claim(report) == "ok" or report["state"] == "action-needed":
                return
            time.sleep(0.2)

    def _all_sent(self, person):
        tab = self.browser.tab()
        try:
            # Any page sends; a page of a note is needed for none.
            tab.open("/today/")
            waiting, since = None, time.monotonic()
            while time.monotonic() - since < HEALED_WITHIN_S:
                now = tab.run(WAITING, str(person.pk))
                if now != waiting:
                    waiting, since = now, time.monotonic()
                if not waiting or (time.monotonic() - since > SETTLED_S and not self._not_in_conflict(waiting)):
                    return []
                time.sleep(0.2)
            pages = [self._report(each) for each in (*self.tabs, tab)]
            return [f"STUCK: of {person.username} still waits {one}; {pages}" for one in self._not_in_conflict(waiting)]
        finally:
            self._close(tab)

    def _not_in_conflict(self, waiting):
        """Those that are in no open conflict, in which both texts are on the server until somebody decides."""
        conflicts = NoteConflict.objects.filter(resolved_at=None).values_list("note", flat=True)
        return [one for one in waiting if one.get("about") not in map(str, conflicts)]
