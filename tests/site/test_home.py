"""Home counts and draws what this person may see; error pages say what to do."""

import math

import pytest
from django.urls import reverse

from coding.actions.queue import take_next
from registry import maps
from registry.outlines import HEIGHT, LEFT, TOP, WIDTH, is_inside, project
from tests.factories.casestudies import make_case_study, make_event
from tests.factories.coding import make_round
from tests.factories.complaints import load_records, make_dataset

PROGRAMME = ("Netherlands", "United Kingdom", "Belgium", "Denmark", "Germany", "Estonia", "Spain", "France", "Italy")


@pytest.mark.django_db
def test_home_answers_in_few_queries(client_of, ada, django_assert_max_num_queries):
    client = client_of(ada)
    with django_assert_max_num_queries(20):
        page = client.get("/")

    assert page.status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "sees"), [("fay", "Open Today"), ("rita", "Search the records"), ("ada", "Open People")]
)
def test_my_work_shows_what_to_do_next_by_role(client_of, request, name, sees):
    assert sees in client_of(request.getfixturevalue(name)).get("/my-work/").content.decode()


@pytest.mark.django_db
def test_my_work_counts_the_texts_that_wait_for_a_coder(client_of, cody, rita, bob):
    make_round(bob, [cody])
    take_next(by=cody)
    [waiting] = client_of(cody).get("/my-work/").context["items"]
    assert (str(waiting.label), waiting.count, waiting.url) == (
        "Units that you have begun or were given to code", 1, "/assignments/",
    )  # fmt: skip
    assert client_of(rita).get("/my-work/").context["items"] == []


def test_projection_keeps_its_centre_and_puts_north_up():
    assert project(10, 52) == pytest.approx((0, 0), abs=1e-9)
    assert project(10, 60)[1] < 0
    assert project(20, 52)[0] > 0


def test_projection_keeps_areas():
    """A cell of one degree near the centre and one in the far north, against their areas on the sphere."""

    def drawn(lon, lat):
        corners = [project(lon + dx, lat + dy) for dx, dy in ((0, 0), (1, 0), (1, 1), (0, 1))]
        return (
            abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(corners, corners[1:] + corners[:1], strict=True)))
            / 2
        )

    def true(lat):
        return math.sin(math.radians(lat + 1)) - math.sin(math.radians(lat))

    assert drawn(10, 52) / drawn(25, 70) == pytest.approx(true(52) / true(70), rel=0.01)


def test_the_other_side_of_the_world_is_never_in_the_window():
    assert not any(is_inside(*project(lon, lat)) for lon in range(-180, -60, 10) for lat in range(-90, 60, 10))


def test_every_country_of_the_programme_is_on_the_map():
    drawn = maps.draw({"NL": 12, "EE": 3}, [("Tartu", 26.72, 58.38, 3), ("Lima", -77.0, -12.0, 1)])
    by_name = {shape.name: shape for shape in drawn.shapes}

    for name in PROGRAMME:
        assert by_name[name].path.startswith("M")
    assert (by_name["Netherlands"].shade, by_name["Estonia"].shade, by_name["France"].shade) == (4, 1, 0)
    assert [dot.name for dot in drawn.dots] == ["Tartu"]
    assert [(each.shade, each.least, each.most) for each in drawn.legend] == [
        (1, 1, 3),
        (2, 4, 6),
        (3, 7, 9),
        (4, 10, 12),
    ]


@pytest.mark.parametrize(("most", "classes"), [
    (1, [(4, 1, 1)]), (3, [(2, 1, 1), (3, 2, 2), (4, 3, 3)]), (6, [(1, 1, 1), (2, 2, 3), (3, 4, 4), (4, 5, 6)]),
    (3_000_000, [(1, 1, 750_000), (2, 750_001, 1_500_000), (3, 1_500_001, 2_250_000), (4, 2_250_001, 3_000_000)]),
])  # fmt: skip
def test_the_legend_has_the_classes_that_can_occur(most, classes):
    drawn = maps.draw({"NL": most}, [])
    assert [(each.shade, each.least, each.most) for each in drawn.legend] == classes
    for shade, least, largest in classes[:2] + classes[-1:]:
        shades = {number: maps.draw({"NL": number, "EE": most}, []).shapes for number in (least, largest)}
        assert {shape.shade for shapes in shades.values() for shape in shapes if shape.code == "NL"} == {shade}


def test_the_map_counts_cases_events_or_records(client, fay, ada, alpha):
    case = make_case_study(fay, country="EE", access="public", state="approved", reviewer=ada)
    unseen = make_case_study(fay, country="FR")
    for _ in range(2):
        make_event(case, fay)
    make_event(unseen, fay)
    load_records(make_dataset(alpha, access="public"), [{"country": "NL"}, {"country": "NL"}, {"country": "EE"}])
    load_records(make_dataset(alpha, slug="hidden", access="restricted"), [{"country": "DE"}])

    def numbers(address):
        context = client.get(address).context
        rows = {row["code"]: row["number"] for row in context["countries"]}
        assert {shape.code: shape.number for shape in context["map"].shapes if shape.number} == rows
        assert [label for label, _url, is_shown in context["maps"] if is_shown] == [context["counted"]]
        return rows

    assert numbers("/") == numbers("/?map=cases") == numbers("/?map=nothing") == {"EE": 1}
    assert numbers("/?map=events") == {"EE": 2}
    assert numbers("/?map=records") == {"NL": 2, "EE": 1}


def test_the_map_is_cut_to_what_it_shows_and_stays_inside_its_window():
    x, y, width, height = map(int, maps.draw({"NL": 1, "EE": 1}, []).view_box.split())

    assert WIDTH / 3 <= width < WIDTH
    assert x >= LEFT and x + width <= LEFT + WIDTH
    assert y >= TOP and y + height <= TOP + HEIGHT
    assert abs(width / height - WIDTH / HEIGHT) < 0.02
    assert maps.draw({}, []).view_box == f"{LEFT} {TOP} {WIDTH} {HEIGHT}"


@pytest.mark.django_db
def test_an_unknown_address_says_what_to_do(client):
    page = client.get("/nowhere/")

    assert page.status_code == 404
    assert "Page not found" in page.content.decode()


@pytest.mark.django_db
def test_the_gallery_is_not_shown_with_debug_off(client, settings):
    settings.DEBUG = False

    assert client.get(reverse("components")).status_code == 404


@pytest.mark.django_db
def test_lists_are_shown_without_a_count_when_none_is_asked_for(client_of, ada):
    for address in ("/organisations/", "/people/"):
        page = client_of(ada).get(f"{address}?count=none")
        assert page.status_code == 200
        assert "Alpha University" in page.content.decode()
        assert 'class="count"' not in page.content.decode()
