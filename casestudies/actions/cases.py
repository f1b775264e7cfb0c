"""What people do with a case study: start, edit, submit, approve, verify, withdraw and reopen it."""

from collections.abc import Iterable, Mapping, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Organisation, User
from accounts.roles import AccessLevel, is_wider
from accounts.slugs import beside_hidden, numbered
from casestudies import policies
from casestudies.actions.editing import apply_values, next_version, store
from casestudies.models import CaseStudy
from casestudies.models.choices import ReviewState
from casestudies.querysets import PUBLISHED

DESCRIPTION = (
    "working_title",
    "titles",
    "language",
    "abstract",
    "themes",
    "strands",
    "keywords",
    "country",
    "place",
    "sector",
    "level",
    "public_body",
    "public_body_name",
    "initiator",
    "attitude",
    "innovation_type",
    "newness",
    "ict_role",
    "started_on",
    "started_precision",
    "ended_on",
    "ended_precision",
    "documents",
    "interviews",
    "observations",
    "methods",
    "researcher",
    "persistent_identifier",
    "access",
)


@transaction.atomic
def create_case_study(
    *,
    by: User,
    organisation: Organisation,
    values: Mapping[str, object],
    slug: str = "",
    shared_with: Iterable[Organisation] = (),
) -> CaseStudy:
    """Start a draft in an organisation. Without a slug, one is made from the working title."""
    policies.check_can_create_case_study_in(by, organisation.pk)
    slug = _beside_hidden(slug, by) if slug else _free_slug(str(values.get("working_title", "")))
    case_study = CaseStudy(organisation=organisation, slug=slug)
    apply_values(case_study, {"researcher": by, **values}, DESCRIPTION)
    store(case_study, by=by, values=values)
    case_study.shared_with.set(shared_with)
    audit.record("case-study.created", by=by, target=case_study)
    return case_study


def _beside_hidden(slug: str, by: User) -> str:
    taken = CaseStudy.objects.values_list("slug", flat=True)
    seen = CaseStudy.objects.visible_to(by).values_list("slug", flat=True)
    return beside_hidden(slug, taken=set(taken), seen=set(seen))


def _free_slug(title: str) -> str:
    stem = slugify(title)[:70].strip("-") or "case_study"
    taken = set(CaseStudy.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    return numbered(stem, taken)


@transaction.atomic
def edit_case_study(
    *,
    case_study: CaseStudy,
    by: User,
    values: Mapping[str, object],
    shared_with: Iterable[Organisation] | None = None,
) -> CaseStudy:
    """Edit fields of the description. An edit that changes nothing makes no version.

    An edit that opens a published case study to more people submits it: it is published again, and to them, when a
    second person approves it.
    """
    case_study = _locked(case_study)
    before = _audience(case_study)
    policies.check_can_edit_case_study(by, case_study)
    changed = apply_values(case_study, values, DESCRIPTION)
    if shared_with is not None and {o.pk for o in shared_with} != set(
        case_study.shared_with.values_list("pk", flat=True)
    ):
        case_study.shared_with.set(shared_with)
        changed.append("shared_with")
    if changed:
        next_version(case_study)
        needs_review = case_study.review_state in PUBLISHED and _is_wider(before, _audience(case_study))
        if needs_review:
            case_study.review_state = ReviewState.SUBMITTED
        store(case_study, by=by, values=values)
        audit.record("case-study.edited", by=by, target=case_study, version=case_study.version, fields=changed)
        if needs_review:
            audit.record("case-study.submitted", by=by, target=case_study, version=case_study.version)
    return case_study


Audience = tuple[str, frozenset[int]]


def _audience(case_study: CaseStudy) -> Audience:
    """The access level, and the organisations that a restricted case study is shared with."""
    is_restricted = case_study.access == AccessLevel.RESTRICTED
    shared = case_study.shared_with.values_list("pk", flat=True) if is_restricted else ()
    return case_study.access, frozenset(shared)


def _is_wider(before: Audience, after: Audience) -> bool:
    if before[0] != after[0]:
        return is_wider(after[0], than=before[0])
    return not after[1] <= before[1]


@transaction.atomic
def submit_case_study(*, case_study: CaseStudy, by: User) -> CaseStudy:
    """Ask the organisation's reviewers to look at a draft."""
    case_study = _locked(case_study)
    policies.check_can_edit_case_study(by, case_study)
    return _move(case_study, by=by, to=ReviewState.SUBMITTED, after=[ReviewState.DRAFT])


@transaction.atomic
def approve_case_study(*, case_study: CaseStudy, by: User) -> CaseStudy:
    """Publish a submitted case study to those whom its access level names. `by` had no part in it."""
    case_study = _locked(case_study)
    policies.check_can_publish_case_study(by, case_study)
    if not case_study.abstract:
        raise ValidationError(_("Add an abstract before you approve this case study."), code="no_abstract")
    return _move(case_study, by=by, to=ReviewState.APPROVED, after=[ReviewState.SUBMITTED])


@transaction.atomic
def verify_case_study(*, case_study: CaseStudy, by: User) -> CaseStudy:
    """Record that a person other than the researcher checked it. Fieldworkers cannot edit it any more."""
    case_study = _locked(case_study)
    policies.check_can_publish_case_study(by, case_study)
    return _move(case_study, by=by, to=ReviewState.VERIFIED, after=[ReviewState.APPROVED])


@transaction.atomic
def withdraw_case_study(*, case_study: CaseStudy, by: User, reason: str) -> CaseStudy:
    """Hide a case study from everyone outside its organisation, with a reason."""
    case_study = _locked(case_study)
    policies.check_can_review_case_study(by, case_study)
    if not reason.strip():
        raise ValidationError({"reason": ValidationError(_("Enter why the case study is withdrawn."), code="required")})
    case_study.withdrawn_because = reason.strip()
    states = [s for s in ReviewState if s != ReviewState.WITHDRAWN]
    return _move(case_study, by=by, to=ReviewState.WITHDRAWN, after=states)


@transaction.atomic
def reopen_case_study(*, case_study: CaseStudy, by: User) -> CaseStudy:
    """Make a case study a draft of its organisation again."""
    case_study = _locked(case_study)
    policies.check_can_review_case_study(by, case_study)
    case_study.withdrawn_because = ""
    return _move(case_study, by=by, to=ReviewState.DRAFT, after=[s for s in ReviewState if s != ReviewState.DRAFT])


def _locked(case_study: CaseStudy) -> CaseStudy:
    locked: CaseStudy = CaseStudy.objects.select_for_update().get(pk=case_study.pk)
    return locked


def _move(case_study: CaseStudy, *, by: User, to: ReviewState, after: Sequence[ReviewState]) -> CaseStudy:
    if case_study.review_state not in after:
        raise ValidationError(
            _("This case study is %(state)s. It cannot become %(next)s from that state."),
            code="wrong_state",
            params={"state": case_study.get_review_state_display().lower(), "next": str(to.label).lower()},
        )
    case_study.review_state = to
    next_version(case_study)
    store(case_study, by=by, values={})
    audit.record(f"case-study.{to.value}", by=by, target=case_study, version=case_study.version)
    return case_study
