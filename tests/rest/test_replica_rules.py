"""Which position a replica must have reached, by a clock that the test turns."""

from hypothesis import given
from hypothesis import strategies as st

from rest.replica import Place, Seen, State, _judged


def place(position, database="7-1", timeline=1):
    return Place(database, timeline, position)


def test_without_an_earlier_sight_of_the_primary_a_replica_must_have_everything():
    assert Seen(5).least(100.0, place(4000)) == 4000


def test_what_was_there_within_the_lag_is_enough():
    seen = Seen(5)
    for at, position in ((90.0, 1000), (96.0, 2000), (98.0, 3000)):
        seen.add(at, place(position))

    assert seen.least(100.0, place(4000)) == 2000


def test_after_a_promotion_what_was_seen_of_the_old_primary_says_nothing():
    seen = Seen(5)
    seen.add(99.0, place(1000))
    seen.add(99.9, place(5000, timeline=2))

    assert seen.least(100.0, place(5000, timeline=2)) == 5000


@given(
    st.lists(st.tuples(st.floats(0, 3), st.integers(0, 1000)), min_size=1, max_size=60),
    st.floats(0, 10),
    st.integers(1, 10),
)
def test_a_position_that_is_enough_was_never_passed_before_the_lag(steps, later, lag):
    seen, at, position, history = Seen(lag), 0.0, 0, []
    for seconds, written in steps:
        at, position = at + seconds, position + written
        seen.add(at, place(position))
        history.append((at, position))
    now = at + later

    least = seen.least(now, place(position))

    # All that was there when the lag began is on a replica that has come this far.
    assert least >= max((there for when, there in history if when <= now - lag), default=0)


def test_only_a_replica_of_the_same_history_is_read_from():
    primary = place(500, timeline=2)

    assert _judged(True, place(400, timeline=2), primary, 300) is State.CURRENT
    assert _judged(True, place(200, timeline=2), primary, 300) is State.BEHIND
    assert _judged(True, place(900, timeline=1), primary, 300) is State.NOT_RECEIVING
    assert _judged(True, place(900, timeline=None), primary, 300) is State.NOT_RECEIVING
    assert _judged(False, place(900, timeline=2), primary, 300) is State.PROMOTED
    assert _judged(True, place(900, database="8-1", timeline=2), primary, 300) is State.OF_ANOTHER
