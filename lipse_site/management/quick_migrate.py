"""Migrate an empty database without rendering every model again for each addition (docs/adr/0003).

After each change of the state of a model Django renders that model and all models that refer to it: many thousand times
on a first start, which takes twenty seconds. An addition changes no field of another model. So only a new model is
rendered here, and a rendered class gets its new option, or its new field if that needs no table of its own. The state
itself changes as usual. `manage.py migrate` is Django's own.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.migrations.state import ModelState, ProjectState
from django.db.models import NOT_PROVIDED, Field
from pgtrigger.migrations import AddTrigger, RemoveTrigger


@contextmanager
def quick_migrate() -> Iterator[None]:
    """Within this block `migrate` renders fewer models. For empty databases only: a first start, a test run."""
    with (
        _replaced(ProjectState, "add_model", _add_model),
        _replaced(ProjectState, "add_field", _add_field),
        _replaced(ProjectState, "_append_option", _append_option),
        _replaced(AddTrigger, "state_forwards", _append_trigger),
        _replaced(RemoveTrigger, "state_forwards", _remove_trigger),
    ):
        yield


def _add_model(state: ProjectState, added: ModelState) -> None:
    key = added.app_label, added.name_lower
    state.models[key] = added
    if _knows_relations(state):
        state.resolve_model_relations(key)
    if "apps" in vars(state):  # rendered already
        state.apps.render_multiple([added])


_django_add_field = ProjectState.add_field


def _knows_relations(state: ProjectState) -> bool:
    """Whether the relations were worked out already; asking for them would do it."""
    return vars(state)["_relations"] is not None


def _add_field(state: ProjectState, app_label: str, model_name: str, *added: *tuple[str, Field, bool]) -> None:
    name, field, keeps_default = added
    if field.many_to_many or "apps" not in vars(state):
        _django_add_field(state, app_label, model_name, *added)
        return
    kept = field.clone()
    if not keeps_default:
        kept.default = NOT_PROVIDED
    state.models[app_label, model_name].fields[name] = kept
    if _knows_relations(state):
        state.resolve_model_field_relations((app_label, model_name), name, kept)
    state.apps.get_model(app_label, model_name).add_to_class(name, kept.clone())


def _append_option(state: ProjectState, app_label: str, model_name: str, option: str, added: object) -> None:
    kept = state.models[app_label, model_name].options.get(option, [])
    _set_option(state, app_label, model_name, option, [*kept, added])


def _append_trigger(operation: AddTrigger, app_label: str, state: ProjectState) -> None:
    _append_option(state, app_label, operation.model_name, "triggers", operation.trigger)


def _remove_trigger(operation: RemoveTrigger, app_label: str, state: ProjectState) -> None:
    found = state.models[app_label, operation.model_name].options["triggers"]
    kept = [trigger for trigger in found if trigger.name != operation.name]
    _set_option(state, app_label, operation.model_name, "triggers", kept)


def _set_option(state: ProjectState, app_label: str, model_name: str, option: str, value: list[object]) -> None:
    state.models[app_label, model_name].options[option] = value
    if "apps" in vars(state):  # rendered already
        setattr(state.apps.get_model(app_label, model_name)._meta, option, value)


@contextmanager
def _replaced(owner: type, name: str, replacement: object) -> Iterator[None]:
    original = getattr(owner, name)
    setattr(owner, name, replacement)
    try:
        yield
    finally:
        setattr(owner, name, original)
