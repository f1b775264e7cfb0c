"""Full text of a record in its own language: expressions over the functions and the index of the migrations."""

from collections.abc import Sequence
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchQueryField, SearchVectorField
from django.db.models import BooleanField, CharField, F, Func, Q, TextField, Value
from django.db.models.sql.compiler import SQLCompiler


class RecordVector(Func):
    """The words of a record, as the index has them: those that were kept with it, else those of its texts."""

    function = "complaints_record_vector"
    template = "coalesce(%(table)s.search_vector, %(function)s(%(expressions)s))"
    output_field = SearchVectorField()

    def __init__(self) -> None:
        super().__init__(F("language"), F("subject"), F("narrative"), F("response"))

    def as_sql(self, compiler: SQLCompiler, *arguments: Any, **context: Any) -> Any:
        """The column of kept words is not one of the model's: it is read where the language is."""
        language = self.get_source_expressions()[0]
        return super().as_sql(compiler, *arguments, table=compiler.quote_name_unless_alias(language.alias), **context)


class SubjectVector(Func):
    """The words of a record's subject alone."""

    function = "complaints_record_vector"
    output_field = SearchVectorField()

    def __init__(self) -> None:
        super().__init__(F("language"), F("subject"), Value(""), Value(""))


class RecordQuery(Func):
    """What is looked for, in each of the languages; `monotone` leaves out what must be absent."""

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


def condition(words: str, *, languages: Sequence[str], readable: Sequence[int], withheld: Sequence[int]) -> Q:
    """Rows that hold the words, looking no further than the subject in datasets whose narratives are withheld.

    The index is over the whole text. For a withheld dataset it may only narrow: a word in the narrative must neither
    find a row nor, written with a minus, hide one.
    """
    whole = Matches(RecordVector(), RecordQuery(words, languages))
    if not withheld:
        return Q(whole)
    subject = Matches(SubjectVector(), RecordQuery(words, languages))
    if "-" not in words:
        return Q(whole) & (Q(dataset_id__in=readable) | Q(subject))
    may_match = Matches(RecordVector(), RecordQuery(words, languages, monotone=True))
    return Q(may_match) & ((Q(dataset_id__in=readable) & Q(whole)) | (Q(dataset_id__in=withheld) & Q(subject)))
