"""Lead coders and administrators change vocabularies; everyone reads them; keys stay."""

import pytest
from django.urls import reverse

from accounts.models import AuditEvent
from registry.models import Term

pytestmark = pytest.mark.django_db
LADDER = ("participation-level", "1")
NEW = {"key": "co-owner", "en": "Co-owner", "others": "nl: Mede-eigenaar", "definition": "", "broader": ""}


def test_everyone_reads_vocabularies(client, django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        page = client.get(reverse("vocabulary-detail", args=LADDER))

    assert "Citizen control" in page.content.decode()
    assert "Add a term" not in page.content.decode()


def test_a_lead_coder_adds_a_term_and_it_is_audited(client_of, bob):
    answer = client_of(bob).post(reverse("term-new", args=LADDER), NEW)

    assert answer.status_code == 303
    assert Term.objects.get(vocabulary__slug=LADDER[0], key="co-owner").labels == {
        "en": "Co-owner",
        "nl": "Mede-eigenaar",
    }
    assert AuditEvent.objects.filter(action="term.added", actor=bob).exists()


@pytest.mark.parametrize("name", ["cody", "fay", "rita"])
def test_others_may_not_change_vocabularies(client_of, request, name):
    client = client_of(request.getfixturevalue(name))

    assert client.get(reverse("term-new", args=LADDER)).status_code == 403
    assert client.post(reverse("term-edit", args=[*LADDER, "heard"]), NEW).status_code == 403


def test_a_person_who_is_not_signed_in_is_redirected_to_sign_in(client):
    assert client.get(reverse("term-new", args=LADDER)).status_code == 302


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"key": "heard"}, "has a term with this key"),
        ({"en": ""}, "This field is required"),
        ({"others": "Dutch Mede-eigenaar"}, "Write a language code, a colon and a label"),
    ],
)
def test_a_wrong_term_is_refused_beside_its_field(client_of, bob, change, says):
    answer = client_of(bob).post(reverse("term-new", args=LADDER), NEW | change)

    assert answer.status_code == 422
    assert says in answer.content.decode()


def test_a_term_cannot_be_below_itself(client_of, bob):
    terms = Term.objects.filter(vocabulary__slug="arnstein-ladder")
    tokenism, informing = terms.get(key="tokenism"), terms.get(key="informing")

    answer = client_of(bob).post(
        reverse("term-edit", args=["arnstein-ladder", "1", "tokenism"]), {"en": "Tokenism", "broader": informing.pk}
    )

    assert answer.status_code == 422
    tokenism.refresh_from_db()
    assert tokenism.broader is None


def test_a_term_taken_out_of_use_names_its_replacement(client_of, bob):
    heard = Term.objects.get(vocabulary__slug=LADDER[0], key="heard")
    informed = Term.objects.get(vocabulary__slug=LADDER[0], key="informed")

    client_of(bob).post(
        reverse("term-edit", args=[*LADDER, "heard"]),
        {"en": "Heard", "is_deprecated": "on", "replaced_by": informed.pk},
    )

    heard.refresh_from_db()
    assert (heard.is_deprecated, heard.replaced_by) == (True, informed)
