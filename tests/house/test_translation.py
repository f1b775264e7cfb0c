"""Every string that a person sees goes through Django's translation."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser

from django.template.base import Lexer, Token, TokenType

from tests.house.code import files, modules, name_of

# Attributes that are read out or drawn: `data-label` heads the cells of a table on a narrow screen.
SEEN_ATTRIBUTES = {"title", "alt", "placeholder", "aria-label", "data-label", "label"}
# Sentences that scripts show.
SEEN_PREFIX = "data-text-"
# Arguments of an include that end up on the page.
SEEN_ARGUMENTS = {"title", "text", "label", "word", "help", "none", "submit", "cancel", "action_label", "heading"}
NOT_PROSE = {"code", "pre", "kbd", "script", "style", "samp"}
UNSEEN_BLOCK = re.compile(r"\{% block (?:main_class|language) %\}[^{]*\{% endblock %\}")
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
# What a template tag or variable puts there: no letter.
GAP = "\ufffc"
LETTERS = re.compile(r"[^\W\d_]{2}|^[^\W\d_]$")
DEFAULT_WITH_WORDS = re.compile(r"\|(?:default|default_if_none|yesno|pluralize):\"[^\"]*[A-Za-z][^\"]*\"|\|pluralize\b")
ARGUMENT = re.compile(r"(?P<name>\w+)=(?P<quote>[\"'])(?P<text>.*?)(?P=quote)")
BARE_STRING = re.compile(r"(?<![\w(=:|])(?P<quote>[\"'])(?P<text>.*?)(?P=quote)")
ERRORS = {"ValidationError", "PermissionDenied"}
MESSAGES = {"debug", "info", "success", "warning", "error"}
SEEN_KEYWORDS = {"verbose_name", "verbose_name_plural", "label", "help", "help_text", "empty_label"}
CHOICES = {"TextChoices", "IntegerChoices"}
TRANSLATIONS = {
    "_", "_l", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "npgettext", "pgettext",
    "pgettext_lazy",
}  # fmt: skip
# The argument of these that a person sees: position, counted from 0.
SAID = {
    "ArchiveRefused": 0, "CommandError": 0, "Conflict": 0, "Dependent": 1, "Error": 0, "Failed": 1, "Finding": 1,
    "Http404": 0, "Refused": 1, "RestoreFailed": 0, "ServiceError": 0, "ServingError": 0, "Warning": 0,
}  # fmt: skip
OUTPUT = {"stdout", "stderr"}
# Anything else that looks like a sentence: it begins with a capital or a value, has three words and ends with a stop.
SENTENCE = re.compile(r"(?s)[A-Z“%\ufffc].*\s.*[.?!]")
WORD = re.compile(r"[a-z]{2,}")
# Raised for mistakes of programmers, and for settings, which are read before there is a language.
NOT_FOR_READERS = {
    "AssertionError", "ImproperlyConfigured", "LookupError", "NotImplementedError", "RuntimeError", "TypeError",
    "ValueError",
}  # fmt: skip
# The API schema is written once, in English; so are log lines.
ENGLISH_CALLS = {"OpenApiParameter"}
# Not for the readers of a page: settings; the texts of the demo; the source of a vocabulary, which is data.
ENGLISH_MODULES = ("lipse_site/settings.py", "lipse_site/environment.py", "lipse_site/demo/",
                   "casestudies/vocabularies.py")  # fmt: skip


class _Prose(HTMLParser):
    """Collects the text and attributes of a page that a person sees."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.hidden: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag not in VOID and (self.hidden or tag in NOT_PROSE or given.get("translate") == "no"):
            self.hidden.append(tag)
        if not self.hidden:
            self.found += [value for name, value in attrs if _is_seen(name) and _has_words(value)]

    def handle_endtag(self, tag: str) -> None:
        if self.hidden and self.hidden[-1] == tag:
            self.hidden.pop()

    def handle_data(self, data: str) -> None:
        if not self.hidden and _has_words(data):
            self.found.append(" ".join(data.split()))


def _is_seen(attribute: str) -> bool:
    return attribute in SEEN_ATTRIBUTES or attribute.startswith(SEEN_PREFIX)


def _has_words(text: str | None) -> bool:
    return bool(text) and any(LETTERS.search(part.strip()) for part in text.split(GAP))


def untranslated_in_template(source: str, is_html: bool = True) -> list[str]:
    """Strings of a template that a person sees outside of {% translate %} and {% blocktranslate %}."""
    page, found, is_translated = [], [], False
    for token in Lexer(UNSEEN_BLOCK.sub("", source)).tokenize():
        word = token.contents.split(maxsplit=1)[0] if token.contents.split() else ""
        if token.token_type == TokenType.BLOCK and word in {"blocktranslate", "endblocktranslate"}:
            is_translated = word == "blocktranslate"
        elif token.token_type == TokenType.TEXT and not is_translated:
            page.append(token.contents)
        elif token.token_type != TokenType.COMMENT:
            page.append(GAP)
            found += [] if is_translated else _strings_of(token, word)
    if not is_html:
        return found + [" ".join(line.split()) for line in "".join(page).splitlines() if _has_words(line)]
    prose = _Prose()
    prose.feed("".join(page))
    prose.close()
    return found + prose.found


def _strings_of(token: Token, word: str) -> list[str]:
    """Literals that a tag or variable prints."""
    found = [match[0] for match in DEFAULT_WITH_WORDS.finditer(token.contents)]
    if token.token_type == TokenType.BLOCK and word in {"include", "with"}:
        arguments = ARGUMENT.finditer(token.contents)
        found += [match["text"] for match in arguments if match["name"] in SEEN_ARGUMENTS and _has_words(match["text"])]
    elif token.token_type == TokenType.BLOCK and word == "firstof":
        found += [match["text"] for match in BARE_STRING.finditer(token.contents) if _has_words(match["text"])]
    return found


def untranslated_in_python(source: str) -> list[str]:
    """Strings of a module that a person sees: errors, messages, labels and help texts, choices."""
    return [_words_of(node) for node in _seen(ast.parse(source)) if _is_literal(node) and _words_of(node)]


def untranslated_sentences(source: str) -> list[str]:
    """Strings of a module that look like sentences, wherever they are, outside of translations and docstrings."""
    return [text for text in _strings(ast.parse(source)) if SENTENCE.fullmatch(text) and len(WORD.findall(text)) > 2]


def _strings(node: ast.AST) -> Iterator[str]:
    if _is_not_for_readers(node):
        return
    if isinstance(node, ast.JoinedStr):
        yield "".join(part.value if isinstance(part, ast.Constant) else GAP for part in node.values)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    else:
        for child in ast.iter_child_nodes(node):
            yield from _strings(child)


def _is_not_for_readers(node: ast.AST) -> bool:
    """Translations, docstrings, log lines, mistakes of programmers."""
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
        return _name(node.exc.func) in NOT_FOR_READERS
    if not isinstance(node, ast.Call):
        return False
    is_log = isinstance(node.func, ast.Attribute) and _name(node.func.value) == "logger"
    return is_log or _name(node.func) in TRANSLATIONS | ENGLISH_CALLS


def _seen(tree: ast.AST) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from _seen_of_call(node)
        elif isinstance(node, ast.ClassDef) and any(_name(base) in CHOICES for base in node.bases):
            values = [line.value for line in node.body if isinstance(line, ast.Assign)]
            yield from (value.elts[-1] for value in values if isinstance(value, ast.Tuple) and len(value.elts) > 1)


def _seen_of_call(call: ast.Call) -> Iterator[ast.expr]:
    yield from (keyword.value for keyword in call.keywords if keyword.arg in SEEN_KEYWORDS)
    if isinstance(call.func, ast.Name) and call.func.id in SAID:
        position = SAID[call.func.id]
        yield from call.args[position : position + 1]
        yield from (keyword.value for keyword in call.keywords if keyword.arg == "hint")
    elif _is_output(call):
        yield from (argument for argument in call.args if not isinstance(argument, ast.JoinedStr))
    if _name(call.func) in ERRORS and call.args:
        yield from _parts(call.args[0])
    elif isinstance(call.func, ast.Attribute) and _name(call.func.value) == "messages" and call.func.attr in MESSAGES:
        yield from call.args[1:2]


def _is_output(call: ast.Call) -> bool:
    """`self.stdout.write(...)` of a management command."""
    stream = call.func.value if isinstance(call.func, ast.Attribute) and call.func.attr == "write" else None
    return isinstance(stream, ast.Attribute) and stream.attr in OUTPUT and _name(stream.value) == "self"


def _parts(argument: ast.expr) -> list[ast.expr]:
    """An error may hold a dictionary of field to message, or a list of messages."""
    if isinstance(argument, ast.Dict):
        return [part for value in argument.values for part in _parts(value)]
    if isinstance(argument, ast.List | ast.Tuple):
        return [part for value in argument.elts for part in _parts(value)]
    return [argument]


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _is_literal(node: ast.expr) -> bool:
    if isinstance(node, ast.BinOp):
        return _is_literal(node.left) or _is_literal(node.right)
    if isinstance(node, ast.IfExp):
        return _is_literal(node.body) or _is_literal(node.orelse)
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _words_of(node: ast.expr) -> str:
    texts = [part.value for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str)]
    return " ".join(text for text in texts if _has_words(text))


def _untranslated() -> dict[str, list[str]]:
    found = {}
    for path in files(".html", ".txt"):
        if name_of(path).startswith("templates/"):
            found[name_of(path)] = untranslated_in_template(path.read_text(), path.suffix == ".html")
    for path in modules().values():
        if name_of(path).startswith("measures/"):
            continue  # a program that runs without Django, in English
        found[name_of(path)] = untranslated_in_python(path.read_text())
        if not name_of(path).startswith(ENGLISH_MODULES):
            found[name_of(path)] += untranslated_sentences(path.read_text())
    return {name: strings for name, strings in found.items() if strings}


def test_every_string_a_person_sees_goes_through_the_translation():
    assert not {name: strings[:5] for name, strings in _untranslated().items()}


def test_a_string_outside_of_the_translation_is_found_in_a_template():
    assert untranslated_in_template("<p>Some words</p>") == ["Some words"]
    assert untranslated_in_template('<a title="Go on">{{ x }}</a>') == ["Go on"]
    assert untranslated_in_template('<td data-label="When">{{ at }}</td>') == ["When"]
    assert untranslated_in_template('{% include "a.html" with title="None yet" only %}') == ["None yet"]
    assert untranslated_in_template('{% firstof note.title "Untitled" %}') == ["Untitled"]
    assert untranslated_in_template('{{ x|default:"none" }}') == ['|default:"none"']
    assert untranslated_in_template("{{ n }} row{{ n|pluralize }}") == ["|pluralize", f"{GAP} row{GAP}"]


def test_what_is_translated_or_no_prose_is_not_found_in_a_template():
    whole = '<p title="{% translate "A" %}">{% blocktranslate trimmed %}Some <b>words</b>{% endblocktranslate %}</p>'
    assert untranslated_in_template(whole) == []
    assert untranslated_in_template("<code>page_size</code> <i translate='no'>LIPSE</i> {# a comment #} · 12") == []
    assert untranslated_in_template('{% include "a.html" with title=_("None yet") tone="warn" only %}') == []
    assert untranslated_in_template('{% firstof note.title _("Untitled") %}{{ x|default:_("none") }}') == []


def test_a_string_outside_of_the_translation_is_found_in_a_module():
    assert untranslated_in_python('raise ValidationError("Too old.", code="old")') == ["Too old."]
    assert untranslated_in_python('raise ValidationError({"name": f"{x} is taken."})') == [" is taken."]
    assert untranslated_in_python('messages.success(request, "Done")') == ["Done"]
    assert untranslated_in_python('forms.CharField(label="Name")') == ["Name"]
    assert untranslated_in_python('class A(models.TextChoices):\n    B = "b", "Bee"') == ["Bee"]
    assert untranslated_in_python('raise ValidationError(_("Too old."))') == []


def test_a_string_outside_of_the_translation_is_found_in_a_command_a_check_and_a_job():
    assert untranslated_in_python('raise CommandError("None there")') == ["None there"]
    assert untranslated_in_python('self.stdout.write("Done")') == ["Done"]
    assert untranslated_in_python('parser.add_argument("--to", help="a folder")') == ["a folder"]
    assert untranslated_in_python('Error(_("Full."), hint="Make room", id="x.E1")') == ["Make room"]
    assert untranslated_in_python('Refused("full", f"No room on {disk}")') == ["No room on "]
    assert untranslated_in_python('Finding("odd", "Odd cells", [], 1)') == ["Odd cells"]
    assert untranslated_in_python("self.stdout.write(secret)") == []


def test_whatever_looks_like_a_sentence_is_found_outside_of_the_translation():
    assert untranslated_sentences('def f():\n    return "The broker does not answer."') == [
        "The broker does not answer."
    ]
    assert untranslated_sentences('why = f"{name} cannot be read here."') == [f"{GAP} cannot be read here."]
    assert untranslated_sentences('"""The docstring of a module."""\nlogger.info("It began just now.")') == []
    assert untranslated_sentences('raise ValueError("The name is already taken.")') == []
    assert untranslated_sentences('x = _("The broker does not answer.")\ny = "a, b. c"') == []
