"""The steps from a file to loaded rows, and which of them an import has behind it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from imports.models import Import


@dataclass(frozen=True, slots=True)
class Step:
    """One step. is_done, is_now: it is behind the import, or the one that comes next."""

    label: str
    is_done: bool
    is_now: bool


def steps_of(run: Import | None) -> list[Step]:
    """The steps of an import; of one that is to begin, None. Personal data is a step where some was found."""
    was_loaded = bool(run and run.was_loaded)
    is_counted = bool(run and run.created is not None and not run.is_active)
    done = [(_("File"), bool(run and run.understanding.get("columns")))]
    done.append((_("Columns"), was_loaded or bool(run and run.mapping_id)))
    if run and run.personal:
        done.append((_("Personal data"), not run.needs_decision))
    done += [(_("Check"), was_loaded or is_counted), (_("Load"), was_loaded)]
    now = next((at for at, (_label, is_done) in enumerate(done) if not is_done), None)
    return [Step(label, is_done, at == now) for at, (label, is_done) in enumerate(done)]
