"""Three-way comparison, by example and by property."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from casestudies.merging import FIELDS, combine, decide, sha256_of_edit, sha256_of_text

BASE = dict.fromkeys(FIELDS, "")
contents = st.fixed_dictionaries({name: st.sampled_from(["", "a", "b"]) for name in FIELDS})


def test_edits_to_different_fields_combine():
    result = combine(BASE, BASE | {"title": "theirs"}, BASE | {"text": "mine"})
    assert not result.differing
    assert (result.merged["title"], result.merged["text"]) == ("theirs", "mine")


def test_the_same_field_is_never_merged():
    result = combine(BASE, BASE | {"text": "theirs", "title": "t"}, BASE | {"text": "mine"})
    assert result.differing == ["text"]
    assert result.merged == BASE | {"text": "theirs", "title": "t"}


def test_the_same_edit_on_both_sides_is_no_difference():
    result = combine(BASE, BASE | {"text": "same"}, BASE | {"text": "same"})
    assert not result.differing


def test_without_a_base_everything_unequal_differs():
    assert combine(None, BASE | {"text": "x"}, BASE | {"title": "y"}).differing == ["title", "text"]


def test_fields_left_out_are_not_edited():
    assert combine(None, BASE | {"language": "nl"}, {"text": ""}).merged["language"] == "nl"


@given(contents, contents, contents)
def test_every_value_that_a_person_chose_is_merged_or_differs(base, theirs, mine):
    result = combine(base, theirs, mine)
    for name in FIELDS:
        if mine[name] not in (base[name], theirs[name]):
            assert result.merged[name] == mine[name] or result.differing
        if theirs[name] != base[name]:
            assert result.merged[name] == theirs[name] or name not in result.differing
    assert not result.differing or result.merged == theirs


@given(contents, contents)
def test_an_edit_of_the_current_version_is_merged(base, mine):
    assert combine(base, base, mine).merged == mine


@given(st.text())
def test_the_receipt_is_the_hash_of_the_utf8_text(text):
    assert sha256_of_text(text) == hashlib.sha256(text.encode("utf-8")).hexdigest()


def test_an_edit_is_known_by_its_content_and_base():
    assert sha256_of_edit(BASE, 1) == sha256_of_edit(dict(reversed(BASE.items())), 1)
    assert sha256_of_edit(BASE, 1) != sha256_of_edit(BASE, 2)
    assert sha256_of_edit(BASE, None) != sha256_of_edit(BASE | {"text": "x"}, None)


def test_the_hash_of_an_edit_is_that_of_its_sorted_json():
    whole = b'{"base": 3, "sent": {"text": "\\u00f5", "title": "t"}}'
    assert sha256_of_edit({"title": "t", "text": "õ"}, 3) == hashlib.sha256(whole).hexdigest()


def test_only_the_named_fields_are_combined():
    assert combine({"a": 1}, {"a": 1, "b": 2}, {"a": 3, "b": 4}, fields=("a",)).merged == {"a": 3}


edits = st.dictionaries(st.sampled_from(FIELDS), st.sampled_from(["", "a", "b"]))


@given(contents, contents, edits, st.sampled_from(["mine", "theirs"]))
def test_a_decision_preserves_edits_that_only_one_side_made(base, theirs, mine, keep):
    decided = decide(base, theirs, mine, keep=keep)
    assert list(decided) == list(FIELDS)
    for name in FIELDS:
        edited = name in mine and mine[name] != base[name]
        also_theirs = theirs[name] != base[name]
        expected = mine[name] if edited and (keep == "mine" or not also_theirs) else theirs[name]
        assert decided[name] == expected


@given(contents, edits)
def test_without_a_base_a_decision_takes_one_side_whole(theirs, mine):
    assert decide(None, theirs, mine, keep="mine") == theirs | mine
    assert decide(None, theirs, mine, keep="theirs") == theirs


def test_choosing_theirs_in_one_field_loses_no_edit_of_another():
    theirs, mine = BASE | {"text": "theirs"}, BASE | {"text": "mine", "title": "mine"}
    assert decide(BASE, theirs, mine, keep="theirs") == BASE | {"text": "theirs", "title": "mine"}
