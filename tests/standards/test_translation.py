"""Files that know no Django say their sentences in the language of the reader, too."""

import subprocess
import sys

from django.utils import translation

from standards.translation import gettext, gettext_noop, ngettext
from tests.translating import in_brackets


def test_a_sentence_is_translated_by_the_registered_function():
    with in_brackets():
        assert gettext("%(count)s rows") == "[%(count)s rows]"
        assert [ngettext("one row", "many rows", number) for number in (1, 2)] == ["[one row]", "[many rows]"]


def test_a_marked_sentence_stays_as_it_is_until_it_is_shown():
    with in_brackets():
        assert gettext_noop("A row") == "A row"


def test_sentences_are_english_where_no_function_is_registered():
    program = "from standards.translation import gettext, ngettext\n"
    program += "print(gettext('A row'), [ngettext('one row', 'many rows', number) for number in (0, 1, 2)])"

    child = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)

    assert child.stdout == "A row ['many rows', 'one row', 'many rows']\n"


def test_django_translates_when_the_program_has_started():
    with translation.override("de"):
        assert gettext("Monday") == "Montag"
        assert gettext("Monday") == translation.gettext("Monday")
