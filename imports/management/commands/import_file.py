"""`manage.py import_file`: one file into one dataset, in the foreground. docs/data-managers.md describes its output."""

import json
import sys
import time
from argparse import ArgumentParser
from dataclasses import replace
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.management.ready import ReadyCommand
from accounts.roles import AccessLevel
from accounts.slugs import OF_ADDRESSES
from imports import storage
from imports.actions import create_dataset, edit_dataset, receive_file, start_import
from imports.folder import as_file
from imports.jobs.propose import proposal
from imports.jobs.run import run_import
from imports.left_out import described_part
from imports.mapping import RECORD_NUMBER, ROW_HASH, Definition, read_definition
from imports.models import Dataset, Import
from imports.problems import Refused
from imports.readers.table import DELIMITERS, QUOTES, chosen_options
from imports.recipe import AUTO, Recipe, all_recipes, default_recipe, recipe_named
from imports.selectors import owner_of_command_line
from imports.selectors.values import undecided_of
from imports.sniff.profile import Column
from imports.value_maps import MappedValue, named, undecided, with_choices
from jobs.models import JobState
from jobs.watching import ProgressLine
from standards.json_values import JsonObject
from standards.translation import gettext as _
from standards.translation import gettext_noop

_LOAD, _EMPTY, _ASK = "load", "empty", "ask"
_WHOLE_ROW, _ROW_NUMBER = "whole-row", "row-number"
_COUNTS = ("rows", "created", "updated", "unchanged", "quarantined", "skipped")


class Command(ReadyCommand):
    help = gettext_noop("Import a file into a dataset. The last line of standard output is one JSON object.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, help=_("a file, or a folder of letters"))
        parser.add_argument("--dataset", required=True, metavar="SLUG", help=_("a new slug creates a dataset"))
        parser.add_argument(
            "--access", choices=AccessLevel.values, help=_("of a dataset without rows; consortium by default")
        )
        parser.add_argument("--recipe", default=AUTO, help=_("the name of a recipe, or auto"))
        parser.add_argument("--linked-with", default="", metavar="SLUG", help=_("link a new dataset to this one"))
        parser.add_argument("--mapping", type=Path, metavar="FILE.json")
        parser.add_argument("--sheet", default="")
        parser.add_argument("--table", default="")
        parser.add_argument("--member", default="", help=_("a file of an archive"))
        parser.add_argument("--encoding", default="", help=_("of a text, such as utf-8, windows-1252 or iso-8859-2"))
        parser.add_argument(
            "--delimiter", type=_delimiter, choices=[mark for mark, _name in DELIMITERS], default="", metavar="MARK",
            help=_("between cells: , ; | or tab"),
        )  # fmt: skip
        parser.add_argument(
            "--quote", choices=[mark for mark, _name in QUOTES], default="", metavar="MARK",
            help=_("around cells: \" or ' or none"),
        )  # fmt: skip
        parser.add_argument("--header-row", type=int, metavar="ROW", help=_("as a spreadsheet counts; 0 for none"))
        parser.add_argument("--header-rows", type=int, choices=(1, 2, 3), help=_("rows that name the columns together"))
        parser.add_argument("--footer", choices=("keep",), default="", help=_("read totals and notes below as rows"))
        parser.add_argument("--periods", choices=("rows",), default="", help=_("read a row for each year or period"))
        parser.add_argument(
            "--value", action="append", default=[], metavar="FIELD:WORD=VALUE",
            help=_("what a value of the file means; nothing after = leaves it empty. Can be repeated"),
        )  # fmt: skip
        parser.add_argument(
            "--undecided", choices=(_LOAD, _EMPTY, _ASK), default=_LOAD,
            help=_("values that nobody decided: load without a meaning, decide on empty, or stop before loading"),
        )  # fmt: skip
        parser.add_argument(
            "--identifier", default="", metavar="COLUMNS",
            help=_("what identifies a row: a column, columns with commas between, %(row)s or %(number)s")
            % {"row": _WHOLE_ROW, "number": _ROW_NUMBER},
        )  # fmt: skip
        parser.add_argument(
            "--fixed", action="append", default=[], metavar="FIELD=VALUE",
            help=_("a field that has the same value in every row. Can be repeated"),
        )  # fmt: skip
        parser.add_argument("--dry-run", action="store_true")

    def handle(self, *args: object, **options: object) -> None:
        began = time.monotonic()
        self.run: Import | None = None
        self.undecided: list[MappedValue] = []
        error = None
        try:
            self._import(options)
        except Refused as refused:
            error = {"code": refused.code, "message": refused.message}
        except ValidationError as invalid:
            error = {"code": "invalid", "message": " ".join(invalid.messages)}
        run = self.run
        if run and run.error_code:
            error = {"code": run.error_code, "message": run.error_message}
        answer = self._answer(run)
        answer["seconds"] = round(time.monotonic() - began, 2)
        if error:
            answer["error"] = error
            self.stderr.write(error["message"])
        self.stdout.write(json.dumps(answer))
        self.stdout.flush()
        if error or answer["result"] not in (Import.Result.LOADED, Import.Result.CHECKED):
            sys.exit(1)

    def _answer(self, run: Import | None) -> JsonObject:
        counts = {name: (getattr(run, name) or 0) if run else 0 for name in _COUNTS}
        waiting = self.undecided or (undecided_of(run) if run else [])
        return {
            "import": run.pk if run else None,
            "state": str(run.job_state if run else JobState.REFUSED),
            "result": str(run.result) if run else "",
            "recipe": run.recipe if run else "",
            **counts,
            "delivered": (run.delivered or 0) if run else 0,
            "left_out": [part | {"sentence": described_part(part)} for part in run.left_out] if run else [],
            "choices": run.understanding.get("choices", {}) if run else {},
            "notes": run.notes if run else [],
            "findings": run.findings if run else [],
            "personal": run.personal if run else [],
            "undecided": [{"field": v.field, "column": v.column, "word": v.word, "rows": v.rows} for v in waiting],
            "needs_decision": bool(waiting or (run and run.needs_decision)),
        }

    def _import(self, options: JsonObject) -> None:
        path: Path = options["path"]
        if not path.exists():
            raise Refused("no_such_file", _("There is no file %(path)s. Check the path.") % {"path": path})
        chosen = _chosen(options["value"])
        is_asked = bool(chosen or options["identifier"] or options["fixed"]) or options["undecided"] != _LOAD
        self.run, written = _receive(path, options, is_mapped_later=is_asked)
        with ProgressLine(self.run, self.stderr):
            _run(self.run)
            if self.run.state == Import.State.UNDERSTOOD:
                self._decide(self.run, written, options, chosen)
                _run(self.run)

    def _decide(
        self, run: Import, written: Definition | None, options: JsonObject, chosen: dict[str, dict[str, str]]
    ) -> None:
        """Start the import with its mapping and what the command decides. With `--undecided ask` it waits for a mapping
        while a value is not decided."""
        recipe = recipe_named(run.recipe)
        if recipe is None:
            return
        columns = [Column.of(found) for found in run.understanding["columns"]]
        known = _answered(written or proposal(run, recipe).definition, recipe, options)
        definition = with_choices(known, recipe, chosen)
        open_ones = undecided(columns, definition, recipe)
        if open_ones and options["undecided"] == _ASK:
            self.undecided = open_ones
            text = _("Not decided: %(values)s. Say with --value what they mean, or leave them empty.")
            raise Refused("values_undecided", text % {"values": named(open_ones)})
        if options["undecided"] == _EMPTY:
            definition = with_choices(definition, recipe, {}, open_ones)
        start_import(run=run, definition=definition, by=None, is_dry_run=options["dry_run"])


def _delimiter(written: str) -> str:
    return "\t" if written in ("tab", "\\t") else written


def _run(run: Import) -> None:
    """Run the import until it ends or waits. Another command with the same file, or a worker, may hold it."""
    run_import(run.pk)
    while _is_active(run):
        time.sleep(0.5)
        run_import(run.pk)
    run.refresh_from_db()


def _answered(definition: Definition, recipe: Recipe, options: JsonObject) -> Definition:
    """The definition with the row identifier and the fixed values of the command."""
    fields: JsonObject = {}
    for text in options["fixed"]:
        name, equals, value = text.partition("=")
        if not (name and equals and value):
            raise Refused("bad_value", _("%(text)s is not of the form FIELD=VALUE.") % {"text": repr(text)})
        fields[name] = {"constant": value}
    if named := options["identifier"]:
        parts = [part.strip() for part in named.split(",")]
        from_ = {_WHOLE_ROW: ROW_HASH, _ROW_NUMBER: RECORD_NUMBER}.get(named)
        fields["reference"] = (
            {"from": from_} if from_ else {"columns": parts} if len(parts) > 1 else {"column": parts[0]}
        )
    answers = read_definition({"fields": fields}, recipe, latest_year=definition.latest_year)
    return replace(definition, rules={**definition.rules, **answers.rules})


def _chosen(written: list[str]) -> dict[str, dict[str, str]]:
    """Field to value in the file to canonical value, from arguments like `finding:Reasonable Redress=not-upheld`."""
    chosen: dict[str, dict[str, str]] = {}
    for text in written:
        field, colon, rest = text.partition(":")
        word, equals, value = rest.rpartition("=")
        if not (colon and equals and field and word):
            message = _("%(text)s is not of the form FIELD:WORD=VALUE.") % {"text": repr(text)}
            raise Refused("bad_value", message)
        chosen.setdefault(field, {})[word] = value
    return chosen


@transaction.atomic
def _receive(path: Path, options: JsonObject, *, is_mapped_later: bool) -> tuple[Import, Definition | None]:
    """The import, and the mapping of the command. A new dataset is not kept where its file or its mapping is refused.
    is_mapped_later: the file is read first, because values are to be decided."""
    dataset = _dataset(options)
    definition = _definition(options["mapping"], dataset)
    reading_options = chosen_options(options)
    if definition:
        reading_options = {
            name: value for name, value in definition.source.as_json().items() if value or value == 0
        } | reading_options
    with as_file(path) as file:
        run = receive_file(
            dataset=dataset, chunks=storage.chunks_of(file), name=file.name, by=None, reading_options=reading_options,
            is_automatic=definition is None and not is_mapped_later, is_dry_run=options["dry_run"],
            definition=None if is_mapped_later else definition, wake=False,
        )  # fmt: skip
    return run, definition


def _is_active(run: Import) -> bool:
    run.refresh_from_db(fields=["state"])
    return run.is_active


def _dataset(options: JsonObject) -> Dataset:
    """The dataset with the slug; a new one if there is none."""
    names = [recipe.name for recipe in all_recipes()]
    wanted = options["recipe"] = _recipe_of_mapping(options)
    if wanted != AUTO and wanted not in names:
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
    if found.recipe == AUTO and wanted != AUTO:
        found = edit_dataset(dataset=found, by=None, recipe=wanted)
    if wanted not in (AUTO, found.recipe):
        text = _("The dataset contains %(recipe)s; %(wanted)s cannot be imported into it.")
        raise Refused("other_recipe", text % {"recipe": found.recipe, "wanted": wanted})
    return _with_access(found, options["access"])


def _recipe_of_mapping(options: JsonObject) -> str:
    """The recipe that is wanted; a mapping for a dataset whose recipe nobody chose is of the usual one."""
    known = (
        Dataset.objects.filter(slug=options["dataset"]).exclude(recipe=AUTO).values_list("recipe", flat=True).first()
    )
    is_open = options["recipe"] == AUTO and options["mapping"] and not known
    return default_recipe().name if is_open else options["recipe"]


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
    if slug in OF_ADDRESSES:
        # It would be numbered, and the next file would not find it.
        text = _("%(slug)s is the address of a page. Choose another slug.")
        raise Refused("slug_of_a_page", text % {"slug": repr(slug)})
    return create_dataset(
        slug=slug, title=slug.replace("-", " ").capitalize(), by=None, linked_with=linked,
        organisation=linked.organisation if linked else owner_of_command_line(),
        recipe=wanted,
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
