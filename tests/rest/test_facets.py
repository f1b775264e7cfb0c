"""Facets as links: values are added and taken out one by one, the chosen ones come first."""

from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rest.facets import SHOWN, FacetLink, FacetLinks, chosen, in_order, toggled
from rest.lists import joined, members

NAMES = st.lists(st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1).map(str.strip).filter(bool))


def followed(field, value, params):
    return dict(parse_qsl(toggled(field, value, params).removeprefix("?"), keep_blank_values=True))


@given(NAMES.filter(bool))
def test_a_list_that_is_written_is_read_again(texts):
    assert members(joined(texts)) == texts


@pytest.mark.parametrize(
    ("before", "value", "after"),
    [
        ({}, "NL", {"country": "NL"}),
        ({"country": "NL"}, "BE", {"country__in": "NL,BE"}),
        ({"country__in": "NL,BE"}, "FR", {"country__in": "NL,BE,FR"}),
        ({"country__in": "NL,BE"}, "NL", {"country": "BE"}),
        ({"country": "NL"}, "NL", {}),
        ({"country": "NL", "sector": "care", "cursor": "x", "page": "3"}, "NL", {"sector": "care"}),
        ({"country__isnull": "true"}, "NL", {"country": "NL"}),
    ],
)
def test_a_value_is_added_to_the_filter_or_taken_out(before, value, after):
    assert followed("country", value, before) == after


def test_a_value_with_a_comma_stays_one_value():
    after = followed("respondent", "EQUIFAX, INC.", {"respondent": "b"})

    assert chosen("respondent", after) == ["b", "EQUIFAX, INC."]


def test_chosen_values_come_first_and_bars_are_as_long_as_their_counts():
    links = in_order([FacetLink("a", 8, False, ""), FacetLink("b", 2, True, ""), FacetLink("c", None, False, "")])

    assert [(link.label, link.share) for link in links] == [("b", 25.0), ("a", 100.0), ("c", 0.0)]


def test_what_is_not_shown_at_once_can_be_unfolded():
    links = [FacetLink(str(n), 1, False, "") for n in range(SHOWN + 3)]
    facet = FacetLinks("country", "Country", links)

    assert [*facet.first, *facet.others] == links
    assert len(facet.others) == 3


@pytest.mark.parametrize(
    ("links", "has_choice"),
    [
        ([], False),
        ([FacetLink("a", 1, False, "")], False),
        ([FacetLink("a", 1, True, "")], True),
        ([FacetLink("a", 1, False, ""), FacetLink("b", 1, False, "")], True),
    ],
)
def test_a_facet_of_one_value_narrows_nothing(links, has_choice):
    assert FacetLinks("country", "Country", links).has_choice is has_choice
