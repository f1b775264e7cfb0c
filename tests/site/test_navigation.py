"""Three areas, each with the places that a person may use; the row of places is that of the page."""

import pytest

from accounts.roles import Role
from lipse_site import navigation

EVERYONE = frozenset()
ALL_ROLES = frozenset(Role.values)


def labels(roles, path="/"):
    return {area.label: [link.label for link in area.places] for area in navigation.areas(roles, path)}


def current(path, roles=ALL_ROLES):
    """The labels of the areas and places that are marked as the current ones, each with its mark."""
    areas = navigation.areas(roles, path)
    return [(link.label, link.current) for area in areas for link in (area, *area.places) if link.current]


def test_every_place_has_a_page():
    items = [item for area in navigation.AREAS for item in area.items]
    items += [area.start for area in navigation.AREAS if area.start] + [*navigation.ACCOUNT, *navigation.ABOUT]

    assert [item.url_name for item in items if not navigation._address(item.url_name)] == []


def test_a_visitor_explores_and_has_nothing_to_manage():
    assert labels(EVERYONE) == {"Explore": ["Results", "Case studies", "Events", "Records", "Datasets", "Vocabularies"]}


@pytest.mark.parametrize(
    ("role", "work", "manage"),
    [
        (Role.READER, ["My exports", "Saved queries"], None),
        (Role.FIELDWORKER, ["Today", "Field notes", "My exports", "Saved queries"], None),
        (Role.CODER, ["Coding queue", "Codebooks", "My exports", "Saved queries"], None),
        (Role.DATA_MANAGER, ["Codebooks", "My exports", "Saved queries"], ["Import", "Erasures"]),
        (Role.ADMIN, ["My exports", "Saved queries"], ["People", "Erasures", "Audit trail"]),
    ],
)
def test_a_member_has_the_places_of_her_role(role, work, manage):
    found = labels(frozenset({role}))

    assert found["My work"] == work
    assert found.get("Manage") == manage


@pytest.mark.parametrize(
    ("path", "marks"),
    [
        ("/case-studies/", [("Explore", "true"), ("Case studies", "page")]),
        ("/case-studies/a-garden/", [("Explore", "true"), ("Case studies", "true")]),
        ("/contributions/4/", [("Explore", "true"), ("Case studies", "true")]),
        ("/countries/NL/", [("Explore", "true"), ("Results", "true")]),
        ("/themes/innovation-inputs/", [("Explore", "true"), ("Results", "true")]),
        ("/institutions/A/B/", [("Explore", "true"), ("Results", "true")]),
        ("/organisations/alpha/", [("Explore", "true"), ("Organisations", "true")]),
        ("/imports/7/mapping/", [("Explore", "true"), ("Datasets", "true")]),
        ("/imports/new/", [("Manage", "true"), ("Import", "page")]),
        ("/my-work/", [("My work", "page")]),
        ("/rounds/3/", [("My work", "true"), ("Rounds", "true")]),
        ("/", []),
        ("/help/", []),
    ],
)
def test_a_page_is_marked_once_in_its_area(path, marks):
    assert current(path) == marks


@pytest.mark.django_db
def test_the_row_of_places_is_that_of_the_page_and_of_no_area_that_of_the_first(client_of, ada):
    browser = client_of(ada)
    rows = {path: browser.get(path).context["navigation"]["places"].label for path in ("/my-work/", "/people/", "/")}

    assert rows == {"/my-work/": "My work", "/people/": "Manage", "/": "Explore"}


@pytest.mark.django_db
@pytest.mark.parametrize(("address", "fields"), [("/case-studies/", 1), ("/help/", 1), ("/", 1), ("/search/", 1)])
def test_every_page_has_one_field_that_searches_everything(client, address, fields):
    assert client.get(address).content.decode().count('name="q"') == fields


@pytest.mark.django_db
def test_the_bar_under_the_thumb_is_for_fieldworkers(client_of, fay, rita):
    assert 'class="thumb"' in client_of(fay).get("/").content.decode()
    assert 'class="thumb"' not in client_of(rita).get("/").content.decode()


@pytest.mark.django_db
def test_the_search_jumps_to_a_page_that_the_person_may_use(client, client_of, ada):
    def pages(browser, words):
        groups = {str(group.name): group.hits for group in browser.get(f"/search/?q={words}").context["found"].groups}
        return [(hit.title, hit.url) for hit in groups.get("Pages", [])]

    assert pages(client_of(ada), "audit") == [("Audit trail", "/audit-trail/")]
    assert pages(client_of(ada), "my") == [("My work", "/my-work/"), ("My exports", "/exports/")]
    assert pages(client_of(ada), "manage") == []
    assert pages(client, "audit") == []
