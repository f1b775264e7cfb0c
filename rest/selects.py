"""Forms as Django renders them, but for two things.

Drop-down lists are written directly: a template for each option takes long. A list of the countries has 250 options,
and Django includes two templates for each. Fields of text are not for the browser to keep: it would write what is typed
into the files from which it restores its windows, where anybody with the device can read it (docs/adr/0120).
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.forms import BoundField, Textarea, Widget
from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest
from django.utils.html import conditional_escape

_SELECT = "django/forms/widgets/select.html"
_OPTION = "django/forms/widgets/select_option.html"

# What is typed and not chosen; what is hidden or a file no browser keeps.
_TYPED = ("text", "email", "url", "tel", "number", "date", "datetime-local", "time", "month")

Options = Iterable[Mapping[str, Any]]
Groups = list[tuple[str | None, Options, int]]


class UnrememberedField(BoundField):
    """A field with `autocomplete="off"`, unless its widget says what it is: a user name, a password, an address.

    On the field itself, not on the form: Firefox heeds only that.
    """

    def build_widget_attrs(self, attrs: dict[str, Any], widget: Widget | None = None) -> dict[str, Any]:
        built: dict[str, Any] = super().build_widget_attrs(attrs, widget)
        used = widget or self.field.widget
        if isinstance(used, Textarea) or getattr(used, "input_type", None) in _TYPED:
            built.setdefault("autocomplete", used.attrs.get("autocomplete", "off"))
        return built


class FormRenderer(DjangoTemplates):
    """The renderer of all forms (settings.FORM_RENDERER)."""

    bound_field_class = UnrememberedField

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        if template_name == _SELECT and _is_plain(context["widget"]["optgroups"]):
            return _select(context["widget"])
        return super().render(template_name, context, request)


def _is_plain(groups: Groups) -> bool:
    return all(option["template_name"] == _OPTION for _, options, _ in groups for option in options)


def _select(widget: Mapping[str, Any]) -> str:
    parts = [f'<select name="{conditional_escape(widget["name"])}"{_attributes(widget["attrs"])}>']
    for name, options, _ in widget["optgroups"]:
        if name:
            parts.append(f'<optgroup label="{conditional_escape(name)}">')
        parts += [
            f'<option value="{_text(option["value"])}"{_attributes(option["attrs"])}>'
            f"{conditional_escape(option['label'])}</option>"
            for option in options
        ]
        if name:
            parts.append("</optgroup>")
    return "\n".join([*parts, "</select>"])


def _attributes(attributes: Mapping[str, object]) -> str:
    written = ((conditional_escape(name), value) for name, value in attributes.items() if value is not False)
    return "".join(f" {name}" if value is True else f' {name}="{_text(value)}"' for name, value in written)


def _text(value: object) -> str:
    return conditional_escape(value if isinstance(value, str) else str(value))
