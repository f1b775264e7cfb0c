"""Three-way comparison, by example and by property."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from casestudies.merging import FIELDS, combine, sha256_of_edit, sha256_of_text

BASE = dict.fromkeys(FIELDS, "")
contents = st.fixed_dictionaries({name: st.sampled_from(["", "a", "b"]) for name in FIELDS})


def test_edits_to_different_fields_combine():
    result = combine(BASE, BASE | {"title": "theirs"}, BASE | {"text": "mine"})
    assert result.is_clean
    assert (result.merged["title"], result.merged["text"]) == ("theirs", "mine")


def test_the_same_field_is_never_merged():
    result = combine(BASE, BASE | {"text": "theirs", "title": "t"}, BASE | {"text": "mine"})
    assert result.differing == ["text"]
    assert result.merged == BASE | {"text": "theirs", "title": "t"}


def test_the_same_edit_on_both_sides_is_no_difference():
    result = combine(BASE, BASE | {"text": "same"}, BASE | {"text": "same"})
    assert result.is_clean


def test_without_a_base_everything_unequal_differs():
    assert combine(None, BASE | {"text": "x"}, BASE | {"title": "y"}).differing == ["title", "text"]


def test_fields_left_out_are_not_edited():
    assert combine(None, BASE | {"language": "nl"}, {"text": ""}).merged["language"] == "nl"


@given(contents, contents, contents)
def test_every_value_someone_chose_is_kept_or_named(base, theirs, mine):
    result = combine(base, theirs, mine)
    for name in FIELDS:
        if mine[name] not in (base[name], theirs[name]):
            assert result.merged[name] == mine[name] or name in result.differing or not result.is_clean
        if theirs[name] != base[name]:
            assert result.merged[name] == theirs[name] or name not in result.differing
    assert result.is_clean or result.merged == theirs


@given(contents, contents)
def test_an_edit_of_what_stands_is_simply_taken(base, mine):
    assert combine(base, base, mine).merged == mine


@given(st.text())
def test_the_receipt_is_the_hash_of_the_utf8_text(text):
    assert sha256_of_text(text) == hashlib.sha256(text.encode("utf-8")).hexdigest()


def test_an_edit_is_known_by_its_content_and_base():
    assert sha256_of_edit(BASE, 1) == sha256_of_edit(dict(reversed(BASE.items())), 1)
    assert sha256_of_edit(BASE, 1) != sha256_of_edit(BASE, 2)
    assert sha256_of_edit(BASE, None) != sha256_of_edit(BASE | {"text": "x"}, None)
