"""Drawings on the pages of a case study and an event: only what can be compared, and only what a person may see."""

import pytest

from casestudies.models import Factor
from tests.factories.casestudies import make_case_study, make_contribution, make_event, make_sector


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
