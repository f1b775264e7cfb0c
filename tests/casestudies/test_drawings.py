"""Drawings on the pages of a case study and an event: only what can be compared, and only what a person may see."""

from datetime import UTC, datetime

import pytest

from casestudies.models import CitizenRole, Factor
from tests.factories.casestudies import make_case_study, make_contribution, make_event, make_note, make_sector


def with_factor(case_study, direction):
    Factor.objects.create(
        case_study=case_study, name=direction, level="environment", side="citizen", direction=direction
    )
    return case_study


@pytest.fixture
def case_study(fay):
    return with_factor(make_case_study(fay, sector=make_sector()), "driver")


def drawn(client, case_study):
    return client.get(case_study.get_absolute_url()).context["compared"]


def test_drivers_and_barriers_stand_beside_those_of_the_sector(client_of, fay, case_study):
    for _ in range(2):
        with_factor(make_case_study(fay, sector=case_study.sector), "barrier")
    own, others = drawn(client_of(fay), case_study)

    assert [list(row.counts) for row in own.rows] == [[0, 1]]
    assert [list(row.counts) for row in others.rows] == [[2, 0]]


def test_case_studies_that_a_person_may_not_see_are_not_counted(client_of, fay, ada, charlie):
    public = make_case_study(fay, sector=make_sector(), access="public", state="approved", reviewer=ada)
    with_factor(make_case_study(fay, sector=with_factor(public, "driver").sector), "barrier")

    assert len(drawn(client_of(fay), public)) == 2
    assert drawn(client_of(charlie), public) == []


def test_a_sector_without_others_is_not_drawn(client_of, fay, case_study):
    assert drawn(client_of(fay), case_study) == []


def test_an_event_shows_the_way_from_invitation_to_attendance(client_of, fay, case_study):
    event = make_event(case_study, fay, invited=80, accepted=40, attended=20, purpose="To plan the quay")
    make_contribution(case_study, fay, event=event, decision="accepted")
    page = client_of(fay).get(event.get_absolute_url())
    glance = page.context["glance"]

    assert [row.counts[0] for row in glance.turnout.rows] == [80, 40, 20]
    assert [row.segments[0].width for row in glance.turnout.rows] == [100, 50, 25]
    assert (glance.contributions, glance.accepted) == (1, 1)
    assert "Purpose" in page.content.decode()
    assert "Not recorded: Series" in " ".join(page.content.decode().split())


def test_one_number_of_people_is_no_drawing(client_of, fay, case_study):
    event = make_event(case_study, fay, attended=20)
    assert client_of(fay).get(event.get_absolute_url()).context["glance"].turnout is None


def test_a_case_study_has_a_time_line_with_people_and_decisions_on_one_axis(client_of, fay, case_study):
    first = make_event(case_study, fay, starts_at=datetime(2014, 3, 1, 12, tzinfo=UTC), attended=20, phase="design")
    make_event(case_study, fay, starts_at=datetime(2014, 5, 1, 12, tzinfo=UTC), attended=40)
    make_contribution(case_study, fay, event=first, put_in_on=None, decision="accepted", decided_on="2014-08-02")
    make_contribution(case_study, fay, put_in_on="2014-04-01")
    context = client_of(fay).get(case_study.get_absolute_url()).context
    drawing = context["time_line"]

    assert drawing.axis == ("Mar 2014", "Aug 2014")
    assert [(row.label, row.counts, row.along) for row in drawing.rows] == [
        ("Events", [2], [1, 0, 1, 0, 0, 0]),
        ("People who attended", [60], [20, 0, 40, 0, 0, 0]),
        ("Contributions", [2], [1, 1, 0, 0, 0, 0]),
        ("Decisions", [1], [0, 0, 0, 0, 0, 1]),
    ]
    by_kind, by_phase = context["fates"]
    assert [list(row.counts) for row in by_kind.rows] == [[1, 0, 0, 0, 1]]
    assert [(row.label, list(row.counts)) for row in by_phase.rows] == [
        ("Design", [1, 0, 0, 0, 0]), ("No event, or no phase recorded", [0, 0, 0, 0, 1]),
    ]  # fmt: skip


def test_notes_are_on_the_time_line_of_those_who_may_read_them(client, client_of, fay, ada):
    public = make_case_study(fay, access="public", state="approved", reviewer=ada)
    make_event(public, fay, starts_at=datetime(2014, 3, 1, 12, tzinfo=UTC))
    make_event(public, fay, starts_at=datetime(2014, 5, 1, 12, tzinfo=UTC))
    make_note(public, fay, occurred_on="2014-04-01")

    def labels(browser):
        return [row.label for row in browser.get(public.get_absolute_url()).context["time_line"].rows]

    assert labels(client_of(fay)) == ["Events", "Latest field notes"]
    assert labels(client) == ["Events"]


def test_what_happened_on_one_day_has_no_time_line(client_of, fay, case_study):
    make_event(case_study, fay)
    context = client_of(fay).get(case_study.get_absolute_url()).context
    assert context["time_line"] is None
    assert context["fates"] == []


def test_the_head_of_a_case_study_says_what_it_is_and_whether_influence_was_as_claimed(client_of, fay, case_study):
    case_study.abstract = "Residents drew the quay."
    case_study.save()
    for phase, claimed, assessed in (("design", "partnership", "placation"), ("delivery", "placation", "placation")):
        CitizenRole.objects.create(
            case_study=case_study, phase=phase, group="citizen", scale="arnstein-ladder",
            influence_claimed=claimed, influence_assessed=assessed, assessed_by="The researcher",
        )  # fmt: skip
    html = client_of(fay).get(case_study.get_absolute_url()).content.decode()
    head = html[: html.index('class="contents"')]

    assert "Residents drew the quay." in head
    assert "lower than claimed (1), as claimed (1)" in head
