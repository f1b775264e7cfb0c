"""A language for tests: every sentence that is translated comes in capitals."""

from contextlib import contextmanager

from django.utils import translation

from standards.translation import translate_by


class _Shouting:
    def gettext(self, message):
        return message.upper()

    def ngettext(self, singular, plural, number):
        return self.gettext(singular if number == 1 else plural)


@contextmanager
def shouting():
    """Translate sentences of pure files into capitals, then by Django again."""
    translate_by(_Shouting())
    try:
        yield
    finally:
        translate_by(translation)
