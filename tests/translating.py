"""A language for tests: every sentence that is translated comes in brackets."""

from contextlib import contextmanager

from django.utils import translation

from standards.translation import translate_by


class _Brackets:
    def gettext(self, message):
        return f"[{message}]"

    def ngettext(self, singular, plural, number):
        return self.gettext(singular if number == 1 else plural)


@contextmanager
def in_brackets():
    """Translate sentences of pure files into this language, then by Django again."""
    translate_by(_Brackets())
    try:
        yield
    finally:
        translate_by(translation)
