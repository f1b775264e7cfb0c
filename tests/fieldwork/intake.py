"""A site that takes in notes, forms and files from several people at once while its processes are killed."""

import contextlib
import hashlib
import http.client
import json
import random
import signal
import socket
import threading
import time
import uuid
from collections import Counter

from tests.chaos.site import Site, children_of, stop

# What can be killed. "web" is a process that answers requests, "long web" the one for those that take long.
TARGETS = ("postmaster", "web", "long web", "web parent", "worker child", "worker parent", "broker", "clock", "keeper")
WEB_PROCESSES, ANSWERS_WITHIN_S = 2, 20
# 503 says that nothing was done.
NOTHING_DONE = 503


class IntakeSite(Site):
    """A Site with a web server; `web_children` are its processes by their role."""

    def __init__(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        super().__init__(
            LIPSE_HOST="127.0.0.1", LIPSE_PORT=str(self.port), LIPSE_WEB_PROCESSES=str(WEB_PROCESSES),
            LIPSE_API_LIMIT="10000000", LIPSE_API_LIMIT_ANONYMOUS="10000000", LIPSE_LOG_LEVEL="WARNING",
        )  # fmt: skip
        self.roles = {}

    def parts(self):
        web = ("-m", "gunicorn", "--config", "python:lipse_site.gunicorn", "lipse_site.wsgi")
        return {"web": web} | super().parts()

    def web_children(self):
        """{pid: "web" or "long web"}: the process for long requests is made last, and a new one has the role of the
        one that is gone."""
        parent = self.processes["web"].pid
        now = sorted(children_of(parent))
        kept = {pid: role for pid, role in self.roles.items() if pid in now}
        if len(now) != WEB_PROCESSES + 1:
            return kept
        fresh = [pid for pid in now if pid not in kept]
        missing = Counter({"web": WEB_PROCESSES, "long web": 1}) - Counter(kept.values())
        self.roles = kept | dict(zip(fresh, sorted(missing.elements(), reverse=True), strict=True))
        return self.roles

    def kill(self, target, chance=random):
        if target == "web parent":
            return stop(self.processes["web"].pid, signal.SIGKILL)
        if target in ("web", "long web"):
            pids = [pid for pid, role in self.web_children().items() if role == target]
            return stop(chance.choice(pids), signal.SIGKILL) if pids else 0
        return super().kill(target, chance)

    def ask_web(self, method, path, token, body=None, kind="application/json"):
        """Status and JSON; (0, None) where no answer came."""
        server = http.client.HTTPConnection("127.0.0.1", self.port, timeout=ANSWERS_WITHIN_S)
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        if body is not None:
            headers["Content-Type"] = kind
            body = body if isinstance(body, bytes) else json.dumps(body).encode()
        try:
            with contextlib.closing(server):
                server.request(method, path, body, headers)
                answer = server.getresponse()
                return answer.status, json.loads(answer.read() or b"null")
        except (OSError, http.client.HTTPException, ValueError):
            return 0, None

    def answers(self):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
            return self.ask_web("GET", "/api/v1/case-studies/", "")[0] in (200, 401, 403)
        return False


class Writer(threading.Thread):
    """A person's device: sends each note, form and file until it is acknowledged, and writes down what it was told."""

    def __init__(self, site, token, case_study, record, ended):
        super().__init__(daemon=True)
        self.site, self.token, self.case_study, self.record, self.ended = site, token, case_study, record, ended
        self.acknowledged, self.tries, self.wrong = 0, 0, []

    def run(self):
        number = 0
        while not (self.ended.is_set() or self.wrong):
            note = str(uuid.uuid4())
            if self._note(note) and number % 5 == 0:
                self._file(note)
            if number % 5 == 1:
                self._form()
            number += 1

    def _note(self, note):
        text = f"Written as {note}."
        body = {"case_study": self.case_study, "event": None, "kind": "observation", "title": "Quay", "text": text}
        status, answer = self._until_acknowledged("note", note, "PUT", f"/api/v1/field-notes/{note}/", body)
        if status in (200, 201) and answer["sha256"] != hashlib.sha256(text.encode()).hexdigest():
            self.wrong.append(f"The receipt of note {note} has another hash.")
        return status in (200, 201)

    def _file(self, note):
        data = f"%PDF-1.4 of {note}".encode()
        sha256 = hashlib.sha256(data).hexdigest()
        path = f"/api/v1/attachments/{sha256}/?note={note}&name=plan.pdf"
        self._until_acknowledged("file", sha256, "PUT", path, data, "application/pdf")

    def _form(self):
        """A new case study. Its address is chosen here, so one that was made before an answer was lost is known."""
        slug = f"quay-{uuid.uuid4()}"
        body = {"working_title": slug, "country": "NL", "abstract": "Quays.", "slug": slug}
        self._until_acknowledged("form", slug, "POST", "/api/v1/case-studies/", body, taken=400)

    def _until_acknowledged(self, kind, name, method, path, body, media="application/json", taken=None):
        """The last answer; `taken` is the status that says that an earlier try was carried out."""
        self.record.add("invoke", kind, name)
        is_unknown = False
        while True:
            self.tries += 1
            status, answer = self.site.ask_web(method, path, self.token, body, media)
            if status in (200, 201) or (is_unknown and status == taken):
                self.record.add("ok", kind, name)
                self.acknowledged += 1
                return status, answer
            if status not in (0, 500, 502, NOTHING_DONE):
                self.wrong.append(f"{method} {path}: {status} {answer}")
                return status, answer
            is_unknown = is_unknown or status != NOTHING_DONE
            if self.ended.is_set():
                return status, answer
            time.sleep(0.05)


class Record:
    """Lines outside the system: what was begun, and what was acknowledged."""

    def __init__(self, path):
        self.file, self.lock = path.open("w"), threading.Lock()
        self.begun, self.acknowledged = set(), set()

    def add(self, what, kind, name):
        with self.lock:
            self.file.write(json.dumps([what, kind, name]) + "\n")
            self.file.flush()
            (self.begun if what == "invoke" else self.acknowledged).add((kind, name))

    def close(self):
        self.file.close()


def losses(site, record):
    """What was acknowledged and is not there once, or is there and was never sent."""
    stored = {
        "note": "SELECT n.uuid::text, count(v.id) FROM casestudies_fieldnote n JOIN casestudies_fieldnoteversion v"
                " ON v.note_id = n.uuid GROUP BY n.uuid",
        "form": "SELECT slug, count(*) FROM casestudies_casestudy WHERE slug LIKE 'quay-%%' GROUP BY slug",
        "file": "SELECT sha256, count(u.id) FROM casestudies_attachment a JOIN casestudies_noteattachment u"
                " ON u.attachment_id = a.id GROUP BY a.id",
    }  # fmt: skip
    found = []
    for kind, sql in stored.items():
        rows = dict(site.rows(sql))
        wanted = {name for what, name in record.acknowledged if what == kind}
        begun = {name for what, name in record.begun if what == kind}
        found += [f"LOST: acknowledged {kind} {name}" for name in wanted - rows.keys()]
        found += [f"DOUBLED: {kind} {name} is there {times} times" for name, times in rows.items() if times != 1]
        found += [f"UNKNOWN: {kind} {name} was never sent" for name in rows.keys() - begun]
    wrong = site.rows("SELECT uuid FROM casestudies_fieldnote WHERE sha256 <> encode(sha256(text::bytea), 'hex')")
    return found + [f"HASH: note {uuid_}" for (uuid_,) in wrong]
