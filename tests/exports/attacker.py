"""Somebody who asks many overlapping questions and works out small counts from the answers.

An answer is a facet: its cells (value to count, None where hidden) and its total. `truth` of an answer holds the counts
that the attacker wants; a cell is recovered when a number they work out is one of them and below the threshold.
"""

from dataclasses import dataclass, field


@dataclass
class Answer:
    cells: dict
    total: int | None
    truth: dict = field(default_factory=dict)

    @property
    def shown(self):
        return {value: count for value, count in self.cells.items() if count is not None}


MOST = 10**9


def guesses(outer, inner):
    """(guess, true count) pairs of two answers, of which `inner` asks for a part of the records of `outer`."""
    for answer in (outer, inner):
        yield from ((count, answer.truth[value]) for value, count in answer.shown.items())
        yield from _residue(answer)
    for value in outer.shown.keys() & inner.shown.keys():
        yield outer.cells[value] - inner.cells[value], outer.truth[value] - inner.truth.get(value, 0)
    if outer.total is not None and inner.total is not None:
        yield outer.total - inner.total, sum(outer.truth.values()) - sum(inner.truth.values())
    for value in outer.shown.keys() & inner.truth.keys() - inner.shown.keys():
        if inner.total is not None:
            others = sum(count for other, count in inner.shown.items() if other != value)
            yield inner.total - others, inner.truth[value]


def _residue(answer):
    """What the total has more than the cells shown: the hidden ones."""
    hidden = answer.truth.keys() - answer.shown.keys()
    if answer.total is not None and hidden:
        yield answer.total - sum(answer.shown.values()), sum(answer.truth[value] for value in hidden)


def certainties(outer, inner, bounds):
    """(only possible count, true count) pairs, from all that must hold: `bounds` of each number shown, cells that add
    up to their total, and a part that is no larger than the whole."""
    tables = [_table(answer, bounds) for answer in (outer, inner)]
    for _ in range(4):
        for cells, total in tables:
            _add_up(cells, total)
        _nest(*tables)
    for (cells, _), answer in zip(tables, (outer, inner), strict=True):
        yield from ((low, answer.truth[value]) for value, (low, high) in cells.items() if low == high)
    for value, (low, high) in tables[0][0].items():
        least, most = tables[1][0].get(value, (0, 0))
        if low - most == high - least:
            yield low - most, outer.truth[value] - inner.truth.get(value, 0)


def _table(answer, bounds):
    cells = {value: list(bounds(count) if count is not None else (1, MOST)) for value, count in answer.cells.items()}
    return cells, list(bounds(answer.total) if answer.total is not None else (0, MOST))


def _add_up(cells, total):
    low, high = (sum(bound[end] for bound in cells.values()) for end in (0, 1))
    total[0], total[1] = max(total[0], low), min(total[1], high)
    for bound in cells.values():
        others_low, others_high = low - bound[0], high - bound[1]
        bound[0], bound[1] = max(bound[0], total[0] - others_high), min(bound[1], total[1] - others_low)
        low, high = others_low + bound[0], others_high + bound[1]


def _nest(outer, inner):
    for value, bound in outer[0].items():
        part = inner[0].get(value)
        if part:
            part[1] = min(part[1], bound[1])
            bound[0] = max(bound[0], part[0])


def recovered(pairs, threshold):
    return sum(1 for guess, true in pairs if 0 < true < threshold and guess == true)
