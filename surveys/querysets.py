"""Queries of questionnaires, waves, responses and answers."""

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Self, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Count, Exists, F, Func, OuterRef, Q
from django.db.models.functions import JSONObject

from accounts.querysets import AccessControlledQuerySet, rows_along
from accounts.roles import AccessLevel
from versions.querysets import VersionQuerySet

if TYPE_CHECKING:
    from accounts.models import User
    from surveys.models import Answer, Fieldwork, Questionnaire, QuestionnaireVersion, Response, Wave

Part = TypeVar("Part", bound=models.Model)


def _organisations(user: "User | AnonymousUser") -> frozenset[int]:
    return frozenset() if isinstance(user, AnonymousUser) or not user.is_active else user.organisation_ids


class QuestionnaireQuerySet(AccessControlledQuerySet["Questionnaire"]):
    """Questionnaires; other organisations see those that have a published version."""

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        own = Q(organisation__in=_organisations(user))
        return super().visible_to(user).filter(own | Exists(self._published_versions()))

    def with_responses_visible_to(self, user: "User | AnonymousUser") -> Self:
        """Those whose responses the person may see: owned, or restricted and shared by name."""
        organisations = _organisations(user)
        shared = self.model.shared_with.through.objects.filter(organisation_id__in=organisations)
        return self.filter(
            Q(organisation__in=organisations)
            | Q(access=AccessLevel.RESTRICTED, pk__in=shared.values("questionnaire_id"))
        )

    def with_counts(self) -> Self:
        """Adds `published_count` and `complete_count`, each by a subquery of its own."""
        responses = rows_along("fieldworks__waves__responses", self.model, ResponseQuerySet)
        complete = responses.complete().filter(wave__fieldwork__questionnaire=OuterRef("pk"))
        return self.annotate(published_count=_count_of(self._published_versions()), complete_count=_count_of(complete))

    def with_latest(self) -> Self:
        """Adds `latest_version` and `latest_languages` of the latest published version."""
        latest = self._published_versions().order_by("-number")
        return self.annotate(
            latest_version=models.Subquery(latest.values("number")[:1]),
            latest_languages=models.Subquery(latest.values("languages")[:1]),
        )

    def _published_versions(self) -> "QuestionnaireVersionQuerySet":
        """Of the questionnaire of an outer query."""
        return (
            rows_along("versions", self.model, QuestionnaireVersionQuerySet)
            .published()
            .filter(questionnaire=OuterRef("pk"))
        )


def _count_of(rows: models.QuerySet[models.Model]) -> models.Subquery:
    counted = rows.order_by().annotate(one=Func(F("pk"), function="COUNT")).values("one")
    return models.Subquery(counted, output_field=models.IntegerField())


class QuestionnaireVersionQuerySet(VersionQuerySet["QuestionnaireVersion"]):
    """Versions of questionnaires."""

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Published ones of visible questionnaires, and drafts of one's own organisation."""
        own = Q(questionnaire__organisation__in=_organisations(user))
        questionnaires = rows_along("questionnaire", self.model, QuestionnaireQuerySet).visible_to(user)
        return self.filter(own | Q(status="published", questionnaire__in=questionnaires.values("pk")))


class VersionPartQuerySet(models.QuerySet[Part]):
    """Sections, items, lists and scales of versions."""

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        own = Q(version__questionnaire__organisation__in=_organisations(user))
        questionnaires = rows_along("version__questionnaire", self.model, QuestionnaireQuerySet).visible_to(user)
        seen = Q(version__status="published", version__questionnaire__in=questionnaires.values("pk"))
        return self.filter(own | seen)

    def variables(self) -> Self:
        """Items of published versions that hold data: all but notes."""
        return self.filter(version__status="published").exclude(type="note")

    def in_order(self) -> Self:
        return self.order_by("section__position", "position", "pk")

    def with_value_rows(self) -> Self:
        """Adds `value_rows` of items: code, labels, value and kind of missing of each choice, in order."""
        choices = rows_along("choice_list__choices", self.model, models.QuerySet)
        listed = choices.filter(choice_list=OuterRef("choice_list"))
        row = JSONObject(code="code", labels="labels", value="value", missing="missing")
        return self.annotate(value_rows=ArraySubquery(listed.order_by("position").values(row=row)))


class FieldworkQuerySet(models.QuerySet["Fieldwork"]):
    """Fieldworks."""

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        questionnaires = rows_along("questionnaire", self.model, QuestionnaireQuerySet).visible_to(user)
        return self.filter(questionnaire__in=questionnaires.values("pk"))


class WaveQuerySet(models.QuerySet["Wave"]):
    """Waves."""

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Whoever sees the questionnaire sees its waves; the link and the counts are for those who see responses."""
        questionnaires = rows_along("fieldwork__questionnaire", self.model, QuestionnaireQuerySet).visible_to(user)
        return self.filter(fieldwork__questionnaire__in=questionnaires.values("pk"))

    def with_counts(self) -> Self:
        """Adds `started_count` (all responses) and `complete_count`."""
        return self.annotate(
            started_count=Count("responses"), complete_count=Count("responses", filter=Q(responses__state="complete"))
        )

    def with_response_access(self, user: "User | AnonymousUser") -> Self:
        """Adds `can_see_responses`: whether the person may see the responses."""
        visible = rows_along("fieldwork__questionnaire", self.model, QuestionnaireQuerySet).with_responses_visible_to(
            user
        )
        return self.annotate(can_see_responses=Exists(visible.filter(pk=OuterRef("fieldwork__questionnaire"))))


class ResponseQuerySet(models.QuerySet["Response"]):
    """Responses."""

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Of questionnaires whose responses the person may see."""
        visible = rows_along(
            "wave__fieldwork__questionnaire", self.model, QuestionnaireQuerySet
        ).with_responses_visible_to(user)
        return self.filter(wave__fieldwork__questionnaire__in=visible.values("pk"))

    def of_questionnaire(self, questionnaire_id: int) -> Self:
        return self.filter(wave__fieldwork__questionnaire=questionnaire_id)

    def complete(self) -> Self:
        return self.filter(state="complete")

    def with_answer_rows(self) -> Self:
        """Adds `answer_rows`: name and type of the item and the value of each answer, in the items' order."""
        answers = rows_along("answers", self.model, AnswerQuerySet).filter(response=OuterRef("pk"))
        row = JSONObject(
            name="item__name",
            type="item__type",
            text="text",
            number="number",
            day="day",
            codes="codes",
            missing="missing",
        )
        ordered = answers.order_by("item__section__position", "item__position")
        return self.annotate(answer_rows=ArraySubquery(ordered.values(row=row)))

    def by_day(self) -> "models.QuerySet[Response, Mapping[str, object]]":
        """Rows of `day`, `started`, `complete`: counted by the day a response was started."""
        return (
            self.order_by()
            .annotate(day=F("started_at__date"))
            .values("day")
            .annotate(started=Count("pk"), complete=Count("pk", filter=Q(state="complete")))
            .order_by("day")
        )


class AnswerQuerySet(models.QuerySet["Answer"]):
    """Answers."""

    def by_code(self) -> "models.QuerySet[Answer, tuple[int, str, int]]":
        """Rows of `item`, `code`, `n`: how often each code was chosen, codes that mean missing too."""
        return (
            self.filter(codes__isnull=False)
            .order_by()
            .annotate(code=Func(F("codes"), function="unnest", output_field=models.CharField()))
            .values("item", "code")
            .annotate(n=Count("pk"))
            .values_list("item", "code", "n")
        )

    def by_missing(self) -> "models.QuerySet[Answer, tuple[int, str, int]]":
        """Rows of `item`, `missing`, `n`: an empty kind counts the valid answers."""
        counted = self.order_by().values("item", "missing").annotate(n=Count("pk"))
        return counted.values_list("item", "missing", "n")

    def numbers(self) -> "models.QuerySet[Answer, tuple[int, int, Decimal, Decimal, Decimal]]":
        """Rows of `item`, `n`, `total`, `least`, `most`, of items answered by numbers."""
        return (
            self.filter(number__isnull=False)
            .order_by()
            .values("item")
            .annotate(n=Count("pk"), total=models.Sum("number"), least=models.Min("number"), most=models.Max("number"))
            .values_list("item", "n", "total", "least", "most")
        )

    def number_values(self) -> "models.QuerySet[Answer, tuple[int, Decimal | None, int]]":
        """Rows of `item`, `number`, `n`: how often each number was answered, smallest first."""
        rows = self.filter(number__isnull=False).values("item", "number").annotate(n=Count("pk"))
        return rows.order_by("item", "number").values_list("item", "number", "n")
