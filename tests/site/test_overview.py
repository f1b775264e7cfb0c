"""What was found in a country or policy sector, and one search over everything, for what a person has access to."""

from datetime import UTC, datetime

import pytest

from casestudies.models import CitizenRole, Factor, Outcome
from casestudies.models.choices import Decision
from tests.factories.casestudies import make_case_study, make_contribution, make_event
from tests.factories.complaints import load_records, make_dataset


@pytest.fixture
def garden(fay, ada):
    """A published Dutch case study with one of each thing that is counted."""
    case = make_case_study(fay, working_title="A garden for the street", country="NL", state="approved", reviewer=ada)
    make_event(case, fay)
    for decision in (Decision.ACCEPTED, Decision.PARTLY, Decision.REJECTED, ""):
        make_contribution(case, fay, decision=decision)
    Outcome.objects.create(case_study=case, aim="involvement", text="Forty neighbours keep the garden")
    for direction in ("driver", "barrier", "both"):
        Factor.objects.create(case_study=case, name=direction, level="environment", side="citizen", direction=direction)
    scale = {"scale": "arnstein-ladder", "group": "citizen", "part": "consulted"}
    assessed = {"influence_assessed": "placation", "assessed_by": "two researchers"}
    CitizenRole.objects.create(case_study=case, phase="design", influence_claimed="partnership", **assessed, **scale)
    return case


def text_of(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_a_country_says_what_was_found_there(client_of, rita, garden, fay):
    load_records(
        make_dataset(garden.organisation, slug="dutch", access="consortium"),
        [{"reference": f"A-{n}", "country": "NL", "finding": "upheld"} for n in range(3)],
    )
    answer = client_of(rita).get("/countries/NL/")
    drawn = {drawing.title: drawing for drawing in answer.context["drawings"]}

    [kind] = drawn["What became of citizens' contributions"].rows
    assert list(kind.counts) == [1, 1, 1, 0, 1]
    [phase] = drawn["Influence of citizens: assessed beside claimed"].rows
    assert (phase.label, list(phase.counts)) == ("Design", [1, 0, 0, 0])
    [level] = drawn["Barriers and drivers"].rows
    assert list(level.counts) == [2, 2]
    [finding] = drawn["Complaint records by finding"].rows
    assert (finding.label, list(finding.counts)) == ("Upheld", [3])
    assert finding.url == "/complaint-records/?country=NL&finding=upheld"
    page = text_of(client_of(rita), "/countries/NL/")
    assert "67% (2 of 3 decided)" in page
    assert "Forty neighbours keep the garden" in page
    assert "2 of 4 contributions accepted, at least in part" in page
    assert "LIPSE Casebook: Netherlands. http://testserver/countries/NL/ (accessed on" in page


def test_visitors_compare_what_influence_became_of_in_the_list(client, client_of, charlie, garden):
    type(garden).objects.filter(pk=garden.pk).update(access="public")
    scale = {"case_study": garden, "scale": "arnstein-ladder", "group": "citizen", "part": "co-designer"}
    for phase, assessed in (("design", ""), ("delivery", "partnership"), ("assessment", "placation")):
        by = {"influence_assessed": assessed, "assessed_by": "two researchers"} if assessed else {}
        CitizenRole.objects.create(phase=phase, influence_claimed="partnership", **by, **scale)
    shown = text_of(client, "/case-studies/")
    assert "lower than claimed (2), as claimed (1), not assessed (1)" in shown
    assert "lower than claimed" not in text_of(client_of(charlie), "/case-studies/")
    # Nothing is read for a column that is not there.
    assert client.get("/case-studies/?view=cards").context["influence"] == {}


def test_influence_of_each_case_study_stands_beside_the_others_by_phase(client_of, charlie, garden, fay, ada):
    other = make_case_study(fay, working_title="A bench", country="NL", state="approved", reviewer=ada)
    unseen = make_case_study(fay, working_title="A secret draft", country="NL", access="restricted")
    scale = {"scale": "arnstein-ladder", "group": "citizen", "part": "consulted"}
    for case in (other, unseen):
        CitizenRole.objects.create(case_study=case, phase="delivery", influence_claimed="placation", **scale)
    page = client_of(charlie).get("/countries/NL/")
    multiples = page.context["multiples"]
    assert multiples.phases == ["Design", "Delivery"]
    found = {
        str(case): [[(role.claimed, role.assessed) for role in roles] for _phase, roles in phases]
        for case, phases in multiples.rows
    }
    assert found == {
        "A garden for the street": [[("Partnership", "Placation")], []], "A bench": [[], [("Placation", "")]],
    }  # fmt: skip
    words = " ".join(page.content.decode().split())
    assert "Partnership → Placation" in words and "Placation, not assessed" in words
    assert client_of(charlie).get("/overview/").context["multiples"] is None
    assert client_of(charlie).get("/countries/DK/").context["multiples"] is None


def test_each_drawing_says_what_it_counts_and_leads_there(client_of, rita, garden):
    records = make_dataset(garden.organisation, slug="dutch", access="consortium")
    load_records(records, [{"reference": "A-1", "country": "NL", "finding": "upheld"}])
    drawings = drawings_of(client_of(rita), "/countries/NL/")
    sources = {(drawing.source, drawing.source_url) for drawing in drawings.values()}
    assert sources == {
        ("1 case study", "/case-studies/?country=NL"),
        ("complaint records where country is “Netherlands”", "/complaint-records/?country=NL"),
    }


def drawings_of(client, address):
    return {drawing.title: drawing for drawing in client.get(address).context["drawings"]}


def test_contributions_are_also_counted_by_the_phase_of_their_event(client_of, rita, garden, fay):
    event = make_event(garden, fay, phase="design")
    make_contribution(garden, fay, event=event, decision=Decision.ACCEPTED)
    rows = drawings_of(client_of(rita), "/countries/NL/")["What became of contributions, by phase of the event"].rows
    assert [(row.label, list(row.counts)) for row in rows] == [
        ("Design", [1, 0, 0, 0, 0]), ("No event, or no phase recorded", [1, 1, 1, 0, 1]),
    ]  # fmt: skip


def test_what_happened_in_all_case_studies_is_on_one_axis(client_of, charlie, garden, fay):
    unseen = make_case_study(fay, working_title="A secret draft", access="restricted")
    for case, year in ((garden, 2014), (unseen, 2010)):
        event = make_event(case, fay, starts_at=datetime(year, 3, 1, 12, tzinfo=UTC), attended=30)
        make_contribution(case, fay, event=event, put_in_on=None, decision="accepted", decided_on="2015-06-01")
    drawing = drawings_of(client_of(charlie), "/overview/")["Time line of the case studies"]
    assert drawing.axis == ("2014", "2026")
    assert [(row.label, row.counts, row.steps) for row in drawing.rows] == [
        ("Events", [2], [("2014", 1), ("2026", 1)]), ("People who attended", [30], [("2014", 30)]),
        ("Contributions", [1], [("2014", 1)]), ("Decisions", [1], [("2015", 1)]),
    ]  # fmt: skip


def test_members_see_how_complete_case_studies_are_and_visitors_do_not(client, client_of, rita, garden):
    title = "What is recorded of the case studies"
    rows = drawings_of(client_of(rita), "/countries/NL/")[title].rows
    counts = {row.label: list(row.counts) for row in rows}
    assert (counts["Roles"], counts["Actors"]) == ([1, 0], [0, 1])
    assert title not in drawings_of(client, "/countries/NL/")


def test_the_years_of_countries_stand_on_one_axis(client, garden):
    dataset = make_dataset(garden.organisation, slug="both")
    received = {"NL": ("2019-01-01", "2021-01-01", "2021-02-01"), "BE": ("2020-01-01",)}
    load_records(dataset, [{"country": code, "received_on": day} for code, days in received.items() for day in days])
    drawing = drawings_of(client, "/overview/")["Complaint records of each country by year"]
    assert drawing.axis == ("2019", "2021")
    assert [(row.label, row.counts, row.along) for row in drawing.rows] == [
        ("Netherlands", [3], [1, 0, 2]), ("Belgium", [1], [0, 1, 0]),
    ]  # fmt: skip
    assert drawing.rows[0].url == "/complaint-records/?country=NL"
    assert "Complaint records of each country by year" not in drawings_of(client, "/countries/NL/")


def test_other_countries_and_sectors_do_not_count_it(client_of, rita, garden):
    for address in ("/countries/DK/", "/policy-sectors/environment/"):
        if address.startswith("/policy"):
            garden.sector = None
        answer = client_of(rita).get(address)
        if answer.status_code == 200:
            assert "A garden for the street" not in answer.content.decode()


def test_a_draft_of_others_is_in_no_figure(client, client_of, rita, fay):
    make_case_study(fay, working_title="A secret draft", country="EE")

    for address in ("/countries/EE/", "/overview/", "/search/?q=secret"):
        assert "secret draft" not in text_of(client, address).lower()
    assert client.get("/countries/EE/").context["figures"][0].here == "0"


@pytest.mark.django_db
def test_a_code_that_no_country_has_is_not_found(client):
    assert client.get("/countries/XX/").status_code == 404
    assert client.get("/policy-sectors/nothing/").status_code == 404


def test_one_search_finds_in_every_list_and_leads_to_all_results(client_of, rita, garden, fay):
    make_event(garden, fay, title="Planting the garden")
    load_records(
        make_dataset(garden.organisation, slug="noise", title="Garden noise", access="consortium"),
        [{"reference": "A-1", "subject": "Garden waste was not collected", "language": "en"}],
    )
    answer = client_of(rita).get("/search/?q=garden")
    groups = {str(group.name): group for group in answer.context["found"].groups}

    assert list(groups) == ["Case studies", "Events", "Complaint records", "Datasets"]
    assert groups["Complaint records"].url == "/complaint-records/?search=garden"
    assert [hit.title for hit in groups["Datasets"].hits] == ["Garden noise"]


def test_a_search_finds_countries_without_their_accents(client_of, rita):
    hits = client_of(rita).get("/search/?q=turkiye").context["found"].groups
    assert [hit.url for group in hits for hit in group.hits] == ["/countries/TR/"]


def test_a_search_that_cannot_be_read_is_a_sentence(client_of, rita):
    page = client_of(rita).get("/search/?q=a*")

    assert page.status_code == 200
    assert len(page.context["found"].errors) == 1


def test_the_example_of_the_home_page_finds_something(client_of, rita, garden):
    word = client_of(rita).get("/").context["example"]

    assert word == "garden"
    assert client_of(rita).get(f"/search/?q={word}").context["found"].groups


def test_a_case_study_without_a_country_is_shown_and_counted(client_of, rita, garden):
    type(garden).objects.filter(pk=garden.pk).update(country="", sector=None)
    browser = client_of(rita)

    assert "Not recorded" in text_of(browser, "/")
    for address in (garden.get_absolute_url(), "/case-studies/", "/overview/", "/search/?q=garden"):
        assert "A garden for the street" in text_of(browser, address)
