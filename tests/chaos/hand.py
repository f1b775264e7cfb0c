"""The person of a chaos run, in a process of their own: one JSON command a line in, one JSON answer a line out.

What a person does must survive what the site survives: every command waits for services that are being restarted.
"""

import hashlib
import io
import json
import os
import sys
import time
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lipse_site.settings")
django.setup()

from django.conf import settings  # noqa: E402 -- Django is set up first
from django.db import DatabaseError, InterfaceError, connections, transaction  # noqa: E402

from accounts import actions as people  # noqa: E402
from accounts.models import Organisation, User  # noqa: E402
from accounts.roles import Role  # noqa: E402
from casestudies.actions.cases import create_case_study  # noqa: E402
from casestudies.models import CaseStudy  # noqa: E402
from exports.actions import start_export  # noqa: E402
from exports.asked import view_of  # noqa: E402
from exports.jobs import EXPORTS  # noqa: E402
from exports.models import Export  # noqa: E402
from exports.writers import WRITERS, write_table  # noqa: E402
from imports.actions import create_dataset, receive_file, replay_import, retry_import, undo_import  # noqa: E402
from imports.models import Dataset, Import, QuarantinedRow  # noqa: E402
from imports.problems import Refused  # noqa: E402
from imports.storage import chunks_of  # noqa: E402
from jobs.tasks import wake_worker  # noqa: E402
from lipse_site.backups.database import arguments  # noqa: E402
from tests.chaos.state import contents_of, leftovers, state_of  # noqa: E402
from tests.prepared import VARIABLE, restore  # noqa: E402

PATIENCE_SECONDS = 60


def prepare():
    # Asking for it starts it.
    connections["default"].ensure_connection()
    restore(Path(os.environ[VARIABLE]), **arguments())
    if not Organisation.objects.filter(slug="alpha-university").exists():
        alpha = people.create_organisation(slug="alpha-university", name="Alpha", country="NL", by=None)
        bob = people.create_person(username="bob", email="bob@example.org", password="correct-horse-battery", by=None)
        people.set_roles(person=bob, organisation=alpha, roles=[Role.DATA_MANAGER], by=None)
    return True


def receive(slug, path, wake=True):
    """A file into a dataset, which is made where it is missing."""
    dataset = Dataset.objects.filter(slug=slug).first() or create_dataset(
        slug=slug, title=slug.title(), organisation=Organisation.objects.get(slug="alpha-university"), by=bob()
    )
    path = Path(path)
    return receive_file(
        dataset=dataset, chunks=chunks_of(path), name=path.name, by=bob(), is_automatic=True, wake=wake
    ).pk  # fmt: skip


def mend(run):
    """Every other bad date is put right."""
    rows = list(QuarantinedRow.objects.filter(import_run=run).order_by("record"))[::2]
    for row in rows:
        row.repaired = [cell.replace("2019-33", "2019-03") for cell in row.cells]
    QuarantinedRow.objects.bulk_update(rows, ["repaired"])
    return len(rows)


def replay(run):
    return _asked(replay_import, run)


def undo(run):
    return _asked(undo_import, run)


def retry(run):
    return _asked(retry_import, run)


def _asked(action, run):
    """Asked for once, however often the answer got lost."""
    found = Import.objects.get(pk=run)
    if not found.is_active:
        action(run=found, by=bob())
    return run


def wake(run, times):
    """The same message many times."""
    job = Import.objects.get(pk=run)
    for _ in range(times):
        wake_worker(job)
    return times


def state(slug):
    return state_of(slug)


def contents(slug):
    return contents_of(slug)


def token():
    """A bearer string of Bob's."""
    return people.create_token(person=bob(), label="machines", scope="write", by=None)[1]


def publish(slug):
    """A dataset that everybody may see, made without a web server."""
    alpha = Organisation.objects.get(slug="alpha-university")
    return create_dataset(slug=slug, title=slug.title(), organisation=alpha, by=None, access="public").pk


def fieldworkers(number):
    """So many people who write notes, and the case study they write them in: [tokens, slug of the case study]."""
    alpha = Organisation.objects.get(slug="alpha-university")
    tokens = []
    for name in (f"fay{one}" for one in range(number)):
        person = User.objects.filter(username=name).first() or people.create_person(
            username=name, email=f"{name}@example.org", password="correct-horse-battery", by=None
        )
        people.set_roles(person=person, organisation=alpha, roles=[Role.FIELDWORKER], by=None)
        tokens.append(people.create_token(person=person, label="intake", scope="write", by=None)[1])
    case_study = CaseStudy.objects.filter(organisation=alpha).first() or create_case_study(
        by=person, organisation=alpha, values={"working_title": "Quays", "country": "NL", "abstract": "Quays."}
    )
    return [tokens, case_study.slug]


def export(query, fmt):
    """A file of a list, made by a worker."""
    return start_export(query=query, fmt=fmt, by=bob()).pk


def exported(export):
    """Digest and number of rows of the same file, made at once."""
    found = Export.objects.get(pk=export)
    view = view_of(found.query, bob())
    file = io.BytesIO()
    rows = write_table(WRITERS[found.format], view.exported(view.request).table, file)
    return [hashlib.sha256(file.getvalue()).hexdigest(), rows]


def export_left():
    """Files of exports that no finished export names, after the reconciler has looked."""
    EXPORTS.tidy()
    named = set(Export.objects.values_list("file_name", flat=True))
    return sorted(path.name for path in settings.EXPORTS_DIR.glob("*") if path.name not in named)


def left():
    return leftovers(Path(settings.MEDIA_ROOT))


def bob():
    return User.objects.get(username="bob")


COMMANDS = {
    f.__name__: f
    for f in (
        prepare, receive, mend, replay, undo, retry, wake, state, contents, token, publish, fieldworkers, left, export,
        exported, export_left,
    )
}  # fmt: skip


def done(name, arguments):
    if name == "prepare":
        return {"answer": prepare()}
    end = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            with transaction.atomic():
                return {"answer": COMMANDS[name](**arguments)}
        except Refused as refused:
            return {"refused": refused.code, "message": refused.message}
        except (DatabaseError, InterfaceError):
            connections.close_all()
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


def main():
    for line in sys.stdin:
        order = json.loads(line)
        print(json.dumps(done(order.pop("do"), order)), flush=True)  # noqa: T201 -- it is the answer


if __name__ == "__main__":
    main()
