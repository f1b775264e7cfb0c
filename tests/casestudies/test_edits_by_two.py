"""Two people edit the same case, event, contribution or part: nobody's words are replaced unseen."""

import pytest
from django.urls import reverse

from casestudies.actions.events import record_participation
from casestudies.actions.parts import add_part, edit_part
from casestudies.models import Participation
from casestudies.selectors.rows import PARTS
from tests.factories.casestudies import make_case_study, make_contribution, make_event
from tests.two_people import as_opened, as_shown

# Kind of part: its values, and two fields with other values.
ROWS = {
    "roles": (
        {"phase": "design", "group": "citizen", "part": "co-designer"},
        {"evidence": "Minutes of the first meeting"},
        {"group": "firm"},
    ),
    "factors": (
        {"name": "Trust", "level": "environment", "side": "citizen", "direction": "driver"},
        {"name": "Trust in the city"},
        {"evidence": "Interview 4"},
    ),
    "objectives": ({"aim": "efficiency", "text": "Cheaper"}, {"text": "Much cheaper"}, {"aim": "satisfaction"}),
    "outcomes": ({"aim": "satisfaction", "text": "Happier"}, {"text": "Much happier"}, {"grade": "weak"}),
    "survival": (
        {"observed_on": "2016-01-01", "state": "running", "source": "Visit"},
        {"source": "Telephone"},
        {"state": "ended"},
    ),
    "actors": ({"pseudonym": "The baker", "group": "firm"}, {"pseudonym": "The old baker"}, {"group": "citizen"}),
}


@pytest.fixture
def case_study(fay):
    return make_case_study(fay, abstract="At first", country="NL")


def edit_pages(case_study, fay):
    """Address of each form, with two fields that are changed and the row that is stored."""
    event = make_event(case_study, fay, title="Walk", venue="Quay")
    contribution = make_contribution(case_study, fay, text="Trees", pseudonym="Bea", decision="rejected")
    yield reverse("case-study-edit", args=[case_study.slug]), {"abstract": "Longer"}, {"country": "DK"}, case_study
    yield reverse("event-edit", args=[event.pk]), {"title": "Long walk"}, {"venue": "Bridge"}, event
    address = reverse("contribution-edit", args=[contribution.pk])
    yield address, {"text": "More trees"}, {"pseudonym": "Bee"}, contribution
    address = reverse("contribution-decision", args=[contribution.pk])
    yield address, {"response": "Not now"}, {"what_changed": "Nothing"}, contribution
    for kind, (values, one, other) in ROWS.items():
        row = add_part(case_study=case_study, model=PARTS[kind], values=values, by=fay)
        yield reverse("part-edit", args=[case_study.slug, kind, row.pk]), one, other, row


def stored(row, names):
    row.refresh_from_db()
    return {name: getattr(row, name) for name in names}


def test_edits_of_different_fields_combine_without_a_question(client_of, fay, ada, case_study):
    wrong = []
    for address, one, other, row in edit_pages(case_study, fay):
        first, second = client_of(fay).get(address), client_of(ada).get(address)
        answers = [
            client_of(fay).post(address, as_opened(first) | one).status_code,
            client_of(ada).post(address, as_opened(second) | other).status_code,
        ]
        if answers != [303, 303] or stored(row, one | other) != one | other:
            wrong.append((address, answers, stored(row, one | other)))
    assert not wrong


def test_a_field_that_two_people_changed_is_asked_and_the_answer_is_saved(client_of, fay, ada, case_study):
    wrong = []
    for address, one, _other, row in edit_pages(case_study, fay):
        [(name, first_text)] = one.items()
        opened = as_opened(client_of(ada).get(address))
        client_of(fay).post(address, as_opened(client_of(fay).get(address)) | one)
        asked = client_of(ada).post(address, opened | {name: "Mine"})
        page = asked.content.decode()
        found = [asked.status_code, stored(row, one) == one, first_text in page, "Mine" in page]
        kept = client_of(ada).post(address, as_shown(asked) | {f"{name}-choice": "typed"})
        found += [kept.status_code, stored(row, one) == {name: "Mine"}]
        if found != [422, True, True, True, 303, True]:
            wrong.append((address, found))
    assert not wrong


def test_what_is_stored_can_be_taken_and_the_rest_of_the_edit_is_saved(client_of, fay, ada, case_study):
    address = reverse("case-study-edit", args=[case_study.slug])
    opened = as_opened(client_of(ada).get(address))
    client_of(fay).post(address, as_opened(client_of(fay).get(address)) | {"abstract": "Theirs", "level": "local"})
    asked = client_of(ada).post(address, opened | {"abstract": "Mine", "country": "DK"})
    answer = client_of(ada).post(address, as_shown(asked) | {"abstract-choice": "stored"})
    assert answer.status_code == 303
    assert stored(case_study, ["abstract", "country", "level"]) == {
        "abstract": "Theirs", "country": "DK", "level": "local",
    }  # fmt: skip


def test_the_ends_of_lines_that_a_browser_sends_are_no_edit(client_of, fay, case_study):
    make = case_study
    make.abstract = "One\nTwo"
    make.save()
    address = reverse("case-study-edit", args=[make.slug])
    sent = as_opened(client_of(fay).get(address)) | {"abstract": "One\r\nTwo", "country": "DK"}
    assert client_of(fay).post(address, sent).status_code == 303
    assert stored(make, ["abstract", "country"]) == {"abstract": "One\nTwo", "country": "DK"}


def test_a_part_that_was_edited_by_an_action_meanwhile_is_asked_too(client_of, fay, case_study):
    row = add_part(case_study=case_study, model=PARTS["factors"], values=ROWS["factors"][0], by=fay)
    address = reverse("part-edit", args=[case_study.slug, "factors", row.pk])
    opened = as_opened(client_of(fay).get(address))
    edit_part(part=row, values={"direction": "barrier"}, by=fay)
    assert client_of(fay).post(address, opened | {"direction": "both"}).status_code == 422
    assert client_of(fay).post(address, opened | {"evidence": "Minutes"}).status_code == 303
    assert stored(row, ["direction", "evidence"]) == {"direction": "barrier", "evidence": "Minutes"}


def test_a_count_that_is_recorded_twice_is_asked(client_of, fay, ada, case_study):
    event = make_event(case_study, fay)
    address = event.get_absolute_url()
    opened = as_opened(client_of(ada).get(address))
    record_participation(event=event, values={"group": "citizen", "people": 40, "sector": "", "band": ""}, by=fay)
    asked = client_of(ada).post(address, opened | {"group": "citizen", "people": "45"})
    assert asked.status_code == 422
    assert "40" in asked.context["form"].errors["people"][0]
    assert Participation.objects.get(event=event).people == 40
    answer = client_of(ada).post(address, as_shown(asked) | {"people-choice": "typed"})
    assert answer.status_code == 303
    assert Participation.objects.get(event=event).people == 45


def test_the_same_count_sent_again_and_another_group_are_no_question(client_of, fay, case_study):
    event = make_event(case_study, fay)
    address = event.get_absolute_url()
    opened = as_opened(client_of(fay).get(address))
    for fields in ({"group": "citizen", "people": "40"}, {"group": "citizen", "people": "40"},
                   {"group": "firm", "people": "3"}):  # fmt: skip
        assert client_of(fay).post(address, opened | fields).status_code == 303
    assert set(event.participation.values_list("group", "people")) == {("citizen", 40), ("firm", 3)}
