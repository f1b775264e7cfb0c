"""Templates whose texts and whole numbers are written without what Django asks of each value (docs/adr/0165).

Before it writes `{{ value }}` Django asks whether it is a time, then whether it is a number, a date or a truth, then
whether it is lazy, then whether it can write itself: a quarter of the time of a page with some thousand values. Nearly
all of them are texts and whole numbers, for which the answers are known from their type.
"""

from collections.abc import Sequence
from html import escape
from typing import Any, cast

from django.template import Context, Engine
from django.template.base import Origin, Template, VariableNode, render_value_in_context
from django.template.loaders import cached
from django.templatetags.i18n import BlockTranslateNode
from django.utils.safestring import SafeString

_OF_DJANGO = ("django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader")


class QuickVariable(VariableNode):
    """`{{ value }}`, which writes the same as Django's."""

    def render(self, context: Context) -> SafeString:
        try:
            value = self.filter_expression.resolve(context)
        except UnicodeDecodeError:
            return SafeString("")
        kind = type(value)
        if kind is SafeString:
            return value
        if kind is str and context.autoescape:
            return SafeString(escape(value))
        # Without settings.USE_THOUSAND_SEPARATOR; numbers that are read have `intcomma`.
        if kind is int:
            return SafeString(value)
        return cast(SafeString, render_value_in_context(value, context))


class QuickTranslation(BlockTranslateNode):
    """`{% blocktranslate %}`, whose text to translate is made of its tokens once, not for each row of a list."""

    def render_token_list(self, tokens: list[Any]) -> tuple[str, list[str]]:
        known = vars(self).setdefault("_known", {})
        if id(tokens) not in known:
            known[id(tokens)] = super().render_token_list(tokens)
        text, names = known[id(tokens)]
        # Django adds the names of the plural to this list.
        return text, list(names)


class Loader(cached.Loader):
    """Django's cached loader, in whose templates values and translations are quick. It loads what Django's own two do,
    if nothing else is named."""

    def __init__(self, engine: Engine, loaders: Sequence[Any] = _OF_DJANGO) -> None:
        super().__init__(engine, loaders)

    def get_template(self, template_name: str, skip: list[Origin] | None = None) -> Template:
        is_known = self.cache_key(template_name, skip) in self.get_template_cache
        template = super().get_template(template_name, skip)
        if not is_known:
            _quicken(template)
        return template


_QUICK = {VariableNode: QuickVariable, BlockTranslateNode: QuickTranslation}


def _quicken(template: Any) -> None:
    for usual, quick in _QUICK.items():
        for node in template.nodelist.get_nodes_by_type(usual):
            if type(node) is usual:
                node.__class__ = quick
