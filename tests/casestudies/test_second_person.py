"""Nobody publishes a case study, or opens it to more people, alone."""

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import AuditEvent
from casestudies.actions import cases
from casestudies.models import CaseStudy
from tests.conftest import person_at
from tests.factories.casestudies import advance, make_case_study

pytestmark = pytest.mark.django_db


@pytest.fixture
def dora(alpha):
    """Another data manager at Alpha."""
    return person_at(alpha, "dora", "data-manager")


@pytest.fixture
def approved(fay, bob):
    return make_case_study(fay, state="approved", reviewer=bob, access="restricted")


def sees(person):
    return CaseStudy.objects.visible_to(person).exists()


def fresh(case_study):
    return CaseStudy.objects.get(pk=case_study.pk)


def test_one_person_does_not_start_submit_and_approve(ada, bob):
    case_study = make_case_study(ada, state="submitted")
    with pytest.raises(PermissionDenied, match="other than its researcher"):
        cases.approve_case_study(case_study=case_study, by=ada)
    assert cases.approve_case_study(case_study=case_study, by=bob).review_state == "approved"


def test_naming_another_researcher_does_not_make_a_reviewer(ada, bob, fay):
    case_study = cases.edit_case_study(case_study=make_case_study(ada), by=ada, values={"researcher": fay})
    case_study = cases.submit_case_study(case_study=case_study, by=fay)
    with pytest.raises(PermissionDenied):
        cases.approve_case_study(case_study=case_study, by=ada)
    case_study = cases.approve_case_study(case_study=case_study, by=bob)
    with pytest.raises(PermissionDenied):
        cases.verify_case_study(case_study=case_study, by=ada)


def test_who_was_the_researcher_once_does_not_review(bob, ada, fay):
    case_study = make_case_study(fay, researcher=bob)
    case_study = cases.edit_case_study(case_study=case_study, by=fay, values={"researcher": fay})
    case_study = cases.submit_case_study(case_study=case_study, by=fay)
    with pytest.raises(PermissionDenied):
        cases.approve_case_study(case_study=case_study, by=bob)


@pytest.mark.parametrize("act", ["edits", "submits"])
def test_who_edits_or_submits_does_not_review(fay, bob, dora, act):
    case_study = make_case_study(fay)
    if act == "edits":
        cases.edit_case_study(case_study=case_study, by=bob, values={"abstract": "Mine"})
    cases.submit_case_study(case_study=fresh(case_study), by=bob if act == "submits" else fay)
    with pytest.raises(PermissionDenied):
        cases.approve_case_study(case_study=fresh(case_study), by=bob)
    assert cases.approve_case_study(case_study=fresh(case_study), by=dora)


def test_who_appoints_the_researcher_in_the_same_request_does_not_verify(client_of, fay, bob, dora):
    case_study = make_case_study(fay, state="approved", reviewer=dora)
    body = {"researcher": "dora", "review_state": "verified"}
    answer = client_of(bob).patch(f"/api/v1/case-studies/{case_study.slug}/", body, content_type="application/json")
    assert answer.status_code == 403
    assert (fresh(case_study).researcher, fresh(case_study).review_state) == (fay, "approved")


def test_a_reviewer_who_only_reopened_it_can_approve_again(fay, bob):
    case_study = make_case_study(fay, state="approved", reviewer=bob)
    case_study = cases.reopen_case_study(case_study=case_study, by=bob)
    assert advance(case_study, state="approved", by=fay, reviewer=bob).review_state == "approved"


@pytest.mark.parametrize("access", ["public", "consortium"])
@pytest.mark.parametrize("who", ["fay", "bob", "ada"])
def test_wider_access_of_an_approved_case_study_waits_for_a_second_person(
    request, approved, charlie, dora, access, who
):
    person = request.getfixturevalue(who)
    case_study = cases.edit_case_study(case_study=approved, by=person, values={"access": access})
    assert case_study.review_state == "submitted"
    assert not sees(charlie)
    with pytest.raises(PermissionDenied):
        cases.approve_case_study(case_study=case_study, by=person)
    cases.approve_case_study(case_study=case_study, by=dora)
    assert sees(charlie)
    assert "case-study.submitted" in AuditEvent.objects.filter(actor=person).values_list("action", flat=True)


def test_sharing_a_restricted_one_with_another_organisation_is_wider(approved, ada, charlie, beta, dora):
    case_study = cases.edit_case_study(case_study=approved, by=ada, values={}, shared_with=[beta])
    assert not sees(charlie)
    cases.approve_case_study(case_study=case_study, by=dora)
    assert sees(charlie)


def test_a_verified_one_is_reviewed_again_too(fay, bob, ada, charlie):
    verified = make_case_study(fay, state="verified", reviewer=bob, access="restricted")
    cases.edit_case_study(case_study=verified, by=ada, values={"access": "public"})
    assert fresh(verified).review_state == "submitted"
    assert not sees(charlie)


def test_the_way_round_by_reopening_meets_the_same_reviewer(fay, bob, ada, approved, charlie):
    case_study = cases.reopen_case_study(case_study=approved, by=ada)
    case_study = cases.edit_case_study(case_study=case_study, by=ada, values={"access": "public", "researcher": fay})
    case_study = cases.submit_case_study(case_study=case_study, by=ada)
    with pytest.raises(PermissionDenied):
        cases.approve_case_study(case_study=case_study, by=ada)
    assert not sees(charlie)


@pytest.mark.parametrize(
    ("before", "after"), [("public", "consortium"), ("public", "restricted"), ("consortium", "restricted")]
)
def test_narrower_access_holds_at_once(fay, bob, before, after):
    case_study = make_case_study(fay, state="approved", reviewer=bob, access=before)
    case_study = cases.edit_case_study(case_study=case_study, by=fay, values={"access": after})
    assert (case_study.review_state, case_study.access) == ("approved", after)


def test_page_and_api_take_the_same_way(client_of, approved, fay, charlie, bob):
    answer = client_of(fay).patch(
        f"/api/v1/case-studies/{approved.slug}/", {"access": "public"}, content_type="application/json"
    )
    assert (answer.status_code, answer.json()["review_state"]) == (200, "submitted")
    assert client_of(charlie).get(approved.get_absolute_url()).status_code == 404
    page = client_of(fay).get(approved.get_absolute_url()).content.decode()
    assert f'action="/case-studies/{approved.slug}/approve/"' not in page
    assert (
        f'action="/case-studies/{approved.slug}/approve/"'
        in client_of(bob).get(approved.get_absolute_url()).content.decode()
    )
