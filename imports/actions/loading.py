"""Create and edit datasets, and start imports."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Organisation, User
from accounts.slugs import beside_hidden, numbered
from imports import policies, storage
from imports.actions.languages import read_again as read_rows_again
from imports.actions.languages import say_language
from imports.actions.locking import locked_import, save_active
from imports.actions.privacy import Decision, apply_decision, check_is_decided, forget_decision
from imports.jobs.propose import constants_of, kept_mapping
from imports.jobs.receive import begin_import
from imports.mapping import Definition, check_complete, read_definition
from imports.models import Dataset, Import, SourcedTarget
from imports.naming import title_of_file
from imports.problems import Refused
from imports.recipe import AUTO, Recipe, all_recipes, default_recipe, recipe_named
from imports.selectors.personal import check_may_be_shown
from imports.sent_rows import FILE_NAME, as_file, definition_by_names
from imports.sniff.profile import Column
from imports.value_maps import named, undecided
from jobs.tasks import wake_worker
from rest.problems import Conflict
from rest.vocabularies import CUTS
from standards.json_values import JsonObject

EDITABLE = frozenset(
    ["title", "description", "office", "country", "language", "licence", "source", "retrieved_on", "update_rhythm",
     "access", "narrative_access", "counts_access", "disclosure_threshold", "codebook", "first_year", "last_year",
     "linked_with", "inbox", "inbox_rule", *CUTS]
)  # fmt: skip


@transaction.atomic
def create_dataset(
    *, slug: str, title: str, organisation: Organisation, by: User | None, recipe: str = "",
    shared_with: Iterable[Organisation] = (), is_fictional: bool = False, **values: Any,
) -> Dataset:  # fmt: skip
    """Create an empty dataset. by: None is the command line, whose user owns the machine."""
    if by is not None:
        policies.check_can_manage_dataset(by, Dataset(organisation=organisation))
    recipe = recipe or default_recipe().name
    _check_recipe(recipe)
    dataset = Dataset(
        slug=_beside_hidden(slug, by), title=title, organisation=organisation, recipe=recipe,
        is_fictional=is_fictional, **values,
    )  # fmt: skip
    if dataset.language:
        say_language(dataset, dataset.language)
    _check_linked(dataset)
    _save_new(dataset)
    dataset.shared_with.set(shared_with)
    audit.record("dataset.created", by=by, target=dataset, slug=dataset.slug, access=dataset.access)
    return dataset


def _beside_hidden(slug: str, by: User | None) -> str:
    """The command line sees every dataset."""
    taken = set(Dataset.objects.values_list("slug", flat=True))
    seen = taken if by is None else set(Dataset.objects.visible_to(by).values_list("slug", flat=True))
    return beside_hidden(slug, taken=taken, seen=seen)


def _save_new(dataset: Dataset) -> None:
    """Save; if another person creates the same slug at this moment, raise the same ValidationError as a moment
    later."""
    dataset.full_clean()
    try:
        with transaction.atomic():
            dataset.save()
    except IntegrityError:
        dataset.full_clean()
        raise


@transaction.atomic
def edit_dataset(
    *, dataset: Dataset, by: User | None, shared_with: Iterable[Organisation] | None = None, **values: Any
) -> Dataset:
    """Change the description of a dataset, or who can see it. by: None is the command line."""
    dataset = Dataset.objects.select_for_update().get(pk=dataset.pk)
    if by is not None:
        policies.check_can_manage_dataset(by, dataset)
    _check_editable(dataset, values)
    was_linked_with, was_language = dataset.linked_with_id, dataset.language
    if values.get("language", was_language) != was_language:
        say_language(dataset, values["language"])
    for name, value in values.items():
        setattr(dataset, name, value)
    if dataset.linked_with_id != was_linked_with:
        _check_linked(dataset)
    check_may_be_shown(dataset)
    dataset.full_clean()
    dataset.save()
    if shared_with is not None:
        dataset.shared_with.set(shared_with)
    if dataset.language != was_language and _is_searched(dataset):
        read_rows_again(dataset=dataset, by=by)
    audit.record("dataset.edited", by=by, target=dataset, fields=sorted(values))
    return dataset


def _check_editable(dataset: Dataset, values: Mapping[str, object]) -> None:
    """The recipe can be chosen while the first file would decide it."""
    is_open = dataset.recipe == AUTO
    if unknown := set(values) - EDITABLE - ({"recipe"} if is_open else set()):
        raise ValidationError(
            _("%(unknown)s cannot be changed.") % {"unknown": sorted(unknown)[0]}, code="not_editable"
        )
    if "recipe" in values:
        _check_recipe(str(values["recipe"]))


def _is_searched(dataset: Dataset) -> bool:
    """Whether the dataset has rows, now or soon, that the search reads in its language."""
    recipe = recipe_named(dataset.recipe)
    return recipe is not None and recipe.search is not None and dataset.imports.exists()


def receive_file(
    *, dataset: Dataset, chunks: Iterable[bytes], name: str, by: User | None,
    reading_options: Mapping[str, object] | None = None, is_automatic: bool = False,
    is_dry_run: bool = False, definition: Definition | None = None, wake: bool = True,
) -> Import:  # fmt: skip
    """Store an uploaded file and begin its import. If the same import is already running, that one is returned. Raises
    Refused for a file that cannot be stored."""
    if by is not None:
        policies.check_can_manage_dataset(by, dataset)
    sha256, size = storage.store(chunks)
    run, _is_new = _begin(
        dataset=dataset, sha256=sha256, size=size, name=name, by=by, reading_options=reading_options,
        is_automatic=is_automatic, is_dry_run=is_dry_run, definition=definition, wake=wake,
    )  # fmt: skip
    return run


def receive_rows(
    *, dataset: Dataset, rows: Sequence[JsonObject], by: User, definition: Definition | None = None,
    is_dry_run: bool = False, all_or_nothing: bool = False, key: str = "",
) -> tuple[Import, bool]:  # fmt: skip
    """Store rows that a program sent as a file and begin its import; and whether it is new. Without a definition the
    members are named as fields. A request with the same key is the same import, whatever became of it. Raises Refused
    for rows that cannot be loaded, Conflict where the key was that of another request."""
    policies.check_can_manage_dataset(by, dataset)
    recipe = recipe_named(dataset.recipe)
    if recipe is None:
        raise Refused("no_recipe", _("The dataset has no recipe yet. Choose it before you send rows."))
    if definition is None:
        constants = constants_of(dataset, recipe)
        definition = definition_by_names(rows, recipe, constants=constants, latest_year=timezone.now().year)
    sha256, size = storage.store([as_file(rows)])
    with transaction.atomic():
        Dataset.objects.select_for_update().get(pk=dataset.pk)
        known = dataset.imports.filter(created_by=by, request_key=key).first() if key else None
        if known is None:
            return _begin(
                dataset=dataset, sha256=sha256, size=size, name=FILE_NAME, by=by, request_key=key,
                definition=definition, is_dry_run=is_dry_run, all_or_nothing=all_or_nothing,
            )  # fmt: skip
        mapping = known.mapping.fingerprint if known.mapping else ""
        was = (known.source_file.sha256, mapping, known.is_dry_run, known.all_or_nothing)
        if was != (sha256, definition.fingerprint, is_dry_run, all_or_nothing):
            message = _("You sent other rows, or the same in another way, with this key before. Use a new key.")
            raise Conflict(message, code="key_used")
        return known, False


def receive_first_file(*, organisation: Organisation, chunks: Iterable[bytes], name: str, by: User) -> Import:
    """Store an uploaded file and begin its import into a new dataset, which is named after the file and whose recipe
    the file decides. Raises Refused for a file that cannot be stored; then there is no dataset either."""
    policies.check_can_manage_dataset(by, Dataset(organisation=organisation))
    sha256, size = storage.store(chunks)
    title = title_of_file(name) or _("File")
    with transaction.atomic():
        taken = set(Dataset.objects.values_list("slug", flat=True))
        dataset = create_dataset(
            slug=numbered(slugify(title) or "file", taken), title=title, organisation=organisation, by=by, recipe=AUTO
        )
        return _begin(dataset=dataset, sha256=sha256, size=size, name=name, by=by)[0]


@transaction.atomic
def _begin(
    *, dataset: Dataset, sha256: str, size: int, by: User | None, wake: bool = True, **how: Any
) -> tuple[Import, bool]:
    run, is_new = begin_import(dataset=dataset, sha256=sha256, size=size, by=by, **how)
    if is_new:
        audit.record("import.received", by=by, target=run, dataset=dataset.slug, sha256=sha256, size=size)
    if wake and is_new:
        transaction.on_commit(lambda: wake_worker(run))
    return run, is_new


@transaction.atomic
def load_checked(*, run: Import, by: User) -> Import:
    """Load the rows of a dry run with the mapping that it checked."""
    recipe = recipe_named(run.recipe)
    if run.mapping is None or recipe is None or run.state != Import.State.CHECKED:
        raise ValidationError(_("Only a checked import can be loaded."), code="not_checked")
    definition = read_definition(run.mapping.definition, recipe, latest_year=run.created_at.year)
    return start_import(run=run, definition=definition, by=by)


@transaction.atomic
def read_again(*, run: Import, reading_options: Mapping[str, object], by: User) -> Import:
    """Read the file again with another encoding, delimiter, header row, sheet, table or member."""
    run = locked_import(run, by, Import.State.UNDERSTOOD, Import.State.REFUSED)
    run.reading_options = dict(reading_options)
    run.state, run.stage, run.staging, run.attempts = Import.State.RECEIVED, "", "", 0
    run.error_code = run.error_message = ""
    run.finished_at = run.mapping = None
    forget_decision(run)
    save_active(run)
    audit.record("import.re-read", by=by, target=run, reading_options=run.reading_options)
    transaction.on_commit(lambda: wake_worker(run))
    return run


@transaction.atomic
def start_import(
    *, run: Import, definition: Definition, by: User | None, is_dry_run: bool = False, decision: Decision | None = None
) -> Import:
    """Map the columns and run the import: check every row and, unless it is a dry run, load them. A person can load a
    file with likely personal data only with a decision about it, made here or earlier, and only when the meaning of
    every value is decided. by: None is the command line, whose imports are as those without a person."""
    run = locked_import(run, by, Import.State.UNDERSTOOD, Import.State.CHECKED, Import.State.REFUSED)
    recipe = recipe_named(run.recipe)
    if recipe is None:
        raise Refused("no_such_recipe", _("There is no recipe %(recipe)s.") % {"recipe": repr(run.recipe)})
    check_complete(definition, recipe, [column["name"] for column in run.understanding.get("columns", ())])
    run.mapping = kept_mapping(run.dataset, recipe, definition, by=by)
    if by is not None and not is_dry_run:
        _check_values_are_decided(run, definition, recipe)
    if by is not None and decision is not None:
        apply_decision(run, decision, by)
    elif by is not None and not is_dry_run:
        check_is_decided(run)
    run.is_dry_run, run.state, run.stage, run.attempts = is_dry_run, Import.State.WAITING, "", 0
    run.error_code = run.error_message = ""
    run.started_at = run.finished_at = None  # the time that a person took is not part of the import's
    save_active(run)
    audit.record("import.started", by=by, target=run, mapping=run.mapping.version, dry_run=is_dry_run)
    transaction.on_commit(lambda: wake_worker(run))
    return run


def _check_values_are_decided(run: Import, definition: Definition, recipe: Recipe) -> None:
    columns = [Column.of(found) for found in run.understanding.get("columns", ())]
    if open_ones := undecided(columns, definition, recipe):
        raise ValidationError(
            _("Not decided: %(values)s. Choose what these values mean, or leave them empty.")
            % {"values": named(open_ones)},
            code="values_undecided",
        )


@transaction.atomic
def cancel_import(*, run: Import, by: User) -> Import:
    """Cancel an import; only its entry in the list of imports remains. A running one stops within seconds. After a
    cancelled replay or undo the import is still loaded, unchanged."""
    run = Import.objects.select_for_update().get(pk=run.pk)
    policies.check_can_manage_dataset(by, run.dataset)
    ended = (Import.State.LOADED, Import.State.CANCELLED, Import.State.REFUSED, Import.State.UNDONE)
    if run.state in ended:
        raise ValidationError(_("This import has already ended."), code="already_ended")
    run.error_code = run.error_message = ""
    if run.is_active:
        run.cancel_requested = True
    elif run.operation != Import.Operation.LOAD:
        run.state, run.operation, run.replay_mapping = Import.State.LOADED, Import.Operation.LOAD, None
    else:
        run.state, run.mapping, run.cancel_requested = Import.State.RECEIVED, None, True
    save_active(run)
    audit.record("import.cancelled", by=by, target=run)
    transaction.on_commit(lambda: wake_worker(run))
    return run


@transaction.atomic
def retry_import(*, run: Import, by: User) -> Import:
    """Run an import again that failed after repeated attempts."""
    run = locked_import(run, by, Import.State.FAILED)
    run.state, run.attempts, run.error_code, run.error_message = Import.State.WAITING, 0, "", ""
    if run.operation == Import.Operation.LOAD:
        run.finished_at = None
    save_active(run)
    audit.record("import.retried", by=by, target=run)
    transaction.on_commit(lambda: wake_worker(run))
    return run


def _check_linked(dataset: Dataset) -> None:
    """Linked datasets belong to one organisation and never form a circle. A link is made before the dataset has rows,
    unless its recipe finds related rows only when they are read."""
    wrong, recipe = "", recipe_named(dataset.recipe)
    is_late = dataset.record_count or SourcedTarget.objects.filter(dataset=dataset.pk).exists()
    if is_late and not (recipe and recipe.links_late):
        wrong = _("This dataset already has records. Undo its imports before you link it to another dataset.")
    above, seen = dataset.linked_with, {dataset.pk}
    while above is not None and not wrong:
        if above.pk in seen:
            wrong = _("These datasets would be linked in a circle.")
        elif above.organisation_id != dataset.organisation_id:
            wrong = _("Both datasets have to belong to one organisation.")
        seen.add(above.pk)
        above = above.linked_with
    if wrong:
        raise ValidationError({"linked_with": ValidationError(wrong, code="cannot_link")})


def _check_recipe(name: str) -> None:
    if name != AUTO and recipe_named(name) is None:
        names = ", ".join([AUTO, *(recipe.name for recipe in all_recipes())])
        raise ValidationError(
            {
                "recipe": ValidationError(
                    _("There is no recipe %(name)s. The recipes are: %(names)s.")
                    % {"name": repr(name), "names": names},
                    code="invalid",
                )
            }
        )
