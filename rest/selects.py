"""Forms as Django renders them, with drop-down lists written directly: a template for each option takes long.

A list of the countries has 250 options, and Django includes two templates for each.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest
from django.utils.html import conditional_escape

_SELECT = "django/forms/widgets/select.html"
_OPTION = "django/forms/widgets/select_option.html"

Options = Iterable[Mapping[str, Any]]
Groups = list[tuple[str | None, Options, int]]


class FormRenderer(DjangoTemplates):
    """The renderer of all forms (settings.FORM_RENDERER)."""

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
