"""Journeys that are generated from a seed, and made shorter while they still fail."""

import random

from tests.fieldwork.steps import WEIGHTS


def generate(seed, length):
    """A list of steps (name, number, number), the same for the same seed."""
    chance = random.Random(seed)
    names, weights = zip(*sorted(WEIGHTS.items()), strict=True)
    return [(name, chance.randrange(60), chance.randrange(60)) for name in chance.choices(names, weights, k=length)]


def shorter(steps, fails, tries):
    """A shorter list of steps that still fails, after at most `tries` calls of `fails`; pieces are left out, halves
    first and single steps last."""
    size = max(len(steps) // 2, 1)
    while tries > 0:
        start, was = 0, len(steps)
        while start < len(steps) and tries > 0:
            without = steps[:start] + steps[start + size :]
            tries -= 1
            if without and fails(without):
                steps = without
            else:
                start += size
        if size == 1 and len(steps) == was:
            break
        size = max(size // 2, 1)
    return steps
