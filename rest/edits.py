"""Forms that edit a stored row: only what a person changed is saved, and a field that two people changed is asked.

    class TermForm(EditForm):
        def guard(self) -> Model | None:
            return self.vocabulary if self.term else None

The page holds what each field contained when it was opened (`began`). `rest.forms.submit` locks the row (`guard`),
makes the form once more from what is stored by then, and compares the three. A field that the person left alone takes
what is stored, so that edits of different fields combine without a question. A field that both changed shows what it
was, what is stored and what was typed, with a choice; nothing is saved until the person has chosen.

It works on what a browser sends, so that it is the same for a row with versions, a row without, and settings that are
no row at all.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self, TypeAlias

from django import forms
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Model
from django.http import Http404, QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

BEGAN = "began"
# What a field is sent as: no value, one, or several.
Sent: TypeAlias = list[str]
State: TypeAlias = Mapping[str, Sent]


@dataclass(frozen=True)
class Asked:
    """A field that two people changed. `name` is that of the choice; `before`, `stored` and `typed` are for people."""

    name: str
    before: str
    stored: str
    typed: str

    @property
    def sentence(self) -> str:
        texts = {"before": self.before, "stored": self.stored}
        return _("Changed since you opened this page, from %(before)s to %(stored)s.") % texts


class EditForm(forms.Form):
    """A form that edits a stored row. The data is the first argument; rows are arguments by name."""

    began = forms.CharField(required=False, widget=forms.HiddenInput)
    # Whether the action locks its row no further than other rows that refer to it allow.
    no_key = False
    _made_with: dict[str, Any]

    def __new__(cls, *_args: object, **kwargs: Any) -> Self:
        form = super().__new__(cls)
        form._made_with = kwargs
        form.asked = {}
        return form

    asked: dict[str, Asked]

    def guard(self) -> Model | None:
        """The row that the action locks first: the edited one, or the one it belongs to. None for a new row."""
        row = getattr(self, "instance", None)
        return row if isinstance(row, Model) and row.pk is not None else None

    def again(self) -> "EditForm":
        """This form, unsent, made from what is stored now."""
        return type(self)(**{name: _read_again(value) for name, value in self._made_with.items()})

    def also(self) -> State:
        """What else the edit replaces and no field of this form holds, such as the rows of a list."""
        return {}

    def state(self) -> dict[str, Sent]:
        """What each field is sent as when nobody touches it."""
        fields = {name: _as_sent(field, self[name].initial) for name, field in self._compared()}
        return fields | {name: list(values) for name, values in self.also().items()}

    def get_initial_for_field(self, field: forms.Field, field_name: str) -> object:
        if field_name == BEGAN:
            return json.dumps(self.state())
        return super().get_initial_for_field(field, field_name)

    def catch_up(self) -> None:
        """Take what is stored by now into each field that the person left alone; ask about those that both changed.

        Called with the row locked, before the form is checked.
        """
        stored = self.again().state()
        before = self._state_sent(stored)
        data = self.data.copy() if isinstance(self.data, QueryDict) else QueryDict(mutable=True)
        for name, field in self._compared():
            key = self.add_prefix(name)
            typed, now = _sent(field, data, key), stored[name]
            was = before.get(name, now)
            if data.get(f"{key}-choice") == "stored" or _is_same(typed, was):
                data.setlist(key, now)
            elif not _is_same(now, was) and not _is_same(now, typed):
                self._ask(name, field, was, now, typed)
        for name in self.also():
            self._ask_again(name, before.get(name, stored[name]), stored[name])
        data[self.add_prefix(BEGAN)] = json.dumps(stored)
        self.data = data
        self._errors = None

    def full_clean(self) -> None:
        super().full_clean()
        cleaned = getattr(self, "cleaned_data", {})
        cleaned.pop(BEGAN, None)
        for name, asked in self.asked.items():
            self.add_error(name if name in self.fields else None, asked.sentence)

    def _compared(self) -> list[tuple[str, forms.Field]]:
        return [
            (name, field)
            for name, field in self.fields.items()
            if name != BEGAN and not field.disabled and not isinstance(field, forms.FileField)
        ]

    def _state_sent(self, stored: State) -> State:
        """What the page began with; what is stored, where the page did not say."""
        try:
            began = json.loads(self.data.get(self.add_prefix(BEGAN), ""))
        except ValueError:
            return stored
        if not isinstance(began, dict):
            return stored
        return {str(name): [str(one) for one in sent] for name, sent in began.items() if isinstance(sent, list)}

    def _ask(self, name: str, field: forms.Field, was: Sent, now: Sent, typed: Sent) -> None:
        words = [shown(field, values) for values in (was, now, typed)]
        self.asked[name] = Asked(f"{self.add_prefix(name)}-choice", *words)
        # Shown with the field: templates/components/choice_of_two.html.
        field.asked = self.asked[name]  # type: ignore[attr-defined]

    def _ask_again(self, name: str, was: Sent, now: Sent) -> None:
        if was != now:
            self.asked[name] = Asked("", "; ".join(was), "; ".join(now), "")


def edited(parts: Sequence[object]) -> list[EditForm]:
    """The forms among the parts of a page that edit a stored row."""
    return [part for part in parts if isinstance(part, EditForm) and part.guard() is not None]


def lock_and_catch_up(form: EditForm) -> None:
    """Lock the row of a form that was sent, and bring the form to what is stored. Within a transaction."""
    row = form.guard()
    if row is None:
        return
    type(row)._base_manager.select_for_update(of=("self",), no_key=form.no_key).get(pk=row.pk)
    form.catch_up()


def shown(field: forms.Field, sent: Sequence[str]) -> str:
    """What a field was sent as, for people: by the labels of its choices, in quotation marks."""
    if not sent:
        return _("nothing")
    if isinstance(field.widget, forms.CheckboxInput):
        return _("“%(value)s”") % {"value": _("ticked")}
    labels = dict(_choices(getattr(field, "choices", ())))
    return ", ".join(_("“%(value)s”") % {"value": labels.get(one, one)} for one in sent)


def _choices(choices: Any) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for value, label in choices:
        found += _choices(label) if isinstance(label, list | tuple) else [(str(value), str(label))]
    return found


def _read_again(value: object) -> object:
    """A row as it is stored now; anything else as it is, the person of the request (a lazy object) too."""
    if not issubclass(type(value), Model) or not isinstance(value, Model) or value.pk is None:
        return value
    try:
        return type(value)._base_manager.get(pk=value.pk)
    except ObjectDoesNotExist as gone:
        raise Http404 from gone


def _as_sent(field: forms.Field, value: object) -> Sent:
    """How a browser sends a field that shows this value."""
    value = field.prepare_value(value)
    widget = field.widget
    if isinstance(widget, forms.CheckboxInput):
        return ["on"] if widget.check_test(value) else []
    formatted = widget.format_value(value)
    values = formatted if isinstance(formatted, list | tuple) else [formatted]
    return [str(one) for one in values if one not in (None, "")]


def _sent(field: forms.Field, data: QueryDict, key: str) -> Sent:
    if isinstance(field.widget, forms.CheckboxInput):
        return ["on"] if field.widget.value_from_datadict(data, MultiValueDict(), key) else []
    return [one for one in data.getlist(key) if one]


def _is_same(one: Sent, other: Sent) -> bool:
    """Browsers send the end of a line as CRLF, and forms strip what surrounds a value."""
    return sorted(map(_plain, one)) == sorted(map(_plain, other))


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()
