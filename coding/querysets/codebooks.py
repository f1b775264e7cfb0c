"""Codebooks, versions and codes that a person may see."""

from typing import TYPE_CHECKING, Self

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from tree_queries.query import TreeQuerySet

from accounts.querysets import AccessControlledQuerySet, rows_along
from coding.querysets.codings import CodingQuerySet, kept_from
from coding.querysets.leads import led_by
from versions.querysets import VersionQuerySet

if TYPE_CHECKING:
    from accounts.models import User
    from coding.models import Codebook, CodebookVersion


class CodebookQuerySet(AccessControlledQuerySet["Codebook"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """By access level, and the codebooks of rounds in which this person codes."""
        by_access = super().visible_to(user)
        if isinstance(user, AnonymousUser) or not user.is_active:
            return by_access
        coded = Q(versions__rounds__coders__in=user.coding_rounds.active())
        return self.filter(Q(pk__in=by_access.values("pk")) | coded).distinct()

    def with_counts(self) -> Self:
        """`version_number` of the newest published version, None where there is none, and its `code_count`."""
        published = rows_along("versions", self.model, CodebookVersionQuerySet).published()
        versions = published.filter(codebook=OuterRef("pk")).order_by("-number")
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


class CodebookVersionQuerySet(VersionQuerySet["CodebookVersion"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Published versions of visible codebooks; drafts for the lead coders of the organisation that owns them."""
        codebooks = rows_along("codebook", self.model, CodebookQuerySet).visible_to(user)
        published = Q(status="published", codebook__in=codebooks.values("pk"))
        return self.filter(published | Q(codebook__organisation__in=led_by(user)))


class CodeQuerySet(TreeQuerySet):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        versions = rows_along("version", self.model, CodebookVersionQuerySet).visible_to(user)
        return self.filter(version__in=versions.values("pk"))

    def codable(self) -> Self:
        return self.filter(is_codable=True)

    def tree_of(self, version: "CodebookVersion") -> Self:
        """The codes of one version from top to bottom, with `tree_depth` and `tree_path`."""
        return self.with_tree_fields().tree_filter(version=version).filter(version=version)

    def with_use(self, user: "User") -> Self:
        """`use_count`: how many codings with the code stand in submitted units, in the rounds of its version. Left out
        are blind rounds in which this person codes, until they are closed."""
        codings = rows_along("codings", self.model, CodingQuerySet).standing().submitted().filter(code=OuterRef("pk"))
        codings = codings.exclude(kept_from(user))
        counted = codings.order_by().values("code").annotate(n=Count("pk")).values("n")
        return self.annotate(use_count=Coalesce(Subquery(counted, output_field=IntegerField()), 0))
