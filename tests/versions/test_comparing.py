"""What differs between two versions, part by part."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from versions.comparing import FieldChange, Part, PartChange, compare

KEYS = st.lists(st.sampled_from("abcdefgh"), unique=True)
KINDS = st.sampled_from(["code", "item"])


@st.composite
def versions(draw):
    keys = draw(st.lists(st.tuples(KINDS, st.sampled_from("abcdef")), unique=True))
    return [Part(kind, key, key.upper(), {"text": draw(st.sampled_from(["", "one", "two"]))}) for kind, key in keys]


def part(key, label="", **fields):
    return Part("code", key, label or key, fields)


def test_a_part_in_one_version_only_is_added_or_removed_with_its_fields():
    changes = compare([part("a", text="old", hint="")], [part("b", text="new")])
    assert changes == [
        PartChange("code", "b", "b", "added", fields=(FieldChange("text", "", "new"),)),
        PartChange("code", "a", "a", "removed", fields=(FieldChange("text", "old", ""),)),
    ]


def test_a_changed_part_names_the_fields_that_differ():
    [change] = compare([part("a", text="old", hint="same")], [part("a", text="new", hint="same", more="x")])
    assert change.fields == (FieldChange("text", "old", "new"), FieldChange("more", "", "x"))
    assert (change.change, change.is_moved) == ("changed", False)


def test_a_label_alone_is_a_change():
    assert [change.change for change in compare([part("a", "Delay")], [part("a", "Lateness")])] == ["changed"]


def test_one_part_moved_to_the_front_is_one_move():
    before, after = [part(k) for k in "abcde"], [part(k) for k in "eabcd"]
    assert [(change.key, change.is_moved) for change in compare(before, after)] == [("e", True)]


def test_making_room_for_a_new_part_moves_nothing():
    assert [change.key for change in compare([part(k) for k in "abc"], [part(k) for k in "axbc"])] == ["x"]


def test_order_counts_within_a_kind_only():
    one, other = Part("code", "a", "a"), Part("item", "b", "b")
    assert compare([one, other], [other, one]) == []


def test_two_parts_of_one_key_are_refused():
    with pytest.raises(ValueError, match="code a is in the version twice"):
        compare([part("a"), part("a")], [])


@given(versions())
def test_a_version_does_not_differ_from_itself(parts):
    assert compare(parts, parts) == []


@given(versions(), versions())
def test_a_comparison_the_other_way_round_turns_each_change_round(before, after):
    turned = {"added": "removed", "removed": "added", "changed": "changed"}
    there = {(c.kind, c.key): c for c in compare(before, after)}
    back = {(c.kind, c.key): c for c in compare(after, before)}
    for key in there.keys() | back.keys():
        if key in there and not there[key].is_moved and key in back and not back[key].is_moved:
            assert turned[there[key].change] == back[key].change
            assert [(f.before, f.after) for f in there[key].fields] == [(f.after, f.before) for f in back[key].fields]
    only = {(p.kind, p.key) for p in before} ^ {(p.kind, p.key) for p in after}
    assert {key for key, change in there.items() if change.change != "changed"} == only


@given(KEYS, st.randoms())
def test_the_parts_that_are_not_moved_keep_their_order(keys, random):
    shuffled = random.sample(keys, len(keys))
    moved = {change.key for change in compare([part(k) for k in keys], [part(k) for k in shuffled])}
    assert [k for k in keys if k not in moved] == [k for k in shuffled if k not in moved]
    if keys != shuffled:
        assert 0 < len(moved) < len(keys)
