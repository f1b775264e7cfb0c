"""Every list page shows how many rows there are by the one component."""

from tests.house.code import PROJECT, files

LISTS = [path for path in files(".html") if "components/pagination.html" in path.read_text()]


def test_every_list_shows_its_count_by_the_one_component():
    assert len(LISTS) > 10
    without = [path for path in LISTS if '{% include "components/count.html" %}' not in path.read_text()]
    assert not [str(path.relative_to(PROJECT)) for path in without]


def test_no_page_puts_a_count_of_a_list_together_by_itself():
    assert not [path.name for path in files(".html") if "listing.count.value" in path.read_text()]
