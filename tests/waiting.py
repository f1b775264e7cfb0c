"""How a test waits for other processes: for as long as a loaded machine may need, and no longer than it must."""

import time

# Never part of what a test claims: only how long it takes to fail.
PATIENCE_S = 180


def until(holds, explain=lambda: "It did not happen in time.", *, every=0.05, seconds=PATIENCE_S):
    """What `holds()` returns once that is true; fails with `explain()` when it stays false."""
    end = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < end, explain()
        time.sleep(every)
    return found
