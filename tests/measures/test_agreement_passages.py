"""Alpha for passages is that of its formula, written out over all sections of a text."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from measures.agreement.bootstrap import Bootstrap
from measures.agreement.marks import Marks, Readings, marks_of, meeting
from measures.agreement.passages import Continuum, Passage, passage_agreement
from measures.agreement.reasons import NoInterval, Undefined

HUNDRED = Bootstrap(draws=100, seed=3)


def sections(marked, length):
    """The passages of a coder and the gaps around them: (start, length, whether it is a passage)."""
    found, reached = [], 0
    for start, end in sorted(marked):
        found += [(reached, start - reached, False)] if start > reached else []
        found.append((start, end - start, True))
        reached = end
    return found + ([(reached, length - reached, False)] if reached < length else [])


def apart(one, other):
    """The difference of two sections of two coders."""
    (b, length, is_passage), (b2, length2, is_passage2) = one, other
    if is_passage and is_passage2:
        return (b - b2) ** 2 + (b + length - b2 - length2) ** 2 if -length < b - b2 < length2 else 0
    if is_passage and length2 - length >= b - b2 >= 0:
        return length**2
    return length2**2 if is_passage2 and length - length2 >= b2 - b >= 0 else 0


def by_sections(texts):
    """Alpha of one code: `texts` are (length, passages of each coder)."""
    total = sum(length for length, _ in texts)
    observed, found = 0, []
    for length, coders in texts:
        parts = [sections(marked, length) for marked in coders]
        found += [section for part in parts for section in part]
        pairs = [(i, j) for i in range(len(parts)) for j in range(len(parts)) if i != j]
        observed += sum(apart(g, h) for i, j in pairs for g in parts[i] for h in parts[j]) / len(pairs)
    lengths = [length for _, length, is_passage in found if is_passage]
    gaps = [length for _, length, is_passage in found if not is_passage]
    chance = sum(
        (len(lengths) - 1) / 3 * (2 * x**3 - 3 * x**2 + x) + x**2 * sum(gap - x + 1 for gap in gaps if gap >= x)
        for x in lengths
    )
    whole = sum(length * len(coders) for length, coders in texts)
    places = whole * (whole - 1) - sum(x * (x - 1) for x in lengths)
    expected = 2 / total * chance / places if places else 0
    return 1 - observed / total**2 / expected if expected else None


@st.composite
def marked_texts(draw):
    texts = []
    for _ in range(draw(st.integers(1, 3))):
        length = draw(st.integers(1, 30))
        coders = []
        for _ in range(draw(st.integers(2, 3))):
            ends = sorted(draw(st.sets(st.integers(0, length), max_size=6)))
            coders.append(list(zip(ends[::2], ends[1::2], strict=False)))
        texts.append((length, coders))
    return texts


def told(texts):
    """The texts as `passage_agreement` takes them."""
    lengths = {f"text {number}": length for number, (length, _) in enumerate(texts)}
    cells = [
        (f"text {number}", f"coder {coder}", marked)
        for number, (_, coders) in enumerate(texts)
        for coder, marked in enumerate(coders)
    ]
    passages = [Passage(text, coder, "code", *ends) for text, coder, marked in cells for ends in marked]
    return lengths, [(text, coder) for text, coder, _ in cells], passages


@given(marked_texts())
def test_alpha_of_passages_is_that_of_its_formula(texts):
    found = passage_agreement(*told(texts))
    expected = by_sections(texts)
    assert (found.value is None) == (expected is None)
    assert expected is None or found.value == pytest.approx(expected)
    assert found.texts == len(texts)


@given(marked_texts(), st.randoms())
def test_the_order_and_names_of_texts_and_coders_change_nothing(texts, random):
    mixed = [(length, random.sample(coders, len(coders))) for length, coders in random.sample(texts, len(texts))]
    one, other = passage_agreement(*told(texts)), passage_agreement(*told(mixed))
    assert one.undefined == other.undefined
    assert one.value is other.value is None or one.value == pytest.approx(other.value)


@given(marked_texts())
def test_the_same_passages_of_all_coders_agree_perfectly(texts):
    found = passage_agreement(*told([(length, [coders[0]] * 3) for length, coders in texts]))
    assert found.value in {1, None}
    assert found.observed_disagreement in {0, None}


@given(marked_texts())
def test_a_passage_in_overlapping_parts_is_one(texts):
    lengths, readings, passages = told(texts)
    parts = [
        part
        for one in passages
        for part in (one, one._replace(end=one.start + 1), one._replace(start=one.end - 1))
        if one.end - one.start > 2
    ]
    whole = passage_agreement(lengths, readings, [one for one in passages if one.end - one.start > 2])
    split = passage_agreement(lengths, readings, parts)
    assert split.value == whole.value
    assert split.passages == whole.passages
    assert split.joined == len(parts) - whole.passages


def test_passages_that_touch_remain_two():
    lengths = {"t": 30}
    touching = [Passage("t", "a", "x", 0, 5), Passage("t", "a", "x", 5, 10), Passage("t", "b", "x", 0, 10)]
    found = passage_agreement(lengths, [], touching)
    assert (found.passages, found.joined) == (3, 0)
    assert found.value < 1


def test_codes_together_are_the_sums_of_their_disagreements():
    lengths = {"t": 60}
    passages = [
        *(Passage("t", "a", "x", 3, 9), Passage("t", "b", "x", 5, 9)),
        *(Passage("t", "a", "y", 20, 40), Passage("t", "b", "y", 22, 44)),
    ]
    x, y = (passage_agreement(lengths, [], passages, codes=[code]) for code in "xy")
    both = passage_agreement(lengths, [], passages)
    observed, expected = (
        getattr(x, name) + getattr(y, name) for name in ("observed_disagreement", "expected_disagreement")
    )
    assert both.value == pytest.approx(1 - observed / expected)
    assert both.passages == 4
    # Passages of other codes do not count, but who marked them has read the text.
    assert (x.passages, x.texts) == (2, 1)


def test_a_text_of_one_reader_is_excluded_and_its_passages_are_not_counted():
    passages = [Passage("t", "a", "x", 0, 5), Passage("u", "a", "x", 0, 5), Passage("u", "b", "x", 1, 5)]
    found = passage_agreement({"t": 9, "u": 9}, [], passages)
    assert (found.texts, found.excluded, found.passages) == (1, 1, 2)
    assert found.value == passage_agreement({"u": 9}, [], passages[1:]).value


def test_who_read_a_text_and_marked_nothing_disagrees():
    found = passage_agreement({"t": 50}, [("t", "b")], [Passage("t", "a", "x", 0, 5)])
    assert found.value == pytest.approx(by_sections([(50, [[(0, 5)], []])]))
    assert found.observed_disagreement == pytest.approx(25 / 50**2)


@pytest.mark.parametrize(
    ("lengths", "readings", "passages", "reason"),
    [
        ({}, [], [], Undefined.NO_SHARED_UNIT),
        ({"t": 9}, [("t", "a")], [Passage("t", "a", "x", 0, 5)], Undefined.NO_SHARED_UNIT),
        ({"t": 9}, [("t", "a"), ("t", "b")], [], Undefined.NO_PASSAGE),
        ({"t": 0}, [("t", "a"), ("t", "b")], [], Undefined.NO_PASSAGE),
        ({"t": 1}, [], [Passage("t", "a", "x", 0, 1), Passage("t", "b", "x", 0, 1)], Undefined.NO_VARIATION),
    ],
)
def test_what_cannot_be_computed_has_a_reason_and_no_value(lengths, readings, passages, reason):
    found = passage_agreement(lengths, readings, passages, bootstrap=HUNDRED)
    assert (found.value, found.undefined, found.interval) == (None, reason, None)


@pytest.mark.parametrize("ends", [(-1, 3), (3, 3), (4, 3), (3, 10)])
def test_offsets_outside_of_the_text_are_refused(ends):
    with pytest.raises(ValueError, match=rf"^The offsets {ends[0]} to {ends[1]} are not a passage of the text “t”\.$"):
        passage_agreement({"t": 9}, [], [Passage("t", "a", "x", *ends)])
    assert passage_agreement({"t": 9}, [("t", "b")], [Passage("t", "a", "x", 0, 9)]).passages == 1


def test_a_text_without_a_length_is_refused():
    with pytest.raises(ValueError, match=r"^The length of the text “u” is not known\.$"):
        passage_agreement({"t": 9}, [("u", "a"), ("t", "a")], [])


@given(marked_texts(), st.lists(st.integers(0, 3), min_size=3, max_size=3))
def test_a_resample_of_texts_is_these_texts_written_out(texts, times):
    written = [text for text, often in zip(texts, times, strict=False) for _ in range(often)]
    assume(written)
    lengths, read, passages = told(texts)
    readings = Readings.of(lengths, read)
    marks = marks_of(readings, [(one.text, one.coder, one.start, one.end) for one in passages])

    observed, expected = Continuum(readings, marks).disagreement(np.array([times[: len(texts)]] * 2, dtype=float))

    whole = by_sections(written)
    assert observed[0] == observed[1]
    assert (expected[0] == 0) == (whole is None)
    assert whole is None or 1 - observed[0] / expected[0] == pytest.approx(whole)


def test_intervals_resample_texts_by_the_seed():
    random = np.random.default_rng(0)
    texts = [
        (60, [[(start, start + 9)], [(start + shift, start + 9)]]) for start, shift in random.integers(1, 8, (20, 2))
    ]
    found = passage_agreement(*told(texts), bootstrap=HUNDRED)
    assert found.interval.low < found.value < found.interval.high
    assert found.interval == passage_agreement(*told(texts), bootstrap=HUNDRED).interval
    assert passage_agreement(*told(texts[:1]), bootstrap=HUNDRED).no_interval == NoInterval.ONE_UNIT
    assert passage_agreement(*told(texts)).interval is None


def test_passages_meet_where_they_share_a_character():
    def marks(*rows):
        text, start, end = np.array(rows, dtype=np.int64).reshape(-1, 3).T
        return Marks(text, text * 0, start, end)

    one = marks((0, 0, 5), (0, 5, 8), (1, 0, 5))
    other = marks((0, 1, 2), (0, 4, 6), (0, 8, 9), (2, 0, 5))
    assert [ends.tolist() for ends in meeting(one, other)] == [[0, 0, 1], [0, 1, 1]]
    assert [ends.tolist() for ends in meeting(marks(), other)] == [[], []]
    assert [ends.tolist() for ends in meeting(one, marks())] == [[], []]
