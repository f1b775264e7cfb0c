"""Draft, publish, discard and compare, the same for codebooks and for questionnaires."""

from dataclasses import dataclass
from operator import attrgetter
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from accounts.models import AuditEvent
from coding.actions.codebooks import CODEBOOKS, add_code
from coding.models import Code, CodeOrigin
from surveys.actions.questionnaires import QUESTIONNAIRES
from surveys.models import Section
from surveys.selectors import definition_of
from tests.factories.coding import make_codebook
from tests.factories.surveys import make_published
from versions.actions import discard_draft, publish, start_draft
from versions.frozen import read_once

pytestmark = pytest.mark.django_db


@dataclass
class Case:
    """A thing with version 1 published and version 2 a draft."""

    versioning: Any
    thing: Any
    by: Any
    page: str
    api: str

    def do(self, verb, **more):
        return verb(versioning=self.versioning, thing=self.thing, **({"by": self.by} | more))

    @property
    def states(self):
        return [(version.number, version.status) for version in self.thing.versions.order_by("number")]


@pytest.fixture(params=["codebook", "questionnaire"])
def case(request, ada, bob, alpha):
    if request.param == "codebook":
        book = make_codebook(bob)
        return Case(CODEBOOKS, book, bob, f"/codebooks/{book.slug}/", f"/api/v1/codebooks/{book.slug}/compare/")
    questionnaire = make_published(ada, alpha).questionnaire
    case = Case(
        QUESTIONNAIRES,
        questionnaire,
        ada,
        f"/questionnaires/{questionnaire.slug}/",
        f"/api/v1/questionnaires/{questionnaire.slug}/compare/",
    )
    case.do(start_draft)
    return case


def test_a_second_draft_is_refused(case):
    with pytest.raises(ValidationError, match="a draft already"):
        case.do(start_draft)


def test_a_discarded_draft_begins_again_as_a_copy(case):
    case.do(discard_draft)
    assert case.states == [(1, "published")]
    case.do(start_draft)
    assert case.states == [(1, "published"), (2, "draft")]


def test_without_a_draft_nothing_is_published_or_discarded(case):
    case.do(discard_draft)
    for verb in (publish, discard_draft):
        with pytest.raises(ValidationError) as refusal:
            case.do(verb)
        assert refusal.value.code == "no_draft"


def test_publishing_freezes_the_version_and_records_who_when_and_why(case):
    before = type(case.thing).objects.get(pk=case.thing.pk).updated_at
    version = case.do(publish, note="Clearer words.")
    version.refresh_from_db()
    assert (version.number, version.status, version.note) == (2, "published", "Clearer words.")
    assert version.published_by == case.by
    assert type(case.thing).objects.get(pk=case.thing.pk).updated_at > before
    assert AuditEvent.objects.filter(action="version.published", target_id=str(version.pk)).exists()
    row = type(version).objects.filter(pk=version.pk)
    for change in (lambda: row.update(note="Other."), lambda: row._raw_delete("default")):
        with pytest.raises(IntegrityError, match="a published version does not change"), transaction.atomic():
            change()


def test_a_person_without_access_can_do_none_of_it(case, charlie):
    for verb in (start_draft, publish, discard_draft):
        with pytest.raises(PermissionDenied):
            case.do(verb, by=charlie)
    assert case.states == [(1, "published"), (2, "draft")]


def test_the_only_version_is_not_discarded(bob):
    book = make_codebook(bob, publish=False)
    with pytest.raises(ValidationError, match="discard the only version"):
        discard_draft(versioning=CODEBOOKS, thing=book, by=bob)


def test_a_codebook_begun_again_has_the_codes_of_the_version_in_force_and_their_origins(bob):
    book = make_codebook(bob)
    add_code(codebook=book, values={"name": "Late idea"}, by=bob)
    discard_draft(versioning=CODEBOOKS, thing=book, by=bob)
    draft = start_draft(versioning=CODEBOOKS, thing=book, by=bob)
    assert [c.key for c in Code.objects.tree_of(draft)] == ["time", "delay", "no-reply", "contact", "rude", "unclear"]
    assert CodeOrigin.objects.filter(after__version=draft).count() == 6


def test_a_part_is_not_moved_into_a_published_version(ada, alpha):
    published = make_published(ada, alpha)
    draft = start_draft(versioning=QUESTIONNAIRES, thing=published.questionnaire, by=ada)
    with pytest.raises(IntegrityError, match="section_is_frozen"), transaction.atomic():
        Section.objects.filter(version=draft, name="end").update(version=published, name="moved", position=98)


def test_equal_versions_do_not_differ_on_the_page_or_in_the_api(case, client_of, api_client, token_for):
    page = client_of(case.by).get(f"{case.page}compare/")
    assert page.status_code == 200
    assert "These versions are the same." in page.text
    answer = api_client.get(case.api, HTTP_AUTHORIZATION=f"Bearer {token_for(case.by)}")
    assert answer.json() == {"before": 1, "after": 2, "changes": []}


def test_a_number_of_no_version_is_refused_on_the_page_and_in_the_api(case, client_of, api_client, token_for):
    page = client_of(case.by).get(f"{case.page}compare/", {"before": "9"})
    assert (page.status_code, "Choose one of the versions." in page.text) == (400, True)
    answer = api_client.get(f"{case.api}?before=9", HTTP_AUTHORIZATION=f"Bearer {token_for(case.by)}")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "before"


def test_a_draft_is_compared_by_those_who_see_it_only(case, client_of, charlie):
    assert client_of(case.by).get(f"{case.page}compare/", {"after": "2"}).status_code == 200
    assert client_of(charlie).get(f"{case.page}compare/", {"after": "2"}).status_code == 400


def test_the_page_shows_how_a_code_changed(client_of, api_client, token_for, bob):
    book = make_codebook(bob)
    draft = book.versions.drafts().get()
    draft.codes.filter(key="rude").update(name="Unkind", definition="Unkind words.")
    draft.codes.filter(key="delay").delete()
    add_code(codebook=book, values={"name": "Anger"}, by=bob)
    page = client_of(bob).get(f"/codebooks/{book.slug}/compare/", {"before": "1", "after": "2"}).text
    assert all(words in page for words in ["Code: Unkind", "Unkind words.", "Code: Anger", "Code: Delay", "Removed"])
    address = f"/api/v1/codebooks/{book.slug}/compare/"
    changes = api_client.get(address, HTTP_AUTHORIZATION=f"Bearer {token_for(bob)}").json()["changes"]
    assert [(c["key"], c["change"]) for c in changes] == [("rude", "changed"), ("anger", "added"), ("delay", "removed")]
    assert changes[0]["differences"][0] == {"name": "name", "before": "Rude", "after": "Unkind"}


def test_the_page_shows_how_a_question_changed(client_of, ada, alpha):
    questionnaire = make_published(ada, alpha).questionnaire
    draft = start_draft(versioning=QUESTIONNAIRES, thing=questionnaire, by=ada)
    item = draft.items.get(name="age")
    item.labels = {**item.labels, "en": "What is your age?"}
    item.save()
    page = client_of(ada).get(f"/questionnaires/{questionnaire.slug}/compare/").text
    assert all(words in page for words in ["Question: age", "Text (en)", "How old are you?", "What is your age?"])


def test_a_codebook_is_begun_again_by_its_buttons(client_of, bob):
    book, browser = make_codebook(bob), client_of(bob)
    address = f"/codebooks/{book.slug}/"
    assert "Discard this draft" in browser.get(address).text
    assert browser.post(f"{address}draft/discard/").status_code == 303
    page = browser.get(address).text
    assert "Start a new draft" in page
    assert "Discard this draft" not in page
    assert browser.post(f"{address}codes/new/", {"name": "Late"}).status_code == 404
    assert browser.post(f"{address}draft/start/").status_code == 303
    assert "Discard this draft" in browser.get(address).text


def test_a_draft_is_read_from_the_database_each_time(ada, alpha):
    questionnaire = make_published(ada, alpha).questionnaire
    draft = start_draft(versioning=QUESTIONNAIRES, thing=questionnaire, by=ada)
    assert len(list(definition_of(draft).items())) > 1
    draft.items.all().delete()
    assert list(definition_of(draft).items()) == []


def test_a_publication_that_was_rolled_back_is_not_remembered(ada, alpha):
    published = make_published(ada, alpha)
    draft = start_draft(versioning=QUESTIONNAIRES, thing=published.questionnaire, by=ada)
    read = attrgetter("note")
    with transaction.atomic():
        first = publish(versioning=QUESTIONNAIRES, thing=published.questionnaire, by=ada, note="First.")
        assert read_once(first, read) == "First."
        transaction.set_rollback(True)
    second = publish(versioning=QUESTIONNAIRES, thing=published.questionnaire, by=ada, note="Second.")
    assert (second.pk, read_once(second, read)) == (draft.pk, "Second.")
