"""Codebooks, versions and codes that a person may know of."""

from typing import TYPE_CHECKING, Any, Self

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Exists, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from tree_queries.query import TreeQuerySet

from accounts.querysets import AccessControlledQuerySet
from accounts.roles import Role
from versions.querysets import VersionQuerySet

if TYPE_CHECKING:
    from accounts.models import User


def led_by(user: "User | AnonymousUser") -> frozenset[int]:
    """Organisations whose codebooks and rounds this person leads."""
    if isinstance(user, AnonymousUser) or not user.is_active:
        return frozenset()
    return user.organisations_as(Role.LEAD_CODER)


class CodebookQuerySet(AccessControlledQuerySet):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """By access level, and those of rounds in which this person codes."""
        by_access = super().visible_to(user)
        if isinstance(user, AnonymousUser) or not user.is_active:
            return by_access
        return self.filter(Q(pk__in=by_access.values("pk")) | Q(versions__rounds__coders__coder=user)).distinct()

    def with_counts(self) -> Self:
        """`code_count` of the newest version in force, `version_number` of it, None before the first is published."""
        versions = self.model.versions.rel.related_model.objects.filter(
            codebook=OuterRef("pk"), status="published"
        ).order_by("-number")
        return self.annotate(
            version_number=Subquery(versions.values("number")[:1], output_field=IntegerField()),
            code_count=Coalesce(
                Subquery(
                    versions.annotate(n=Count("codes", filter=Q(codes__is_codable=True))).values("n")[:1],
                    output_field=IntegerField(),
                ),
                0,
            ),
        )


class CodebookVersionQuerySet(VersionQuerySet):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Published versions of visible codebooks; drafts for the lead coders of the organisation that owns them."""
        codebooks = self.model.codebook.field.related_model.objects.visible_to(user)
        published = Q(status="published", codebook__in=codebooks.values("pk"))
        return self.filter(published | Q(codebook__organisation__in=led_by(user)))


class CodeQuerySet(TreeQuerySet):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        versions = self.model.version.field.related_model.objects.visible_to(user)
        return self.filter(version__in=versions.values("pk"))

    def codable(self) -> Self:
        return self.filter(is_codable=True)

    def tree_of(self, version: Any) -> Self:
        """The codes of one version from top to bottom, with `tree_depth` and `tree_path`."""
        return self.with_tree_fields().tree_filter(version=version).filter(version=version)

    def with_use(self) -> Self:
        """`use_count`: how many codings stand under the code, in all rounds of its version."""
        codings = self.model.codings.rel.related_model.objects.standing().filter(code=OuterRef("pk"))
        counted = codings.order_by().values("code").annotate(n=Count("pk")).values("n")
        return self.annotate(use_count=Coalesce(Subquery(counted, output_field=IntegerField()), 0))

    def in_use(self) -> Self:
        codings = self.model.codings.rel.related_model.objects.filter(code=OuterRef("pk"))
        return self.filter(Exists(codings))
