"""Making a questionnaire: actions and pages, who may, and the problems that prevent publishing."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import AuditEvent
from surveys.actions.drafts import move_part, remove_part, save_choices, save_item, save_section
from surveys.actions.fieldwork import add_wave, close_wave, open_wave
from surveys.actions.questionnaires import (
    create_questionnaire,
    discard_draft,
    publish_version,
    start_draft,
    update_questionnaire,
)
from surveys.definition import ChoiceDef
from surveys.models import Questionnaire
from surveys.selectors import definition_of
from surveys.validation import problems_of
from tests.factories.surveys import make_published, make_questionnaire, make_wave, small_definition
from tests.factories.workbooks import workbook


@pytest.fixture
def empty(fay, alpha):
    return create_questionnaire(title="Parks", slug="parks", organisation=alpha, by=fay, languages=["en", "nl"])


def names(version):
    return [item.name for item in definition_of(version).items()]


def test_what_is_written_is_read_back_the_same(ada, alpha):
    version = make_questionnaire(ada, alpha).versions.get()
    read = definition_of(version)
    written = small_definition()
    assert [s.name for s in read.sections] == [s.name for s in written.sections]
    assert [(i.name, i.type, i.labels, i.constraint, i.offers) for i in read.items()] == [
        (i.name, i.type, i.labels, i.constraint, i.offers) for i in written.items()
    ]
    assert {n: [c.code for c in cs] for n, cs in read.lists.items()} == {
        n: [c.code for c in cs] for n, cs in written.lists.items()
    }
    assert (read.titles, read.introductions, read.thanks) == (written.titles, written.introductions, written.thanks)


@pytest.mark.parametrize("who", ["fay", "bob"])
def test_makers_of_an_organisation_make_questionnaires(who, alpha, request):
    person = request.getfixturevalue(who)
    made = create_questionnaire(title="Parks", slug="parks", organisation=alpha, by=person)
    assert made.versions.get().is_draft
    assert AuditEvent.objects.filter(action="questionnaire.created", actor=person).count() == 1


@pytest.mark.parametrize("who", ["rita", "cody", "charlie"])
def test_others_do_not(who, alpha, request):
    with pytest.raises(PermissionDenied):
        create_questionnaire(title="Parks", slug="parks", organisation=alpha, by=request.getfixturevalue(who))


def test_parts_are_added_moved_and_removed(fay, empty):
    section = empty.versions.get().sections.get()
    yes_no = save_choices(
        questionnaire=empty, by=fay, name="yn", choices=[ChoiceDef("y", {"en": "Yes"}), ChoiceDef("n", {"en": "No"})]
    )
    common = {"questionnaire": empty, "by": fay, "section": section.pk}
    one = save_item(**common, name="one", type="integer", labels={"en": "One?"})
    save_item(**common, name="two", type="select-one", labels={"en": "Two?"}, choice_list=yes_no)
    assert names(empty.versions.get()) == ["one", "two"]

    move_part(questionnaire=empty, by=fay, part=one, by_places=1)
    assert names(empty.versions.get()) == ["two", "one"]

    later = save_section(questionnaire=empty, by=fay, name="later", titles={"en": "Later"})
    one = save_item(
        questionnaire=empty, by=fay, section=later.pk, pk=one.pk, name="one", type="text", labels={"en": "One?"}
    )
    move_part(questionnaire=empty, by=fay, part=later, by_places=-1)
    assert names(empty.versions.get()) == ["one", "two"]

    with pytest.raises(ValidationError, match="use this list"):
        remove_part(questionnaire=empty, by=fay, part=yes_no)
    remove_part(questionnaire=empty, by=fay, part=section)
    assert names(empty.versions.get()) == ["one"]
    remove_part(questionnaire=empty, by=fay, part=yes_no)
    with pytest.raises(ValidationError, match="at least one section"):
        remove_part(questionnaire=empty, by=fay, part=later)


def test_an_expression_that_cannot_be_read_is_refused_at_once(fay, empty):
    section = empty.versions.get().sections.get()
    with pytest.raises(ValidationError) as refusal:
        save_item(
            questionnaire=empty, by=fay, section=section.pk, name="a", type="text", labels={"en": "A"}, relevance="1 +"
        )
    assert list(refusal.value.message_dict) == ["relevance"]


def test_a_change_of_type_leaves_nothing_behind(fay, alpha):
    questionnaire = make_questionnaire(fay, alpha)
    item = questionnaire.versions.get().items.get(name="complained")
    saved = save_item(
        questionnaire=questionnaire,
        by=fay,
        pk=item.pk,
        section=item.section_id,
        name="complained",
        type="note",
        labels={"en": "Just so"},
        is_required=True,
        offers=["refused"],
    )
    assert (saved.choice_list, saved.is_required, saved.offers) == (None, False, [])


def test_only_a_draft_without_problems_is_published(fay, empty):
    with pytest.raises(ValidationError, match="has no questions"):
        publish_version(questionnaire=empty, by=fay)


def test_the_next_version_begins_as_a_copy(ada, alpha):
    first = make_published(ada, alpha)
    draft = start_draft(questionnaire=first.questionnaire, by=ada)
    assert draft.number == 2
    assert names(draft) == names(first)
    assert problems_of(definition_of(draft)) == []
    with pytest.raises(ValidationError, match="a draft already"):
        start_draft(questionnaire=first.questionnaire, by=ada)
    discard_draft(questionnaire=first.questionnaire, by=ada)
    assert first.questionnaire.versions.count() == 1


def test_only_published_versions_go_to_the_field(ada, alpha):
    wave = make_wave(ada, alpha)
    draft = start_draft(questionnaire=wave.version.questionnaire, by=ada)
    with pytest.raises(ValidationError, match="Publish"):
        add_wave(fieldwork=wave.fieldwork, version=draft, by=ada)
    other = make_published(ada, alpha, slug="other")
    with pytest.raises(ValidationError, match="another questionnaire"):
        add_wave(fieldwork=wave.fieldwork, version=other, by=ada)


def test_a_wave_opens_closes_and_opens_again(ada, alpha):
    wave = make_wave(ada, alpha)
    with pytest.raises(ValidationError, match="already open"):
        open_wave(wave=wave, by=ada)
    closed = close_wave(wave=wave, by=ada)
    assert closed.closed_at is not None
    assert open_wave(wave=wave, by=ada).closed_at is None


def test_shared_organisations_go_with_the_restricted_level(ada, alpha, beta):
    questionnaire = make_questionnaire(ada, alpha, access="restricted", shared_with=[beta])
    assert list(questionnaire.shared_with.all()) == [beta]
    update_questionnaire(questionnaire=questionnaire, by=ada, access="consortium")
    assert list(questionnaire.shared_with.all()) == []


# Pages


def test_a_questionnaire_is_made_in_the_browser(client_of, fay, alpha):
    browser = client_of(fay)
    made = browser.post(
        reverse("questionnaire-new"),
        {"title": "Parks and you", "organisation": alpha.pk, "access": "consortium", "languages": "en nl"},
    )
    assert made.status_code == 303
    questionnaire = Questionnaire.objects.get(slug="parks-and-you")
    slug = questionnaire.slug
    rows = {
        "name": "yn",
        "choices-TOTAL_FORMS": "2",
        "choices-INITIAL_FORMS": "0",
        "choices-0-code": "y",
        "choices-0-label_en": "Yes",
        "choices-0-label_nl": "Ja",
        "choices-1-code": "dk",
        "choices-1-label_en": "Don't know",
        "choices-1-missing": "dont-know",
    }
    assert browser.post(reverse("choice-list-new", args=[slug]), rows).status_code == 303
    version = questionnaire.versions.get()
    item = {
        "name": "likes",
        "type": "select-one",
        "section": version.sections.get().pk,
        "label_en": "Do you like it?",
        "label_nl": "Vindt u het mooi?",
        "choice_list": version.choice_lists.get().pk,
        "is_required": "on",
    }
    assert browser.post(reverse("item-new", args=[slug]), item).status_code == 303
    page = browser.get(reverse("questionnaire-draft", args=[slug]))
    assert "Do you like it?" in page.text
    assert "Don&#x27;t know" in browser.get(reverse("questionnaire-preview", args=[slug])).text
    assert browser.post(reverse("questionnaire-publish", args=[slug]), {"note": "The first one."}).status_code == 303
    published = questionnaire.versions.get()
    assert not published.is_draft
    assert published.note == "The first one."
    assert "The first one." in browser.get(reverse("questionnaire-detail", args=[slug])).text
    assert "The first one." in browser.get(reverse("questionnaire-version", args=[slug, 1])).text


def test_a_draft_with_problems_is_shown_again_when_it_is_published(client_of, fay, empty):
    page = client_of(fay).post(reverse("questionnaire-publish", args=["parks"]), {"note": "Too early"})
    assert page.status_code == 422
    assert "The questionnaire has no questions." in page.text
    assert empty.versions.get().is_draft


def test_a_note_that_is_too_long_is_shown_again_with_its_error(client_of, fay, alpha):
    questionnaire = make_questionnaire(fay, alpha)
    page = client_of(fay).post(reverse("questionnaire-publish", args=[questionnaire.slug]), {"note": "x" * 501})
    assert page.status_code == 422
    assert page.context["form"].errors["note"]
    assert "x" * 501 in page.text
    assert questionnaire.versions.get().is_draft


def test_an_expression_error_is_shown_beside_its_field(client_of, fay, alpha):
    questionnaire = make_questionnaire(fay, alpha)
    item = questionnaire.versions.get().items.get(name="age")
    data = {"name": "age", "type": "integer", "section": item.section_id, "label_en": "Age", "constraint": ". >"}
    page = client_of(fay).post(reverse("item-edit", args=[questionnaire.slug, item.pk]), data)
    assert page.status_code == 422
    assert "The expression is not complete." in page.text
    assert page.context["form"].errors["constraint"]


def test_a_spreadsheet_takes_the_place_of_the_draft(client_of, fay, empty):
    upload = SimpleUploadedFile("form.xlsx", workbook())
    answer = client_of(fay).post(reverse("questionnaire-xlsform", args=["parks"]), {"file": upload})
    assert answer.status_code == 303
    version = empty.versions.get()
    assert names(version) == ["age", "uses", "why"]
    assert (version.source, version.source_name, version.languages) == ("xlsform", "form.xlsx", ["en", "nl"])


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (workbook(survey=[["type", "name", "label"], ["geopoint", "g", "G"]]), "“geopoint” is not supported"),
        (b"hello", "The file is not an Excel workbook"),
    ],
)
def test_a_refused_spreadsheet_changes_nothing(client_of, fay, alpha, content, words):
    questionnaire = make_questionnaire(fay, alpha)
    before = names(questionnaire.versions.get())
    upload = SimpleUploadedFile("form.xlsx", content)
    answer = client_of(fay).post(reverse("questionnaire-xlsform", args=[questionnaire.slug]), {"file": upload})
    assert answer.status_code == 422
    assert words in answer.text
    assert names(questionnaire.versions.get()) == before


PAGES = [
    ("questionnaire-detail", (), {"own": 200, "reader": 200, "stranger": 200}),
    ("questionnaire-edit", (), {"own": 200, "reader": 403, "stranger": 403}),
    ("questionnaire-version", (1,), {"own": 200, "reader": 200, "stranger": 200}),
    ("questionnaire-codebook", (1, "csv"), {"own": 200, "reader": 200, "stranger": 200}),
    ("questionnaire-codebook", (1, "xml"), {"own": 404, "reader": 404, "stranger": 404}),
    ("questionnaire-counts", (1,), {"own": 200, "reader": 200, "stranger": 404}),
    ("questionnaire-responses-file", (1, "csv"), {"own": 200, "reader": 200, "stranger": 404}),
    ("survey-response-list", (), {"own": 200, "reader": 200, "stranger": 404}),
    ("fieldwork-new", (), {"own": 200, "reader": 403, "stranger": 403}),
    ("questionnaire-draft", (), {"own": 404, "reader": 403, "stranger": 403}),
]


@pytest.mark.parametrize(("name", "args", "expected"), PAGES)
def test_pages_of_a_published_questionnaire_by_person(client_of, ada, rita, charlie, alpha, name, args, expected):
    make_wave(ada, alpha)
    people = {"own": ada, "reader": rita, "stranger": charlie}
    address = reverse(name, args=["complaints-and-you", *args])
    got = {who: client_of(person).get(address) for who, person in people.items()}
    assert {who: answer.status_code for who, answer in got.items()} == expected
    # A download is closed once it has been read.
    assert all(b"".join(answer) for answer in got.values())


def test_a_draft_is_unknown_to_other_organisations(client_of, ada, charlie, alpha):
    make_questionnaire(ada, alpha)
    for name in ("questionnaire-detail", "questionnaire-draft", "questionnaire-edit"):
        assert client_of(charlie).get(reverse(name, args=["complaints-and-you"])).status_code == 404
    assert client_of(charlie).get(reverse("questionnaire-list")).context["listing"].rows == []


def test_a_restricted_questionnaire_is_unknown_to_organisations_not_named(client_of, ada, charlie, alpha, beta):
    wave = make_wave(ada, alpha, access="restricted")
    address = reverse("survey-response-list", args=["complaints-and-you"])
    assert client_of(charlie).get(address).status_code == 404
    update_questionnaire(questionnaire=wave.version.questionnaire, by=ada, shared_with=[beta])
    assert client_of(charlie).get(address).status_code == 200


def test_nobody_reads_pages_without_signing_in(client, ada, alpha):
    make_wave(ada, alpha)
    for name in ("questionnaire-list", "questionnaire-new"):
        assert client.get(reverse(name)).status_code == 302
    assert client.get(reverse("questionnaire-detail", args=["complaints-and-you"])).status_code == 302


def test_pages_keep_within_their_queries(client_of, ada, alpha, django_assert_max_num_queries):
    for number in range(6):
        make_wave(ada, alpha, slug=f"q{number}")
    browser = client_of(ada)
    for address, budget in [
        (reverse("questionnaire-list"), 12),
        (reverse("questionnaire-detail", args=["q1"]), 16),
        (reverse("questionnaire-version", args=["q1", 1]), 12),
    ]:
        browser.get(address)
        with django_assert_max_num_queries(budget):
            assert browser.get(address).status_code == 200
