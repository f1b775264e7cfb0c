"""Who may do what with cases, events and notes. Who may see them is asked in querysets.py."""

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied

from accounts.models import User
from accounts.policies import has_role, has_role_in, owns_as
from accounts.roles import Role
from casestudies.models import CaseStudy, FieldNote
from casestudies.models.choices import ReviewState

Person = User | AnonymousUser
CURATORS = (Role.DATA_MANAGER, Role.ADMIN)
LEADS = (Role.LEAD_CODER, Role.ADMIN)


def _check(allowed: bool, sentence: str) -> None:
    if not allowed:
        raise PermissionDenied(sentence)


def can_create_case(user: Person) -> bool:
    return has_role(user, Role.FIELDWORKER, *CURATORS)


def can_create_case_in(user: Person, organisation_id: int) -> bool:
    return has_role_in(user, organisation_id, Role.FIELDWORKER, *CURATORS)


def check_can_create_case_in(user: Person, organisation_id: int) -> None:
    _check(
        can_create_case_in(user, organisation_id),
        "Cases are started by fieldworkers, data managers and administrators of the organisation that owns them.",
    )


def can_edit_case(user: Person, case: CaseStudy) -> bool:
    """Its organisation's fieldworkers until it is verified, its curators until it is withdrawn."""
    if case.review_state == ReviewState.WITHDRAWN:
        return False
    if owns_as(user, case, *CURATORS):
        return True
    return case.review_state != ReviewState.VERIFIED and owns_as(user, case, Role.FIELDWORKER)


def check_can_edit_case(user: Person, case: CaseStudy) -> None:
    if case.review_state == ReviewState.WITHDRAWN:
        raise PermissionDenied("This case is withdrawn. Reopen it before you change it.")
    _check(
        can_edit_case(user, case),
        "This case is changed by its organisation's fieldworkers until it is verified, and by its data managers.",
    )


def can_review_case(user: Person, case: CaseStudy) -> bool:
    """Approve, withdraw, reopen."""
    return owns_as(user, case, *CURATORS)


def check_can_review_case(user: Person, case: CaseStudy) -> None:
    _check(
        can_review_case(user, case),
        "Cases are approved, withdrawn and reopened by data managers and administrators of their organisation.",
    )


def can_verify_case(user: Person, case: CaseStudy) -> bool:
    """A second pair of eyes: a curator of its organisation who is not its researcher."""
    return can_review_case(user, case) and case.researcher_id != user.pk


def check_can_verify_case(user: Person, case: CaseStudy) -> None:
    check_can_review_case(user, case)
    _check(can_verify_case(user, case), "A case is verified by somebody other than its researcher.")


def can_record_events(user: Person, case: CaseStudy) -> bool:
    """Events, participation, contributions and their fate; also on a verified case, which goes on living."""
    return case.review_state != ReviewState.WITHDRAWN and owns_as(user, case, Role.FIELDWORKER, *CURATORS)


def check_can_record_events(user: Person, case: CaseStudy) -> None:
    _check(
        can_record_events(user, case),
        "Events and contributions are recorded by fieldworkers of the organisation that owns the case.",
    )


def can_write_notes(user: Person, case: CaseStudy) -> bool:
    return owns_as(user, case, Role.FIELDWORKER)


def check_can_write_notes(user: Person, case: CaseStudy) -> None:
    _check(can_write_notes(user, case), "Notes are written by fieldworkers of the organisation that owns the case.")


def can_read_notes(user: Person, case: CaseStudy) -> bool:
    """Whether notes of this case are shown at all; which ones is asked in the query."""
    return isinstance(user, User) and user.is_active and case.organisation_id in user.organisation_ids


def can_edit_note(user: Person, note: FieldNote) -> bool:
    """Fieldworkers of its organisation who see it."""
    return has_role_in(user, note.organisation_id, Role.FIELDWORKER)


def check_can_edit_note(user: Person, note: FieldNote) -> None:
    _check(can_edit_note(user, note), "Notes are written by fieldworkers of the organisation they belong to.")


def can_delete_note(user: Person, note: FieldNote) -> bool:
    """Its author, while a fieldworker there, and the leads of its organisation."""
    is_author = note.author_id == user.pk and can_edit_note(user, note)
    return is_author or has_role_in(user, note.organisation_id, *LEADS)


def check_can_delete_note(user: Person, note: FieldNote) -> None:
    _check(can_delete_note(user, note), "A note is deleted or brought back by its author, or by a lead.")


def can_keep_informants(user: Person, case: CaseStudy) -> bool:
    return owns_as(user, case, Role.FIELDWORKER, Role.ADMIN)


def check_can_keep_informants(user: Person, case: CaseStudy) -> None:
    _check(
        can_keep_informants(user, case),
        "Informants and consent are kept by fieldworkers of the organisation that owns the case.",
    )
