"""`manage.py import_file`: one file into one dataset, in the foreground. docs/data-managers.md describes its output."""

import json
import sys
import time
from argparse import ArgumentParser
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.management.ready import ReadyCommand
from accounts.roles import AccessLevel
from imports import storage
from imports.actions import create_dataset, edit_dataset, receive_file
from imports.jobs.run import run_import
from imports.mapping import Definition, read_definition
from imports.models import Dataset, Import
from imports.problems import Refused
from imports.recipe import all_recipes, default_recipe, recipe_named
from imports.selectors import owner_of_command_line
from jobs.models import JobState
from jobs.watching import ProgressLine
from standards.json_values import JsonObject
from standards.translation import gettext as _
from standards.translation import gettext_noop

_COUNTS = ("rows", "created", "updated", "unchanged", "quarantined", "skipped")


class Command(ReadyCommand):
    help = gettext_noop("Import a file into a dataset. The last line of standard output is one JSON object.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path)
        parser.add_argument("--dataset", required=True, metavar="SLUG", help=_("a new slug creates a dataset"))
        parser.add_argument(
            "--access", choices=AccessLevel.values, help=_("of a dataset without rows; consortium by default")
        )
        parser.add_argument("--recipe", default="auto", help=_("the name of a recipe, or auto"))
        parser.add_argument("--linked-with", default="", metavar="SLUG", help=_("link a new dataset to this one"))
        parser.add_argument("--mapping", type=Path, metavar="FILE.json")
        parser.add_argument("--sheet", default="")
        parser.add_argument("--table", default="")
        parser.add_argument("--dry-run", action="store_true")

    def handle(self, *args: object, **options: object) -> None:
        began = time.monotonic()
        run: Import | None = None
        try:
            run = self._import(options)
            error = {"code": run.error_code, "message": run.error_message} if run.error_code else None
        except Refused as refused:
            error = {"code": refused.code, "message": refused.message}
        except ValidationError as invalid:
            error = {"code": "invalid", "message": " ".join(invalid.messages)}
        answer: JsonObject = {
            "import": run.pk if run else None,
            "state": str(run.job_state if run else JobState.REFUSED),
        }
        answer["result"] = str(run.result) if run else ""
        answer |= {name: (getattr(run, name) or 0) if run else 0 for name in _COUNTS}
        answer["seconds"] = round(time.monotonic() - began, 2)
        answer["findings"] = run.findings if run else []
        answer["personal"] = run.personal if run else []
        answer["needs_decision"] = bool(run and run.needs_decision)
        if error:
            answer["error"] = error
            self.stderr.write(error["message"])
        self.stdout.write(json.dumps(answer))
        self.stdout.flush()
        if error or answer["result"] not in (Import.Result.LOADED, Import.Result.CHECKED):
            sys.exit(1)

    def _import(self, options: JsonObject) -> Import:
        path: Path = options["path"]
        if not path.exists():
            raise Refused("no_such_file", _("There is no file %(path)s. Check the path.") % {"path": path})
        run = _receive(path, options)
        with ProgressLine(run, self.stderr):
            run_import(run.pk)
            # Another command with the same file, or a worker, may hold the import.
            while _is_active(run):
                time.sleep(0.5)
                run_import(run.pk)
        run.refresh_from_db()
        return run


@transaction.atomic
def _receive(path: Path, options: JsonObject) -> Import:
    """A new dataset is not kept where its file or its mapping is refused."""
    dataset = _dataset(options)
    definition = _definition(options["mapping"], dataset)
    reading_options = {name: options[name] for name in ("sheet", "table") if options[name]}
    if definition:
        reading_options = {
            name: value for name, value in definition.source.as_json().items() if value or value == 0
        } | reading_options
    return receive_file(
        dataset=dataset, chunks=storage.chunks_of(path), name=path.name, by=None, reading_options=reading_options,
        is_automatic=definition is None, is_dry_run=options["dry_run"], definition=definition, wake=False,
    )  # fmt: skip


def _is_active(run: Import) -> bool:
    run.refresh_from_db(fields=["state"])
    return run.is_active


def _dataset(options: JsonObject) -> Dataset:
    """The dataset with the slug; a new one if there is none."""
    names = [recipe.name for recipe in all_recipes()]
    wanted = options["recipe"]
    if wanted != "auto" and wanted not in names:
        text = _("There is no recipe %(name)s. The recipes are: %(names)s.")
        raise Refused("no_such_recipe", text % {"name": repr(wanted), "names": names})
    of_slug = Dataset.objects.filter(slug=options["dataset"])
    found = of_slug.first()
    if found is None:
        try:
            return _new_dataset(options)
        except ValidationError:
            # Another command may have created it at the same moment.
            found = of_slug.first()
            if found is None:
                raise
    if wanted not in ("auto", found.recipe):
        text = _("The dataset contains %(recipe)s; %(wanted)s cannot be imported into it.")
        raise Refused("other_recipe", text % {"recipe": found.recipe, "wanted": wanted})
    return _with_access(found, options["access"])


def _with_access(dataset: Dataset, access: str | None) -> Dataset:
    """The access that the command names applies until there are rows: an earlier file may have been refused."""
    if not access or dataset.access == access:
        return dataset
    if dataset.record_count:
        text = _("The access of this dataset is %(access)s. Change it on the page of the dataset.")
        raise Refused("other_access", text % {"access": dataset.access})
    return edit_dataset(dataset=dataset, by=None, access=access, narrative_access=access)


def _new_dataset(options: JsonObject) -> Dataset:
    slug, linked, wanted = options["dataset"], _linked(options["linked_with"]), options["recipe"]
    return create_dataset(
        slug=slug, title=slug.replace("-", " ").capitalize(), by=None, linked_with=linked,
        organisation=linked.organisation if linked else owner_of_command_line(),
        recipe=default_recipe().name if wanted == "auto" else wanted,
        access=options["access"] or AccessLevel.CONSORTIUM,
        narrative_access=options["access"] or AccessLevel.CONSORTIUM,
    )  # fmt: skip


def _linked(slug: str) -> Dataset | None:
    found = Dataset.objects.filter(slug=slug).first() if slug else None
    if slug and found is None:
        raise Refused("no_such_dataset", _("There is no dataset %(slug)s to link to.") % {"slug": repr(slug)})
    return found


def _definition(path: Path | None, dataset: Dataset) -> Definition | None:
    recipe = recipe_named(dataset.recipe)
    if path is None or recipe is None:
        return None
    try:
        written = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        text = _("The mapping %(path)s cannot be read: %(reason)s.")
        raise Refused("bad_mapping", text % {"path": path, "reason": error}) from error
    return read_definition(written, recipe, latest_year=timezone.now().year)
