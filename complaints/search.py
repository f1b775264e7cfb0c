"""Full-text search of records, each in its own language: expressions for the functions and index of the migrations."""

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchQueryField, SearchVectorField
from django.db.models import BooleanField, Case, F, Func, Q, TextField, Value, When
from django.db.models.functions import Coalesce, Concat
from django.db.models.sql.compiler import SQLCompiler

from rest.search import Part, Search
from standards.search import SearchHeadline, SearchRelevance, as_values

SEARCHED = ("subject", "narrative", "response")


class RecordVector(Func):
    """The search vector of a record as in the index: the stored one, else the one computed from its texts."""

    function = "complaints_record_vector"
    template = "coalesce(%(table)s.search_vector, %(function)s(%(expressions)s))"
    output_field = SearchVectorField()

    def __init__(self) -> None:
        super().__init__(F("language"), F("subject"), F("narrative"), F("response"))

    def as_sql(self, compiler: SQLCompiler, *arguments: Any, **context: Any) -> tuple[str, Any]:
        """The stored vector is not a field of the model: it is read from the table of the language column."""
        language = self.get_source_expressions()[0]
        return super().as_sql(compiler, *arguments, table=compiler.quote_name_unless_alias(language.alias), **context)


class SubjectVector(Func):
    """The search vector of the subject alone, by a language for rows without one."""

    function = "complaints_fallback_vector"
    output_field = SearchVectorField()

    def __init__(self, fallback: Case) -> None:
        super().__init__(F("language"), fallback, F("subject"), Value(""), Value(""))


class OwnSubjectVector(Func):
    """The search vector of the subject alone, by the language of the row."""

    function = "complaints_record_vector"
    output_field = SearchVectorField()

    def __init__(self) -> None:
        super().__init__(F("language"), F("subject"), Value(""), Value(""))


class RecordQuery(Func):
    """The search query in each of the languages; `monotone` leaves out the excluded words. A language with a question
    mark before it is that of a dataset, for its rows without a language."""

    function = "complaints_record_query"
    output_field = SearchQueryField()

    def __init__(self, part: Part, languages: Sequence[str], *, monotone: bool = False) -> None:
        asked = as_values(part.words, part.as_json())
        super().__init__(_codes(languages), *asked, Value(monotone, output_field=BooleanField()))


class WordsVector(Func):
    """The words of texts as they are written, with the marker of the record's language, as in its search vector."""

    function = "complaints_words_vector"
    output_field = SearchVectorField()

    def __init__(self, fallback: Case, *texts: F | Value) -> None:
        super().__init__(F("language"), fallback, *texts)


class WordsQuery(Func):
    """The terms that are compared as they are written, in each of the languages."""

    function = "complaints_words_query"
    output_field = SearchQueryField()

    def __init__(self, part: Part, languages: Sequence[str]) -> None:
        super().__init__(_codes(languages), *as_values(part.words, part.as_json()))


class SearchLanguage(Func):
    """The language in which a part of a search is read for a record."""

    function = "complaints_query_language"
    output_field = TextField()

    def __init__(self, fallback: Case, part: Part) -> None:
        super().__init__(F("language"), fallback, *as_values(part.words, part.as_json()))


def _codes(languages: Sequence[str]) -> Value:
    return Value(sorted({*languages, ""}), output_field=ArrayField(TextField()))


class Matches(Func):
    """`vector @@ query`, usable as a condition."""

    template = "(%(expressions)s)"
    arg_joiner = " @@ "
    output_field = BooleanField()


def condition(
    search: Search,
    *,
    languages: Sequence[str],
    readable: Sequence[int],
    withheld: Mapping[int, str],
    spoken: Mapping[int, str],
) -> Q:
    """The condition for records that match the search; in datasets with withheld narratives only by the subject.

    languages: those of rows, and with a question mark before it those of datasets. withheld, spoken: dataset to its
    language, of the datasets with withheld narratives and of all.

    The index covers the whole text. In a withheld dataset it only preselects: a word in the narrative must neither find
    a record nor, written with a minus, exclude one.
    """

    def part_matches(part: Part) -> Q:
        whole = _matches(RecordVector(), part, languages, spoken, SEARCHED)
        if not withheld:
            return whole
        subject = _matches(_subject_vector(withheld), part, languages, spoken, ("subject",))
        if not part.excludes:
            return whole & (Q(dataset_id__in=readable) | subject)
        may_match = Matches(RecordVector(), RecordQuery(part, languages, monotone=True))
        return Q(may_match) & ((Q(dataset_id__in=readable) & whole) | (Q(dataset_id__in=list(withheld)) & subject))

    return reduce(or_, map(part_matches, search.parts), Q()) if search.parts else Q(pk__in=[])


def _matches(vector: Func, part: Part, languages: Sequence[str], spoken: Mapping[int, str], texts: Sequence[str]) -> Q:
    """Whether texts match a part of a search. `vector` is that of the texts."""
    by_stems = Q(Matches(vector, RecordQuery(part, languages)))
    if not part.as_written:
        return by_stems
    columns = [F(name) if name in texts else Value("") for name in SEARCHED]
    return by_stems & Q(Matches(WordsVector(language_of_dataset(spoken), *columns), WordsQuery(part, languages)))


def relevance(part: Part, *, readable: Sequence[int], spoken: Mapping[int, str]) -> SearchRelevance:
    """How well a record matches what a search wants, by the texts that may be read."""
    language = SearchLanguage(language_of_dataset(spoken), part)
    return SearchRelevance(language, F("subject"), readable_text(readable), part.words, part.as_json())


def headlines(part: Part, *, readable: Sequence[int], spoken: Mapping[int, str]) -> list[SearchHeadline]:
    """Extracts of the searched texts, in the order of `SEARCHED`, without those that may not be read."""
    language = SearchLanguage(language_of_dataset(spoken), part)
    return [
        SearchHeadline(language, _readable(F(name), readable), part.words, part.as_json())
        if name != "subject"
        else SearchHeadline(language, F(name), part.words, part.as_json())
        for name in SEARCHED
    ]


def _readable(text: F | Concat, readable: Sequence[int]) -> Case:
    return Case(When(dataset_id__in=readable, then=text), default=Value(""), output_field=TextField())


def readable_text(readable: Sequence[int]) -> Case:
    """Narrative and response where they may be read, otherwise nothing."""
    return _readable(Concat(F("narrative"), Value(" "), F("response"), output_field=TextField()), readable)


def language_of_dataset(spoken: Mapping[int, str]) -> Case:
    cases = [When(dataset_id=pk, then=Value(code)) for pk, code in spoken.items() if code]
    return Case(*cases, default=Value(""), output_field=TextField())


def _subject_vector(withheld: Mapping[int, str]) -> Coalesce:
    return Coalesce(SubjectVector(language_of_dataset(withheld)), OwnSubjectVector())
