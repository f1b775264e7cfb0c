"""Agreement in the REST API: `…/agreement/` below a round."""

from dataclasses import asdict
from http import HTTPStatus
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request

from accounts.requests import signed_in
from coding import policies
from coding.actions.agreement import compute_agreement
from coding.agreement.answers import Answer, answer_of
from coding.agreement.asking import LEAST_DRAWS, question_of
from coding.agreement.pages import commands_of
from coding.agreement.questions import DISTANCES, MOST_DAYS, MOST_DRAWS, OPTIONAL
from coding.agreement.reading import people_of
from coding.agreement.results import Result
from coding.models import Round
from measures.agreement.code_trees import TreeLevel
from measures.agreement.coefficients import Coefficient
from rest.answers import json_answer
from rest.problems import Conflict
from rest.viewsets import ReadViewSet


class FigureShape(serializers.Serializer):
    measure = serializers.CharField()
    distance = serializers.CharField(help_text=_l("nominal, jaccard or masi; empty for passages."))
    level = serializers.CharField()
    value = serializers.FloatField(allow_null=True)
    undefined = serializers.CharField(help_text=_l("Why there is no value; empty where there is one."))
    percent = serializers.FloatField(allow_null=True, help_text=_l("Share of pairs of coders with the same value."))
    low = serializers.FloatField(allow_null=True, help_text=_l("Of the 95 % interval."))
    high = serializers.FloatField(allow_null=True)
    no_interval = serializers.CharField(help_text=_l("Why there is no interval."))
    units = serializers.IntegerField()
    n_used = serializers.IntegerField(help_text=_l("Submissions; of passages units."))
    n_excluded = serializers.IntegerField()
    excluded = serializers.DictField(child=serializers.IntegerField(), help_text=_l("Number not used, by reason."))
    formula = serializers.CharField()
    code = serializers.CharField(help_text=_l("Key of the code; empty for all codes as sets."))
    first = serializers.CharField(help_text=_l("Letter of a coder, of figures of a pair."))
    second = serializers.CharField()
    window = serializers.CharField(help_text=_l("First day, of figures of a window."))

    def get_fields(self) -> dict[str, serializers.Field]:
        """With `source`, which is also the name of an argument of every field."""
        return super().get_fields() | {"source": serializers.CharField()}


class FiguresShape(serializers.Serializer):
    headline = FigureShape(many=True, help_text=_l("Every coefficient, all codes as sets."))
    levels = FigureShape(many=True, help_text=_l("The chosen coefficient at each level of the code tree."))
    codes = FigureShape(many=True, help_text=_l("Each code present or absent, the worst first."))
    pairs = FigureShape(many=True)
    windows = FigureShape(many=True)
    passages = FigureShape(many=True, help_text=_l("Alpha for unitizing, of all codes and of each."))
    counts = serializers.DictField(
        child=serializers.IntegerField(),
        help_text=_l("Submissions with each code; for lead coders."),
    )


class QuestionShape(serializers.Serializer):
    seed = serializers.IntegerField()
    level = serializers.CharField()
    coefficient = serializers.CharField()
    distance = serializers.CharField()
    window = serializers.IntegerField()
    draws = serializers.IntegerField()
    outcomes = serializers.ListField(child=serializers.CharField())


class CoderShape(serializers.Serializer):
    letter = serializers.CharField()
    username = serializers.CharField(allow_null=True, help_text=_l("For lead coders."))


class AgreementSerializer(serializers.Serializer):
    round = serializers.IntegerField()
    codebook = serializers.CharField()
    codebook_version = serializers.IntegerField()
    is_current = serializers.BooleanField(help_text=_l("False where coders have submitted or taken back units since."))
    question = QuestionShape()
    data_version = serializers.CharField(help_text=_l("Submissions made, and how many of them were withdrawn."))
    computed_at = serializers.DateTimeField()
    units = serializers.IntegerField(help_text=_l("In the round."))
    submissions = serializers.DictField(child=serializers.IntegerField(), help_text=_l("By outcome."))
    drafts = serializers.IntegerField(help_text=_l("Units coded and not submitted, which never count."))
    coders = CoderShape(many=True)
    ratings_sha256 = serializers.CharField(help_text=_l("Of the file of ratings."))
    passages_sha256 = serializers.CharField(help_text=_l("Of the file of passages."))
    figures = FiguresShape()
    commands = serializers.ListField(
        child=serializers.CharField(),
        help_text=_l("They give the same figures from the files."),
    )


class AgreementComputationSerializer(serializers.Serializer):
    state = serializers.CharField()
    data_version = serializers.CharField()
    progress_done = serializers.IntegerField()
    progress_total = serializers.IntegerField()


PARAMETERS = [
    OpenApiParameter("level", str, enum=list(TreeLevel), description="Level of the code tree (leaf)."),
    OpenApiParameter("coefficient", str, enum=list(Coefficient), description="Coefficient (krippendorff-alpha)."),
    OpenApiParameter("distance", str, enum=list(DISTANCES), description="Distance between sets, for alpha (masi)."),
    OpenApiParameter("window", OpenApiTypes.INT, description=f"Days in a window of time, 1 to {MOST_DAYS} (7)."),
    OpenApiParameter(
        "draws", OpenApiTypes.INT, description=f"Resamples of the interval, {LEAST_DRAWS} to {MOST_DRAWS} (1000)."
    ),
    OpenApiParameter("seed", OpenApiTypes.INT, description="Seed of the resamples (that of the round)."),
    OpenApiParameter(
        "outcomes", str, description=f"Outcomes that also count as values, with commas: {', '.join(OPTIONAL)}."
    ),
]


class AgreementMixin(ReadViewSet):
    """Adds `…/agreement/` to the viewset of rounds."""

    @extend_schema(parameters=PARAMETERS, responses=AgreementSerializer)
    @action(detail=True, methods=["get"], filterset_class=None)
    def agreement(self, request: Request, **kwargs: object) -> HttpResponse:
        """All figures of agreement between the coders. 409 where a worker has to compute them first: POST asks it.

        For lead coders; of a blind round that is open, for those who do not code in it. For coders once it is closed.
        """
        coding_round = self._round_to_compare(request)
        answer = answer_of(coding_round, question_of(request.query_params, coding_round.seed))
        if answer.result is None:
            state = answer.computation.job_state if answer.computation else None
            sentence = _("This round is large: a worker computes its figures. Ask for them with POST.")
            raise Conflict(sentence, code="not_computed", state=state)
        can_lead = policies.can_lead_round(request.user, coding_round)
        return json_answer(request, _body(coding_round, answer, answer.result, can_lead=can_lead))

    @extend_schema(parameters=PARAMETERS, request=None, responses={202: AgreementComputationSerializer})
    @agreement.mapping.post
    def compute(self, request: Request, **kwargs: object) -> HttpResponse:
        """Have a worker compute the figures of a large round."""
        person = signed_in(request)
        coding_round = self._round_to_compare(request)
        question = question_of(request.query_params, coding_round.seed)
        made = compute_agreement(coding_round=coding_round, question=question, by=person)
        body = {"state": made.job_state, "data_version": made.data_version}
        progress = {"progress_done": made.progress_done, "progress_total": made.progress_total}
        return json_answer(request, body | progress, status=HTTPStatus.ACCEPTED)

    def _round_to_compare(self, request: Request) -> Round:
        rounds: QuerySet[Round] = Round.objects.with_agreement_visible_to(request.user)
        return get_object_or_404(rounds.select_related("codebook_version__codebook"), **self.key())


def _body(coding_round: Round, answer: Answer, result: Result, *, can_lead: bool) -> dict[str, Any]:
    version = coding_round.codebook_version
    body = result.as_json()
    figures = {
        name: part if name == "counts" else [one | {"n_excluded": sum(one["excluded"].values())} for one in part]
        for name, part in asdict(result.figures).items()
    }
    return {
        "round": coding_round.pk,
        "codebook": version.codebook.slug,
        "codebook_version": version.number,
        "is_current": answer.is_current,
        **body,
        "coders": [
            {"letter": letter, "username": person.username if can_lead else None}
            for letter, person in people_of(coding_round).items()
        ],
        "figures": figures | {"counts": figures["counts"] if can_lead else {}},
        "commands": commands_of(result.question),
    }
