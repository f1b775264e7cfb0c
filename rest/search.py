"""How the words of a search are read, once for pages and API, for the full text and for lists without it. Pure.

`search=damp repairs` finds rows with both words, `"damp flat"` the phrase, `-mould` or `NOT mould` rows without the
word, `damp OR mould` (or `|`) rows with either. `repair*` finds words that begin so, `=repairs` and `="damp walls"` the
words as they are written, without their other forms. What cannot be searched is refused with a sentence, never left
out.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from standards.json_values import JsonObject
from standards.translation import gettext as _

_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»＂", '"'))
_SIGNS = "-!+="
_TOKEN = re.compile(r'(?P<sign>(?:(?<!\S)[-!+=]+)?)"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+)|(?P<open>")')
_HAS_TEXT = re.compile(r"[^\W_]")
# Letters or digits before a *, at least; and words with a * in one search, at most: each is a range of the index.
SHORTEST_PREFIX = 2
MOST_PREFIXES = 10


class CannotSearch(ValueError):
    """A search that cannot be done as it is written, with a sentence for the person."""


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase that rows contain or, `excluded`, do not contain. `exact`: as it is written, in no other form.

    A word that ends with * stands for all words that begin so. The other words of its phrase are taken as written.
    """

    text: str
    phrase: bool = False
    excluded: bool = False
    exact: bool = False

    def __str__(self) -> str:
        """As it is written in a search."""
        signs = ("-" if self.excluded else "") + ("=" if self.exact else "")
        return signs + (f'"{self.text}"' if self.phrase else self.text)

    @property
    def is_prefix(self) -> bool:
        return "*" in self.text

    @property
    def is_as_written(self) -> bool:
        """Whether its words are compared as they are written, not by their stems."""
        return self.exact or self.is_prefix

    def as_json(self) -> JsonObject:
        return {
            "text": self.text, "phrase": self.phrase, "excluded": self.excluded, "exact": self.exact,
            "prefix": self.is_prefix,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a search as the functions of the database take it: rows match `words` and all `as_written`.

    words: for `websearch_to_tsquery`, read by stems. as_written: terms that are compared as they are written.
    """

    words: str
    as_written: tuple[Term, ...] = ()

    @property
    def excludes(self) -> bool:
        """Whether it may have excluded words. A minus within a word counts too."""
        return "-" in self.words or any(term.excluded for term in self.as_written)

    def as_json(self) -> list[JsonObject]:
        """The terms that are compared as they are written: their words, each with whether it is a prefix."""
        return [
            {
                "excluded": term.excluded,
                "words": [{"text": word.rstrip("*"), "prefix": word.endswith("*")} for word in term.text.split()],
            }
            for term in self.as_written
        ]


@dataclass(frozen=True, slots=True)
class Search:
    """Rows match if they match all terms of one of the groups."""

    any_of: tuple[tuple[Term, ...], ...]

    def __str__(self) -> str:
        """The search as PostgreSQL's `websearch_to_tsquery` reads it."""
        return " or ".join(" ".join(map(str, group)) for group in self.any_of)

    @property
    def words(self) -> list[str]:
        """Each word once, also those of phrases; one that stands for all words that begin so with its *."""
        return list(dict.fromkeys(word for group in self.any_of for term in group for word in term.text.split()))

    @property
    def has_forms(self) -> bool:
        """Whether a word is searched in its other forms too."""
        return any(not term.is_as_written for group in self.any_of for term in group)

    @property
    def parts(self) -> list[Part]:
        """Rows match if they match one of these: the whole search, or each group if a term is compared as written."""
        if not any(term.is_as_written for group in self.any_of for term in group):
            return [Part(str(self))] if self.any_of else []
        return [
            Part(
                " ".join(str(term) for term in group if not term.is_as_written),
                tuple(term for term in group if term.is_as_written),
            )
            for group in self.any_of
        ]

    @property
    def wanted(self) -> Part:
        """All that rows are found by, in whatever group: what is marked in texts, and what relevance is measured by."""
        terms = [term for group in self.any_of for term in group if not term.excluded]
        plain = [str(term) for term in terms if not term.is_as_written]
        return Part(" or ".join(plain), tuple(term for term in terms if term.is_as_written))

    def as_json(self) -> list[list[JsonObject]]:
        return [[term.as_json() for term in group] for group in self.any_of]


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
            groups[-1].append(_term(word, is_phrase=is_phrase, excluded=is_excluded, exact="=" in sign))
            before = ""
    found = Search(tuple(tuple(group) for group in groups if group))
    if sum(word.endswith("*") for word in found.words) > MOST_PREFIXES:
        raise CannotSearch(_("A search can have at most %(most)d words with a *.") % {"most": MOST_PREFIXES})
    return found


def _tokens(text: str) -> list[tuple[str, str, bool]]:
    """Signs, text, and whether it is a phrase, of each part of a search."""
    found: list[tuple[str, str, bool]] = []
    for match in _TOKEN.finditer(text):
        if match["open"]:
            continue
        if match["phrase"] is not None:
            found.append((match["sign"], " ".join(match["phrase"].split()), True))
            continue
        bare = match["word"].lstrip(_SIGNS)
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


def _term(word: str, *, is_phrase: bool, excluded: bool, exact: bool) -> Term:
    if re.search(r"\w~\d", word):
        raise CannotSearch(_("A search cannot use ~. Write the words, or a phrase in quotation marks."))
    if "*" in word:
        word = " ".join(filter(None, map(_with_prefix, word.split())))
    # A small `or` that separates nothing is a word; in a phrase of its own PostgreSQL reads it as one.
    return Term(word, phrase=is_phrase or word.lower() == "or", excluded=excluded, exact=exact)


def _with_prefix(word: str) -> str:
    """A word with a * at its end and no other sign; other words as they are."""
    if "*" not in word:
        return word
    if not _HAS_TEXT.search(word):
        return ""
    found = re.fullmatch(r"\W*([^*]+)\*\W*", word)
    letters = found[1] if found else ""
    if not letters or any(unicodedata.category(letter)[0] not in "LMN" for letter in letters):
        raise CannotSearch(_("A * can only be the end of a word of letters and digits, as in repair*."))
    if len(letters) < SHORTEST_PREFIX:
        raise CannotSearch(_("Write at least %(least)d letters or digits before a *.") % {"least": SHORTEST_PREFIX})
    return f"{letters}*"


def sentence_of(search: Search, languages: Sequence[JsonObject]) -> str:
    """How a search was read, for a person. languages: of full text, each as `standards.search.readings` gives it."""
    if not search.any_of:
        return _("The search has no words, so nothing was found.")
    if languages and not any(spoken["stems"] for spoken in languages):
        # A text without a language is searched for every word.
        return _(
            "All words of the search are too frequent to be searched: %(words)s. "
            "Only texts without a recorded language were searched."
        ) % {"words": ", ".join(search.words)}
    groups = [_group(group) for group in search.any_of]
    said = [_("Searched for %(words)s.") % {"words": (" " + _("or") + " ").join(groups)}]
    frequent = [(spoken["language"], spoken["left_out"]) for spoken in languages if spoken["left_out"]]
    if frequent:
        left_out = "; ".join(f"{', '.join(words)} ({language})" for language, words in frequent)
        said.append(_("Left out as too frequent: %(words)s.") % {"words": left_out})
    return " ".join([*said, *_forms(search, languages)])


def _forms(search: Search, languages: Sequence[JsonObject]) -> list[str]:
    """What is said of languages in which not all forms of a word are found."""
    if not search.has_forms:
        return []
    sentences = {
        "endings": _("Other forms of a word are found by their endings, but not all, in: %(languages)s."),
        "none": _("Other forms of a word are not found in: %(languages)s."),
    }
    return [
        sentence % {"languages": ", ".join(named)}
        for forms, sentence in sentences.items()
        if (named := [str(one["name"]) for one in languages if one["forms"] == forms])
    ]


def _group(terms: Sequence[Term]) -> str:
    wanted = [_said(term) for term in terms if not term.excluded]
    excluded = [_said(term) for term in terms if term.excluded]
    found = (" " + _("and") + " ").join(wanted) if wanted else _("everything")
    return (
        _("%(found)s without %(excluded)s") % {"found": found, "excluded": ", ".join(excluded)} if excluded else found
    )


def _said(term: Term) -> str:
    if term.is_prefix and " " not in term.text:
        return _("words that begin with “%(text)s”") % {"text": term.text.rstrip("*")}
    if term.is_as_written:
        return _("“%(text)s” as it is written") % {"text": term.text}
    return f"“{term.text}”"
