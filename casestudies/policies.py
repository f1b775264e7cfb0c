"""Who may do what with case studies, events and notes. Who may see them is decided in querysets.py."""

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from accounts.history import versions_of
from accounts.models import AuditEvent, User
from accounts.policies import has_role, has_role_in, owns_as
from accounts.roles import Role
from casestudies.models import CaseStudy, FieldNote
from casestudies.models.choices import ReviewState

Person = User | AnonymousUser
CURATORS = (Role.DATA_MANAGER, Role.ADMIN)
LEADS = (Role.LEAD_CODER, Role.ADMIN)
# Events of the audit trail by which a person takes part in a case study, and so cannot review it.
_AUTHORS_DO = ("case-study.created", "case-study.edited", "case-study.submitted")


def _check(allowed: bool, sentence: str) -> None:
    if not allowed:
        raise PermissionDenied(sentence)


def can_create_case_study(user: Person) -> bool:
    return has_role(user, Role.FIELDWORKER, *CURATORS)


def can_create_case_study_in(user: Person, organisation_id: int) -> bool:
    return has_role_in(user, organisation_id, Role.FIELDWORKER, *CURATORS)


def check_can_create_case_study_in(user: Person, organisation_id: int) -> None:
    _check(
        can_create_case_study_in(user, organisation_id),
        _("Only fieldworkers, data managers and administrators of the organisation can start a case study."),
    )


def can_edit_case_study(user: Person, case_study: CaseStudy) -> bool:
    """Its organisation's fieldworkers until it is verified, its curators until it is withdrawn."""
    if case_study.review_state == ReviewState.WITHDRAWN:
        return False
    if owns_as(user, case_study, *CURATORS):
        return True
    return case_study.review_state != ReviewState.VERIFIED and owns_as(user, case_study, Role.FIELDWORKER)


def check_can_edit_case_study(user: Person, case_study: CaseStudy) -> None:
    if case_study.review_state == ReviewState.WITHDRAWN:
        raise PermissionDenied(_("This case study is withdrawn. Reopen it before you edit it."))
    _check(
        can_edit_case_study(user, case_study),
        _("Only fieldworkers (until it is verified) and data managers of its organisation can edit this case study."),
    )


def can_review_case_study(user: Person, case_study: CaseStudy) -> bool:
    """Withdraw and reopen; `can_publish_case_study` for the rest."""
    return owns_as(user, case_study, *CURATORS)


def check_can_review_case_study(user: Person, case_study: CaseStudy) -> None:
    _check(
        can_review_case_study(user, case_study),
        _("Only data managers and administrators of its organisation can approve, withdraw or reopen a case study."),
    )


def can_publish_case_study(user: Person, case_study: CaseStudy) -> bool:
    """Approve and verify: a curator of its organisation who has no part in what is published (docs/adr/0094)."""
    return can_review_case_study(user, case_study) and not _took_part(user, case_study)


def check_can_publish_case_study(user: Person, case_study: CaseStudy) -> None:
    check_can_review_case_study(user, case_study)
    _check(
        can_publish_case_study(user, case_study),
        _(
            "A case study is approved and verified by a person other than its researcher, who neither edited nor "
            "submitted it."
        ),
    )


def _was_researcher(user: Person, case_study: CaseStudy) -> bool:
    return versions_of(CaseStudy).filter(pgh_obj=case_study.pk, researcher=user.pk).exists()


def _took_part(user: Person, case_study: CaseStudy) -> bool:
    """Whether the person is or was its researcher, or started, edited or submitted it."""
    if case_study.researcher_id == user.pk or _was_researcher(user, case_study):
        return True
    acts = AuditEvent.objects.filter(target_type=case_study._meta.label_lower, target_id=str(case_study.pk))
    return acts.filter(actor=user.pk, action__in=_AUTHORS_DO).exists()


def can_record_events(user: Person, case_study: CaseStudy) -> bool:
    """Events, participation, contributions and the decisions on them; also after the case study was verified."""
    return case_study.review_state != ReviewState.WITHDRAWN and owns_as(user, case_study, Role.FIELDWORKER, *CURATORS)


def check_can_record_events(user: Person, case_study: CaseStudy) -> None:
    _check(
        can_record_events(user, case_study),
        _("Only fieldworkers of the organisation that owns the case study can record events and contributions."),
    )


def can_write_notes(user: Person, case_study: CaseStudy) -> bool:
    return owns_as(user, case_study, Role.FIELDWORKER)


def check_can_write_notes(user: Person, case_study: CaseStudy) -> None:
    _check(
        can_write_notes(user, case_study),
        _("Only fieldworkers of the organisation that owns the case study can write notes."),
    )


def can_read_notes(user: Person, case_study: CaseStudy) -> bool:
    """Whether notes of this case study are shown at all; which ones is decided by the query."""
    return isinstance(user, User) and user.is_active and case_study.organisation_id in user.organisation_ids


def can_edit_note(user: Person, note: FieldNote) -> bool:
    """Fieldworkers of its organisation who see it."""
    return has_role_in(user, note.organisation_id, Role.FIELDWORKER)


def check_can_edit_note(user: Person, note: FieldNote) -> None:
    _check(can_edit_note(user, note), _("Only fieldworkers of the organisation that owns the note can edit it."))


def can_delete_note(user: Person, note: FieldNote) -> bool:
    """Its author, while a fieldworker there, and the leads of its organisation."""
    is_author = note.author_id == user.pk and can_edit_note(user, note)
    return is_author or has_role_in(user, note.organisation_id, *LEADS)


def check_can_delete_note(user: Person, note: FieldNote) -> None:
    _check(
        can_delete_note(user, note),
        _("Only its author, a lead coder or an administrator can delete or restore a note."),
    )


def can_keep_informants(user: Person, case_study: CaseStudy) -> bool:
    return owns_as(user, case_study, Role.FIELDWORKER, Role.ADMIN)


def check_can_keep_informants(user: Person, case_study: CaseStudy) -> None:
    _check(
        can_keep_informants(user, case_study),
        _("Only fieldworkers and administrators of the organisation that owns the case study can record informants."),
    )
