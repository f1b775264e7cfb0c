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
from tests.engines.websocket import Gone, Refused
from tests.factories.casestudies import note_content
from tests.fieldwork.history import WORD
from tests.waiting import PATIENCE_S

# How often each is drawn beside the others.
WEIGHTS = {
    "type": 26, "pause": 14, "save": 2, "reload": 1, "back": 1, "leave": 2, "kill": 2, "offline": 2, "online": 2,
    "requests are lost": 1, "answers are lost": 2, "answers are cut": 1, "network is well": 2, "network is slow": 1,
    "session ends": 1, "sign in again": 2, "another person": 1, "storage is full": 1, "open tab": 3, "close tab": 3,
    "edit elsewhere": 2, "title elsewhere": 1, "decide": 2, "delete": 1, "clock": 1, "new note": 1, "app update": 2,
}  # fmt: skip
MOST_TABS, PAUSE_S, SIGNED_IN_WITHIN_S = 3, 0.75, 20
REPORT = """const form = document.querySelector("form[data-note]");
if (!form) return null;
// A page of the server names the person, the shell too when it knows them.
const person = document.body.dataset.username ?? document.querySelector("[data-shell]")?.dataset.username;
if (!person) return null;
const value = (name) => form.elements[name]?.value ?? form.querySelector(`[name=${name}]`)?.value ?? "";
const bar = document.querySelector("[data-note-state]");
const isTyped = ["title", "text"].some((name) => form.elements[name]?.value !== form.elements[name]?.defaultValue);
return { uuid: form.dataset.uuid, person, isTyped,
  title: value("title"), text: value("text"), state: bar?.dataset.state ?? "",
  words: bar?.querySelector("[data-note-words]")?.textContent.replace(/\\s+/g, " ").trim() ?? "" };"""
WAITING = """const [names, waiting] = [(await indexedDB.databases()).map((one) => one.name), []];
for (const [name, table] of [["lipse-device", "drafts"], ["lipse-notes", "notes"]]) {
  if (!names.includes(name)) continue;
  const database = await new Promise((done, failed) => {
    const request = indexedDB.open(name);
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
  if (database.objectStoreNames.contains(table)) {
    const request = database.transaction(table).objectStore(table).getAll();
    const all = await new Promise((done) => (request.onsuccess = () => done(request.result)));
    // What was sent and needs a person to decide or to mend it is marked so.
    waiting.push(...all.filter((one) => String(one.person) === args[0] && !one.needs).map(({ sealed, ...one }) => one));
  }
  database.close();
}
return waiting;"""
FOCUS = "window.dispatchEvent(new Event('focus'))"
OFFERED = "return document.querySelector('[data-app-update]')?.checkVisibility()"
SIGNED_IN = "return document.readyState === 'complete' ? document.body.dataset.username || null : undefined;"
# The page after one that was marked as being left, and whom it names; without an answer it is one of the browser. Some
# engines show an empty page in between.
NEXT_PAGE = """const isHere = document.readyState === "complete" && location.href !== "about:blank";
return isHere && !globalThis.isBeingLeft && { username: document.body.dataset.username ?? null };"""
_NOT_HERE = ("not on this device", "could not", "cannot")


def claim(report):
    """What the bar of a page says of its text: "ok" (the server has it), "device", or None."""
    words = report["words"].lower()
    if (report["state"] == "saved" and words.startswith("saved")) or "both texts are saved" in words:
        return "ok"
    return "device" if "on this device" in words and not any(no in words for no in _NOT_HERE) else None


def is_at_rest(report):
    """Whether a page does nothing more by itself: all is stored, nothing was typed, or a person has to do something."""
    words, is_asking = report["words"], report["state"] == "action-needed"
    asks = "restored a text" in words or (is_asking and "being sent" not in words)
    if report["state"] == "" and not report["isTyped"]:
        # As the server sent it.
        return True
    return asks or claim(report) == "ok" or not WORD.search(f"{report['title']} {report['text']}")


class Fieldwork:
    """`fay` has the browser, `gus` borrows it, `ada` works elsewhere; all may write the notes of `case_study`."""

    def __init__(self, *, browser, server, case_study, fay, gus, ada, history, release):
        self.browser, self.case_study, self.history, self.release = browser, case_study, history, release
        self.people = {person.username: person for person in (fay, gus)}
        self.person, self.owner, self.borrower, self.ada = fay, fay, gus, ada
        self.proxy = Proxy(server.thread.port)
        browser.base = self.proxy.address
        self.tabs, self.is_shared = [], False
        # Steps that a page could not take, and what a browser said that ended by itself.
        self.refused, self.deaths = [], []
        self.first_note()

    def first_note(self):
        note = uuid.uuid4()
        word = self.history.word(str(note), self.ada.username)
        put_note(uuid=note, content=note_content(self.case_study, title="Quay", text=word), by=self.ada, device="desk")
        self.history.add("ok", word)
        self.notes = [str(note)]

    def begin(self):
        # Cookies know no port: this browser may still be signed in as the person of an earlier journey.
        Session.objects.all().delete()
        assert self.sign_in(self.owner, PATIENCE_S)
        self.open_tab(0)

    def close(self):
        for tab in self.tabs:
            self._close(tab)
        self.proxy.close()

    def _close(self, tab):
        with contextlib.suppress(Refused):
            tab.close()

    # Signing in and out, in a tab of its own.

    def sign_in(self, person, seconds=SIGNED_IN_WITHIN_S):
        """Whether this person is signed in now; the seconds are waited for a page that does not come."""
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
                tab.until(f"return (() => {{ {SIGNED_IN} }})() === null", seconds=seconds)
                tab.open("/accounts/login/")
            tab.run("document.querySelector('input[name=login]').focus()")
            tab.keys(person.username)
            tab.run("document.querySelector('input[name=password]').focus()")
            tab.run("globalThis.isBeingLeft = true")
            tab.keys(PASSWORD + "\n")
            done = (tab.until(NEXT_PAGE, seconds=seconds) or {}).get("username") == person.username
            self.person = person if done else self.person
            return bool(done)
        except Refused:
            return False
        finally:
            self._close(tab)

    def take(self, step):
        """One step (name, number, number). A page that is just being left, or a new one, cannot take it: nothing
        happens then. A browser that ends by itself is one that is killed."""
        name, first, second = step
        try:
            getattr(self, name.replace(" ", "_"))(first, second)
        except Refused:
            self.refused.append(step)
        except Gone as error:
            self._died(error)
            self.open_tab(first)

    def _died(self, error):
        self.deaths.append(str(error))
        self._start_again()
        self.sign_in(self.person)

    def _tab(self, number):
        return self.tabs[number % len(self.tabs)] if self.tabs else None

    def _report(self, tab):
        try:
            report = tab.run(REPORT)
        except Refused:
            return None
        # The page of a new note can come later than was waited for.
        if report and report["uuid"] not in self.notes:
            self.notes.append(report["uuid"])
        return report

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
        # As the links to a note that the server does not have, its address names the case study.
        note = self.notes[number % len(self.notes)]
        query = "" if FieldNote.objects.filter(pk=note).exists() else f"?case_study={self.case_study.slug}"
        return f"/field-notes/{note}/edit/{query}"

    def kill(self, first, second):
        """The browser is gone; it is started again, and the person signs in where that is possible."""
        self._start_again()
        if second % 4:
            self.sign_in(self.person)
        self.open_tab(first)

    def _start_again(self):
        self.browser.kill()
        self.browser.start()
        self.tabs = []

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
        note = FieldNote.objects.filter(pk=uuid_).first()
        if note is None:
            # One that was begun on the device and is not on the server yet.
            return
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
        note = FieldNote.objects.filter(pk=self.notes[first % len(self.notes)]).first()
        if note is None:
            return
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
        if (tab := self._tab(first)) and tab.open(f"/field-notes/new/?case_study={self.case_study.slug}"):
            self._report(tab)

    # The end of every journey.

    def heal(self):
        """All is well again: everybody who was here signs in once, each open tab is looked at, and a page stays open
        until all is sent. Gives sentences about what never became well."""
        try:
            return self._heal()
        except Gone as error:
            self._died(error)
            return self._heal()

    def _heal(self):
        self.network_is_well(0, 0)
        found = []
        other = self.borrower if self.person == self.owner else self.owner
        for person in (self.person, *([other] if self.is_shared else [])):
            # The first page may still go over a connection that the fault has cut.
            if not any(self.sign_in(person, PATIENCE_S) for _attempt in range(3)):
                found.append(f"STUCK: {person.username} cannot sign in")
                continue
            for tab in [tab for tab in self.tabs if (self._report(tab) or {}).get("person") == person.username]:
                found += self._looked_at(tab)
                # What an open page has, no other page sends.
                self.tabs.remove(tab)
                self._close(tab)
            found += self._all_sent(person)
        return found

    def _looked_at(self, tab):
        report, end = None, time.monotonic() + PATIENCE_S
        with contextlib.suppress(Refused):
            tab.refuse_storage(False)
            tab.run(FOCUS)
            while time.monotonic() < end:
                report = self.hear(tab)
                if not report or is_at_rest(report):
                    return []
                time.sleep(0.2)
        return [f"STUCK: a page goes on saying {report}"]

    def _all_sent(self, person):
        """Any page sends; a page of a note is needed for none. The first may go over a connection that was cut."""
        tab = self.browser.tab()
        waiting, end = ["its device says nothing"], time.monotonic() + PATIENCE_S
        try:
            tab.open("/today/")
            while waiting and time.monotonic() < end:
                try:
                    tab.run(FOCUS)
                    waiting = tab.run(WAITING, str(person.pk))
                except Refused:
                    tab.open("/today/")
                time.sleep(0.5 if waiting else 0)
            return [f"STUCK: of {person.username} still waits {one}" for one in waiting]
        finally:
            self._close(tab)
