"""Keys of targets that have a reference in a group."""

from hypothesis import given
from hypothesis import strategies as st

from versions.targets import Pointer, key_in, key_parts


def test_a_reference_may_have_slashes_a_group_has_none():
    assert key_in("letters", "A/1/b") == "letters/A/1/b"
    assert key_parts("letters/A/1/b") == ("letters", "A/1/b")
    assert key_parts("letters") == ("letters", "")


@given(st.text().filter(lambda text: "/" not in text), st.text())
def test_a_key_is_taken_apart_as_it_was_put_together(group, reference):
    assert key_parts(key_in(group, reference)) == (group, reference)


def test_a_target_without_a_page_has_no_address():
    assert Pointer("Letter 1").url == ""
