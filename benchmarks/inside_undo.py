"""`python -m benchmarks inside_undo IMPORT`: undo a loaded import in this process, with its peak memory in MB."""

import json

from accounts import actions as accounts
from accounts.models import User
from accounts.roles import Role
from benchmarks.memory import peak_mb
from imports.actions import undo_import
from imports.jobs.run import run_import
from imports.models import Import


def main(arguments: list[str]) -> int:
    run = Import.objects.select_related("dataset__organisation").get(pk=int(arguments[0]))
    person = User.objects.filter(username="undoes").first()
    if person is None:
        person = accounts.create_person(
            username="undoes", email="undoes@example.org", name="Undoes", password="a" * 20, by=None
        )
        organisation = run.dataset.organisation
        accounts.set_roles(person=person, organisation=organisation, roles=[Role.DATA_MANAGER], by=None)
    undo_import(run=run, by=person)
    run_import(run.pk)
    run.refresh_from_db()
    print(json.dumps({"state": run.state, "notes": run.notes, "peak_mb": peak_mb()}))
    return 0 if run.state == Import.State.UNDONE else 1
