"""How the words of a search are read, once for pages and API, for the full text and for lists without it. Pure.

`search=damp repairs` finds rows with both words, `"damp flat"` the phrase, `-mould` or `NOT mould` rows without the
word, `damp OR mould` (or `|`) rows with either. What cannot be searched is refused with a sentence, never left out.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from standards.json_values import JsonObject
from standards.translation import gettext as _

_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»＂", '"'))
_TOKEN = re.compile(r'(?P<sign>(?:(?<!\S)[-!+]+)?)"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+)|(?P<open>")')
_HAS_TEXT = re.compile(r"\w")


class CannotSearch(ValueError):
    """A search that cannot be done as it is written, with a sentence for the person."""


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase that rows contain or, `excluded`, do not contain."""

    text: str
    phrase: bool = False
    excluded: bool = False

    def __str__(self) -> str:
        """As it is written in a search."""
        return ("-" if self.excluded else "") + (f'"{self.text}"' if self.phrase else self.text)


@dataclass(frozen=True, slots=True)
class Search:
    """Rows match if they match all terms of one of the groups."""

    any_of: tuple[tuple[Term, ...], ...]

    def __str__(self) -> str:
        """The search as PostgreSQL's `websearch_to_tsquery` reads it."""
        return " or ".join(" ".join(map(str, group)) for group in self.any_of)

    @property
    def words(self) -> list[str]:
        """Each word once, also those of phrases."""
        return list(dict.fromkeys(word for group in self.any_of for term in group for word in term.text.split()))

    def as_json(self) -> list[list[dict[str, object]]]:
        return [[{"text": t.text, "phrase": t.phrase, "excluded": t.excluded} for t in group] for group in self.any_of]


def read(text: str) -> Search:
    """The search that a person wrote; without words it has no group. Raises CannotSearch."""
    tokens = _tokens(text.translate(_QUOTES))
    groups: list[list[Term]] = [[]]
    before = ""  # the operator before a word
    for at, (sign, word, is_phrase) in enumerate(tokens):
        operator = "" if is_phrase or sign else _operator(word, groups[-1], is_last=at == len(tokens) - 1)
        if operator:
            _check_operand(before, is_missing=bool(before) and not (operator == "NOT" and before != "NOT"))
            before = operator
            if operator == "OR":
                groups.append([])
        elif _HAS_TEXT.search(word):
            is_excluded = before == "NOT" or bool({"-", "!"} & set(sign))
            groups[-1].append(_term(word, is_phrase=is_phrase, excluded=is_excluded))
            before = ""
    return Search(tuple(tuple(group) for group in groups if group))


def _tokens(text: str) -> list[tuple[str, str, bool]]:
    """Signs, text, and whether it is a phrase, of each part of a search."""
    found: list[tuple[str, str, bool]] = []
    for match in _TOKEN.finditer(text):
        if match["open"]:
            continue
        if match["phrase"] is not None:
            found.append((match["sign"], " ".join(match["phrase"].split()), True))
            continue
        bare = match["word"].lstrip("-!+") if match["word"] not in ("-", "!", "+") else ""
        sign = match["word"][: len(match["word"]) - len(bare)]
        if bare or match["word"] == "|":
            found.append((sign, bare, False))
    if any("(" in word or ")" in word for _sign, word, phrase in found if not phrase) and any(
        not phrase and word in ("OR", "or", "Or", "|") for _sign, word, phrase in found
    ):
        raise CannotSearch(_("Parentheses cannot be used with OR. Write each alternative in full."))
    return found


def _operator(word: str, group: Sequence[Term], *, is_last: bool) -> str:
    """OR, AND, NOT, or nothing for a word. A small `or` at an end is a word like others, a bar there punctuation."""
    is_between = bool(group) and not is_last
    if word in ("OR", "AND", "NOT"):
        _check_operand(word, is_missing=is_last or (word != "NOT" and not group))
        return word
    return "OR" if is_between and (word == "|" or word.lower() == "or") else ""


def _check_operand(word: str, *, is_missing: bool) -> None:
    if is_missing:
        raise CannotSearch(_("A word is missing beside %(word)s.") % {"word": word})


def _term(word: str, *, is_phrase: bool, excluded: bool) -> Term:
    if re.search(r"\w\*|\*\w", word):
        raise CannotSearch(
            _("A search cannot use *. Write a whole word: in most languages its other forms are found too.")
        )
    if re.search(r"\w~\d", word):
        raise CannotSearch(_("A search cannot use ~. Write the words, or a phrase in quotation marks."))
    # A small `or` that separates nothing is a word; in a phrase of its own PostgreSQL reads it as one.
    return Term(word, phrase=is_phrase or word.lower() == "or", excluded=excluded)


def sentence_of(search: Search, languages: Sequence[JsonObject]) -> str:
    """How a search was read, for a person. languages: each with `language`, `stems` and `left_out`, of full text."""
    if not search.any_of:
        return _("The search has no words, so nothing was found.")
    groups = [_group(group) for group in search.any_of]
    said = _("Searched for %(words)s.") % {"words": (" " + _("or") + " ").join(groups)}
    if languages and not any(spoken["stems"] for spoken in languages):
        return _("All words of the search are too frequent to be searched: %(words)s. Nothing was found.") % {
            "words": ", ".join(search.words)
        }
    frequent = [(spoken["language"], spoken["left_out"]) for spoken in languages if spoken["left_out"]]
    left_out = "; ".join(f"{', '.join(words)} ({language})" for language, words in frequent)
    return f"{said} " + _("Left out as too frequent: %(words)s.") % {"words": left_out} if left_out else said


def _group(terms: Sequence[Term]) -> str:
    wanted = [f"“{term.text}”" for term in terms if not term.excluded]
    excluded = [f"“{term.text}”" for term in terms if term.excluded]
    found = (" " + _("and") + " ").join(wanted) if wanted else _("everything")
    return (
        _("%(found)s without %(excluded)s") % {"found": found, "excluded": ", ".join(excluded)} if excluded else found
    )
