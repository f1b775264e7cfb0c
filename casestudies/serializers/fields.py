"""Fields that several serializers of case studies have."""

from typing import TypeVar

from django.db.models import Manager, Model, QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.models import User
from casestudies.models import CaseStudy, CoCreationEvent, Contribution, Outcome
from rest.prepared import Prepared

Row = TypeVar("Row", bound=Model)

_case_study = Prepared(
    lambda person, slug: CaseStudy.objects.visible_to(person).select_related("organisation").filter(slug=slug)
)

SET_BY_THE_SERVER = {"id", "completeness", "version", "created_at", "updated_at"}


def slug() -> serializers.SlugRelatedField:
    return serializers.SlugRelatedField(slug_field="slug", read_only=True)


def slug_of(queryset: Manager[Row], *, allow_null: bool = False, many: bool = False) -> serializers.SlugRelatedField:
    """A row by its slug; it can be left out."""
    return serializers.SlugRelatedField(
        slug_field="slug", queryset=queryset, required=False, allow_null=allow_null, many=many
    )


def username() -> serializers.SlugRelatedField:
    return serializers.SlugRelatedField(slug_field="username", read_only=True)


def active_person() -> serializers.SlugRelatedField:
    """A person who can sign in, by username; null where nobody is named."""
    people = User.objects.filter(is_active=True)
    return serializers.SlugRelatedField(slug_field="username", queryset=people, required=False, allow_null=True)


class VisibleCaseField(serializers.SlugRelatedField):
    """A case study by its slug, of those that the person has access to."""

    def __init__(self, *, required: bool = True) -> None:
        missing = _("Choose a case study.")
        super().__init__(
            slug_field="slug", queryset=CaseStudy.objects, required=required,
            error_messages={"null": missing, "required": missing},
        )  # fmt: skip

    def to_internal_value(self, data: object) -> CaseStudy:
        if not isinstance(data, str) or "\0" in data:
            self.fail("invalid")
        case_study: CaseStudy | None = _case_study.first(self.context["request"].user, data)
        if case_study is None:
            self.fail("does_not_exist", slug_name=self.slug_field, value=data)
        return case_study


class _VisibleRowField(serializers.PrimaryKeyRelatedField):
    """A row by its number, of those that the person has access to."""

    model: type[CoCreationEvent | Contribution | Outcome]

    def get_queryset(self) -> QuerySet[CoCreationEvent | Contribution | Outcome]:
        return self.model.objects.visible_to(self.context["request"].user)


class VisibleEventField(_VisibleRowField):
    model = CoCreationEvent


class VisibleContributionField(_VisibleRowField):
    model = Contribution


class VisibleOutcomeField(_VisibleRowField):
    model = Outcome
