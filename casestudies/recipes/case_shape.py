"""What rows of several tables say of one case study."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.utils import timezone
from django.utils.text import slugify

from casestudies.models import CaseStudy
from casestudies.models.choices import Precision
from casestudies.plain_text import plain_text
from imports.dates import end_given, end_of, given_key
from imports.sourced.shape import Reported
from imports.sourced.slugs import free_slugs
from imports.sourced.target import Work
from registry.models import PolicySector

NAME = "case-studies"
_AS_TOLD = (
    "language", "country", "level", "initiator", "attitude", "innovation_type", "newness", "ict_role", "methods",
)  # fmt: skip
_NUMBERS = ("documents", "interviews", "observations")
_NUMBERED = "Case "
_MOST_KEYWORDS, _LONGEST_KEYWORD = 200, 120


class CaseShape:
    """Implements `Shape`. A case belongs to the dataset's organisation and has its access; who ran the import is its
    researcher. It is a draft unless the rows call it published and an abstract is there."""

    recipe = NAME
    model = CaseStudy
    label = "case studies"
    joins = True
    gathered: Sequence[str] = ("keywords",)
    relations: Sequence[str] = ()
    together: Sequence[Sequence[str]] = (
        ("started_on", "started_precision", "ended_on", "ended_precision"),
        ("public_body_id", "public_body_name"),
    )
    own: Sequence[str] = (
        "organisation_id", "access", "researcher_id", "slug", "version", "created_at", "updated_at", "updated_by_id",
    )  # fmt: skip
    fields_of: Mapping[str, str] = {
        "working_title": "title", "sector_id": "sector", "public_body_name": "public_body",
        "started_precision": "started_on", "ended_precision": "ended_on",
    }  # fmt: skip

    def known(self, told: Sequence[Reported], work: Work) -> dict[str, int]:
        """Keys of sectors by their slug."""
        return dict(PolicySector.objects.values_list("slug", "pk"))

    def values_of(self, told: Reported, known: Mapping[str, int]) -> dict[str, object]:
        fields = told.fields
        values: dict[str, object] = {"working_title": (fields.get("title") or f"{_NUMBERED}{told.key}")[:250]}
        values |= {name: fields[name] for name in _AS_TOLD if name in fields}
        values |= {name: int(fields[name]) for name in _NUMBERS if name in fields}
        if abstract := plain_text(fields.get("abstract", "")):
            values["abstract"] = abstract
            if "review_state" in fields:
                values["review_state"] = fields["review_state"]
        if "sector" in fields and fields["sector"] in known:
            values["sector_id"] = known[fields["sector"]]
        if "public_body" in fields:
            values["public_body_name"] = fields["public_body"]
        if keywords := [word[:_LONGEST_KEYWORD] for word in told.gathered["keywords"][:_MOST_KEYWORDS]]:
            values["keywords"] = list(dict.fromkeys(keywords))
        return values | _period(fields)

    def find(self, told: Sequence[Reported], work: Work) -> Mapping[str, CaseStudy]:
        """Only rows of one dataset, or of joined ones, are about the same case: numbers of others mean others."""
        return {}

    def new(self, told: Reported, work: Work) -> CaseStudy:
        return CaseStudy(
            organisation_id=work.dataset.organisation_id, access=work.dataset.access, researcher=work.by,
            updated_by=work.by,
        )  # fmt: skip

    def making(self, things: Sequence[CaseStudy], work: Work) -> None:
        """An address stays, but for that of a case of which only the number was known, when a table brings its title
        or takes it away again."""
        ids = [thing.pk for thing in things if thing.pk]
        titles = dict(CaseStudy.objects.filter(pk__in=ids).values_list("pk", "working_title"))
        things = [thing for thing in things if not thing.slug or _is_named(thing, titles[thing.pk])]
        stems = [slugify(thing.working_title)[:70].strip("-") or "case_study" for thing in things]
        for thing, slug in zip(things, free_slugs(CaseStudy, stems), strict=True):
            thing.slug = slug

    def made(self, things: Sequence[CaseStudy], work: Work) -> None:
        shares = CaseStudy.shared_with.through
        others = list(work.dataset.shared_with.values_list("pk", flat=True))
        shares._default_manager.bulk_create(
            [shares(casestudy_id=thing.pk, organisation_id=other) for thing in things for other in others]
        )

    def mark_changed(self, thing: CaseStudy, work: Work) -> None:
        thing.version += 1
        thing.updated_at = timezone.now()
        thing.updated_by = work.by

    def related(
        self, told: Mapping[str, Reported], things: Mapping[str, CaseStudy], work: Work
    ) -> Mapping[str, dict[str, object]]:
        return {}

    def blocking(self, ids: Sequence[int]) -> Sequence[tuple[str, str, int]]:
        return ()


def _is_named(case_study: CaseStudy, before: str) -> bool:
    """Whether a title came in place of a number, or a number in place of a title, and the address was made of it."""
    came_or_went = before.startswith(_NUMBERED) != case_study.working_title.startswith(_NUMBERED)
    return came_or_went and case_study.slug.startswith(slugify(before)[:70].strip("-"))


def _period(fields: Mapping[str, str]) -> dict[str, object]:
    """Days of the rows, with the precision of the source. A start that is a range brings the end with it, unless a row
    gives one. An end that lies before a start that another table gave is left out. A month, quarter or year in which
    the case also began ends no earlier than it began."""
    start, end = (date.fromisoformat(fields[n]) if n in fields else None for n in ("started_on", "ended_on"))
    began, ended = (fields.get(given_key(name), "") for name in ("started_on", "ended_on"))
    if start and end is None and "/" in began:
        end, ended = end_of(began), began
    ended = end_given(ended)
    values: dict[str, object] = {}
    if start:
        values |= {"started_on": start, "started_precision": _precision(began.partition("/")[0])}
    if start and end and end < start and ended in periods_of(start):
        end = start
    if end and not (start and end < start):
        values |= {"ended_on": end, "ended_precision": _precision(ended)}
    return values


def periods_of(day: date) -> tuple[str, str, str]:
    """The year, quarter and month of a day as `given_key` holds them."""
    return f"{day:%Y}", f"{day:%Y}-Q{(day.month + 2) // 3}", f"{day:%Y-%m}"


def _precision(given: str) -> str:
    """How exact a source is. Of a quarter only the year is exact."""
    if len(given) == len("2019") or "Q" in given:
        return Precision.YEAR.value
    return Precision.MONTH.value if len(given) == len("2019-12") else Precision.DAY.value
