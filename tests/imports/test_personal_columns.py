"""A column looked through batch by batch: rows, examples and samples, whatever the size of a batch. No database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.nl import bsn

from imports.personal.scan import ColumnScan, Found

MAIL = "anna.berg@example.org"
BSN = "123456782"
CARD = "4111 1111 1111 1111"


def scan_of(*batches, name="narrative", country=""):
    scan = ColumnScan(name, country)
    for batch in batches:
        scan.add(batch)
    return scan


def found(*batches, filled=9, **changes):
    return scan_of(*batches, **changes).finish(filled)


def test_a_find_has_its_column_kind_rows_and_three_examples_of_cell_and_hit():
    cells = [f"{n} write to {MAIL} or {n}@example.org" for n in range(5)]

    assert found(cells[:2], ["nothing"], cells[2:]) == [
        Found("narrative", "email", 5, [(cell, MAIL) for cell in cells[:3]])
    ]


def test_examples_are_written_masked_with_their_lines():
    found_ = Found("a", "email", 7, [("cell", MAIL), ("other", "b@c.de")])

    assert found_.as_json([3, None]) == {
        "column": "a", "kind": "email", "rows": 7,
        "examples": [{"line": 3, "masked": "a•••@•••.org"}, {"line": None, "masked": "b•••@•••.de"}],
    }  # fmt: skip
    with pytest.raises(ValueError, match="longer"):
        found_.as_json([3, 4, 5])


def test_several_kinds_of_one_column_are_found_apart():
    cells = [f"{MAIL} and {CARD}", CARD, f"x{CARD}", "on 2019-03-04"]

    assert [(f.kind, f.rows, f.cells) for f in found(cells)] == [
        ("email", 1, [(cells[0], MAIL)]), ("card", 2, [(cells[0], CARD), (cells[1], CARD)]),
    ]  # fmt: skip


def test_rules_of_one_kind_are_one_find():
    cells = ["(312) 555-0199", "tel. 020 555 12 34", "+31 6 12345678", "312.555.0198", "312.555.0197"]

    (phone,) = found(cells)

    assert (phone.column, phone.kind, phone.rows, len(phone.cells)) == ("narrative", "phone", 5, 3)
    assert {cell for cell, _ in phone.cells} < set(cells)


def test_a_row_counts_once_and_equal_rows_count_each():
    assert found([f"{CARD}, {CARD}", CARD], [CARD])[0].rows == 3
    assert found([CARD, CARD, f"{MAIL} {MAIL}"], [f"{MAIL} {MAIL}"])[1].rows == 2


def test_an_example_is_the_whole_cell_and_nothing_of_its_neighbours():
    assert found(["before", f"a {CARD} b", "after"])[0].cells == [(f"a {CARD} b", CARD)]
    assert found([f"{MAIL} b", "after"])[0].cells == [(f"{MAIL} b", MAIL)]
    assert found(["before", MAIL])[0].cells == [(MAIL, MAIL)]


def test_digits_of_two_cells_are_not_one_number():
    assert found(["4111 1111", "1111 1111"]) == []
    assert found(["my bsn", BSN]) == found(["first", "my bsn", BSN]) == []
    assert found([f"my bsn {BSN}"])[0].cells == [(f"my bsn {BSN}", BSN)]


@pytest.mark.parametrize(("between", "is_told"), [(37, True), (38, False)])
def test_a_word_says_what_a_number_is_where_it_stands_shortly_before(between, is_told):
    assert bool(found([f"x bsn{'.' * between}{BSN}"])) is is_told


def test_a_word_after_a_number_says_nothing():
    assert found([f"{BSN} bsn"]) == []


def test_a_number_is_taken_in_its_country_and_in_a_column_of_its_name():
    assert [f.kind for f in found([BSN], country="NL")] == ["id_nl"]
    assert [f.kind for f in found([BSN], name="client_bsn")] == ["id_nl"]
    assert [f.kind for f in found(["38001085718"], name="asmens_kodas")] == ["id_ee_lt"]
    assert found([BSN], country="DE") == found([BSN], name="absn") == []


@pytest.mark.parametrize("size", [1, 7, 4_000])
def test_a_form_that_chance_explains_is_none_however_it_comes(size):
    cells = [str(n) for n in range(900_000_001, 900_004_001)]

    assert found(*(cells[at : at + size] for at in range(0, 4_000, size)), country="NL") == []


def test_a_form_that_holds_oftener_than_chance_is_found():
    """A check that one number in eleven passes needs three times as many: 27 of a hundred."""
    real = [str(n) for n in range(900_000_001, 900_004_001) if bsn.is_valid(str(n))][:27]
    wrong = [str(n) for n in range(900_000_001, 900_000_200) if not bsn.is_valid(str(n))]

    assert [f.rows for f in found([*wrong[:73], *real], country="NL")] == [27]
    assert found([*wrong[:74], *real], country="NL") == []
    assert [f.rows for f in found([*(f"bsn {n}" for n in wrong), *(f"bsn {n}" for n in real)])] == [27]


def test_a_form_that_was_left_is_not_tried_again():
    numbers = [str(n) for n in range(900_000_001, 900_012_000)]
    wrong = [number for number in numbers if not bsn.is_valid(number)]
    real = [number for number in numbers if bsn.is_valid(number)]

    assert found(wrong[:2_000], real[:760], country="NL") == []
    assert [f.rows for f in found(wrong[:1_460], real[:760], country="NL")] == [760]
    assert found(wrong[:1_461], real[:760], country="NL") == []


def test_a_form_that_says_little_by_its_check_is_found_all_the_same():
    """Half of all texts of the form of a phone number pass: the form itself says what they are."""
    assert [f.rows for f in found([f"+31 6 1234567{n % 10}" for n in range(3_000)])] == [3_000]


def test_cells_that_are_long_together_are_looked_through_in_parts():
    cells = [f"{'x ' * 30_000}{MAIL}, {CARD} {'y ' * 9_000}" for _ in range(5)]

    assert [(f.kind, f.rows) for f in found(cells)] == [("email", 5), ("card", 5)]


def test_the_sample_is_the_first_sixty_cells_that_hold_something():
    cells = [f"{n}" + "x" * 120 if n % 3 else "" for n in range(300)]
    expected = [cell[:100] for cell in cells if cell][:60]

    assert scan_of(cells).sample == expected
    for size in (7, 11):
        assert scan_of(*(cells[at : at + size] for at in range(0, 300, size))).sample == expected
    assert scan_of([""] * 120 + ["late"]).sample == []
    assert scan_of([""] * 119 + ["just"]).sample == ["just"]


def test_values_count_as_the_rows_they_stand_in_over_all_parts():
    counts = {MAIL: 40} | {f"v{n}": 1 for n in range(1_500)} | {CARD: 7, f"{CARD} again": 2}

    scan = scan_of([CARD], name="contact")
    scan.add_counted(counts)

    assert [(f.kind, f.rows) for f in scan.finish(1_550)] == [("email", 40), ("card", 10)]
    assert scan.sample == [CARD, MAIL, *(f"v{n}" for n in range(59))]


def test_the_sample_of_values_leaves_out_the_empty_one():
    scan = ColumnScan("contact")
    scan.add_counted({"": 5, "x" * 101: 1} | {f"v{n}": 1 for n in range(70)})

    assert scan.sample == ["x" * 100, *(f"v{n}" for n in range(58))]


def test_a_column_is_taken_by_its_name_with_all_its_filled_cells():
    people = ["Anna Berg", "", "Jan de Vries", "Ana Costa", "Noah Smit"]

    (found_,) = scan_of(people, name="name").finish(4)

    assert found_ == Found("name", "name", 4, [(p, p) for p in ("Anna Berg", "Jan de Vries", "Ana Costa")])
    assert scan_of(people, name="name").finish(0) == []
    assert [(f.kind, f.rows) for f in scan_of(["+31 6 12345678", "call"], name="phone").finish(2)] == [("phone", 2)]


@pytest.mark.parametrize(
    ("shape", "changes", "may_hold"),
    [
        ("9999-99-99", {}, False),
        ("aaaa aaa", {}, False),
        ("a@a", {}, True),
        ("999-99-9999", {}, True),
        ("999999999", {}, False),
        ("999999999", {"country": "NL"}, True),
        ("999999999", {"name": "BSN_number"}, True),
        ("aaa 999999999", {}, True),
        ("aa 999999999", {}, False),
        ("aa99 aaaa 9999 9999 99", {}, True),
    ],
)
def test_a_column_is_passed_by_where_no_cell_of_its_shapes_can_hold_anything(shape, changes, may_hold):
    scan = ColumnScan(**{"name": "narrative"} | changes)

    assert [scan.may_hold(shape), scan.may_hold(shape)] == [may_hold, may_hold]


@pytest.mark.parametrize(
    ("cell", "hit"),
    [
        (f"<{MAIL}>", MAIL),
        ("a@b and anna@example.org", "anna@example.org"),
        (f"{'x' * 64}@example.org", f"{'x' * 64}@example.org"),
        (f"{'x' * 65}@example.org", f"{'x' * 64}@example.org"),
        (f"a@{'b' * 60}.{'c' * 60}.{'d' * 60}.org", f"a@{'b' * 60}.{'c' * 60}.{'d' * 60}.org"),
        ("@you and anna@example.org", "anna@example.org"),
        ("@example.org", None),
        ("a@b", None),
    ],
)
def test_an_address_is_taken_whole_wherever_it_stands(cell, hit):
    for before in ("", "word " * 30):
        assert [f.cells for f in found([before + cell])] == ([[(before + cell, hit)]] if hit else [])


@given(st.lists(st.sampled_from(["", "text", MAIL, f"to {MAIL}", CARD, "1234"]), max_size=40), st.integers(1, 9))
def test_what_is_found_does_not_depend_on_the_batches(cells, size):
    parts = [cells[at : at + size] for at in range(0, len(cells), size)]

    assert found(*parts) == found(cells)
    assert {f.kind: f.rows for f in found(cells)} == {
        kind: rows
        for kind, rows in (("email", sum(MAIL in cell for cell in cells)), ("card", cells.count(CARD)))
        if rows
    }


@pytest.mark.parametrize(
    ("name", "cells", "kind"),
    [
        ("MobileOS", ["Android", "iOS", ""], None),
        ("Mobile", ["Android", "070 123 45 67"], "phone"),
        ("AddressVerified", ["Y", "N", "Y"], None),
        ("Address", ["Y", "4 Mill Lane"], "address"),
        ("Latitude", ["34.0676390557", "85.0730033328"], None),
    ],
)
def test_a_name_of_a_column_says_nothing_where_no_cell_fits_it(name, cells, kind):
    assert [one.kind for one in found(cells, name=name)] == ([kind] if kind else [])


def test_a_national_number_of_belgium_has_all_its_dots_or_none():
    assert [one.kind for one in found(["85.07.30-033.28", "85073003328"])] == ["id_be"]
    assert found(["85.0730033.28", "85.0730033328"]) == []
