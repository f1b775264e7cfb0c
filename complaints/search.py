"""Full-text search of records, each in its own language: expressions for the functions and index of the migrations."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchQueryField, SearchVectorField
from django.db.models import BooleanField, Case, CharField, F, Func, Q, TextField, Value, When
from django.db.models.functions import Coalesce
from django.db.models.sql.compiler import SQLCompiler


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

    def __init__(self, words: str, languages: Sequence[str], *, monotone: bool = False) -> None:
        codes = Value(sorted({*languages, ""}), output_field=ArrayField(TextField()))
        super().__init__(codes, Value(words, output_field=CharField()), Value(monotone, output_field=BooleanField()))


class Matches(Func):
    """`vector @@ query`, usable as a condition."""

    template = "(%(expressions)s)"
    arg_joiner = " @@ "
    output_field = BooleanField()


def condition(words: str, *, languages: Sequence[str], readable: Sequence[int], withheld: Mapping[int, str]) -> Q:
    """The condition for records that contain the words; in datasets with withheld narratives only in the subject.

    languages: those of rows, and with a question mark before it those of datasets. withheld: dataset to its language.

    The index covers the whole text. In a withheld dataset it only preselects: a word in the narrative must neither find
    a record nor, written with a minus, exclude one.
    """
    whole = Matches(RecordVector(), RecordQuery(words, languages))
    if not withheld:
        return Q(whole)
    subject = Matches(_subject_vector(withheld), RecordQuery(words, languages))
    if "-" not in words:
        return Q(whole) & (Q(dataset_id__in=readable) | Q(subject))
    may_match = Matches(RecordVector(), RecordQuery(words, languages, monotone=True))
    return Q(may_match) & ((Q(dataset_id__in=readable) & Q(whole)) | (Q(dataset_id__in=list(withheld)) & Q(subject)))


def _subject_vector(withheld: Mapping[int, str]) -> Coalesce:
    spoken = [When(dataset_id=pk, then=Value(code)) for pk, code in withheld.items() if code]
    fallback = Case(*spoken, default=Value(""), output_field=TextField())
    return Coalesce(SubjectVector(fallback), OwnSubjectVector())
