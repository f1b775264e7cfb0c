"""How often values repeat in a column, counted in runs that are sorted and spilled. No database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imports.sniff import distinct
from imports.sniff.distinct import RepeatCounter


@pytest.mark.parametrize(("run", "in_memory"), [(1, 1), (3, 2), (5, 0), (1000, 8), (4, 8)])
@given(batches=st.lists(st.lists(st.integers(0, 30).map(str), max_size=9), max_size=8))
def test_repeats_are_counted_however_the_values_are_kept(run, in_memory, batches):
    usual = distinct.RUN, distinct.IN_MEMORY
    distinct.RUN, distinct.IN_MEMORY = run, in_memory
    try:
        counter = RepeatCounter()
        for values in batches:
            counter.add(values)
        values = [value for batch in batches for value in batch]

        assert counter.repeats() == len(values) - len(set(values))
        assert counter.total == len(values)
        assert counter.repeats() == len(values) - len(set(values))
        files = list(counter._spilled)
        counter.close()
        assert all(file.closed for file in files)
        assert counter.repeats() == 0
    finally:
        distinct.RUN, distinct.IN_MEMORY = usual


def test_runs_are_sorted_and_spilled_when_they_are_full(monkeypatch):
    monkeypatch.setattr(distinct, "RUN", 2)
    monkeypatch.setattr(distinct, "IN_MEMORY", 2)
    counter = RepeatCounter()

    counter.add(["a"])
    assert (len(counter._runs), counter.total) == (0, 0)
    counter.add(["b"])
    assert (len(counter._runs), counter.total) == (1, 2)
    for values in (["a", "c"], ["c", "b", "d"], ["e", "f"]):
        counter.add(values)

    assert (len(counter._runs), len(counter._spilled), counter.total) == (2, 2, 9)
    assert counter.repeats() == 3
    counter.close()
