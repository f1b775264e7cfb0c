"""The list of notes: facets of what the person may read, several values at once, and the deleted ones apart."""

import pytest

from casestudies.actions.notes import delete_note
from tests.factories.casestudies import make_case_study, make_note

pytestmark = pytest.mark.django_db
LIST = "/field-notes/"


@pytest.fixture
def notes(fay):
    canal, garden = (make_case_study(fay, working_title=title) for title in ("Canal", "Garden"))
    return [
        make_note(case, fay, title=f"Note {number}", kind=kind, language=language)
        for number, (case, kind, language) in enumerate(
            [(canal, "observation", "en"), (canal, "interview", "nl"), (garden, "interview", "nl")]
        )
    ]


def facets_of(browser, query=""):
    found = browser.get(f"{LIST}{query}").context["facets"]
    return {facet.field: [(link.label, link.count, link.is_selected) for link in facet.links] for facet in found}


def test_facets_count_notes_by_case_study_kind_and_language(client_of, fay, notes):
    found = facets_of(client_of(fay))

    assert found["case_study"] == [("Canal", 2, False), ("Garden", 1, False)]
    assert found["kind"] == [("Interview", 2, False), ("Observation", 1, False)]
    assert found["language"] == [("Dutch", 2, False), ("English", 1, False)]


def test_several_case_studies_are_chosen_together(client_of, fay, notes):
    canal, garden = notes[0].case_study.slug, notes[2].case_study.slug
    answer = client_of(fay).get(f"{LIST}?case_study__in={canal},{garden}&kind=interview")

    assert sorted(note.title for note in answer.context["listing"].rows) == ["Note 1", "Note 2"]
    assert [tag["value"] for tag in answer.context["listing"].tags] == ["Canal, Garden", "Interview"]


def test_notes_of_others_are_in_no_facet(client_of, fay, charlie, notes):
    assert facets_of(client_of(charlie)) == {}


def test_deleted_notes_are_in_a_list_of_their_own(client_of, fay, notes):
    delete_note(note=notes[2], by=fay)
    browser = client_of(fay)

    assert "case_study" not in facets_of(browser)
    page = browser.get(f"{LIST}?deleted=true")
    assert [note.title for note in page.context["listing"].rows] == ["Note 2"]
    assert "Restore" in page.content.decode()
    assert "There is a problem with the filters" in browser.get(f"{LIST}?deleted=true&colour=red").content.decode()
