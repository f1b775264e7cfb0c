"""`python -m benchmarks inside_agreement UNITS DRAWS`: agreement with intervals, and what it took, in JSON."""

import json
import time

import numpy as np
from numpy.typing import NDArray

from benchmarks.memory import peak_mb
from measures.agreement.bootstrap import Bootstrap
from measures.agreement.breakdowns import by_code
from measures.agreement.coefficients import Coefficient
from measures.agreement.estimates import agreement
from measures.agreement.ratings import ratings_of

CODERS, CODES = 3, 20


def made(units: int) -> NDArray[np.int64]:
    """The codes (units, CODERS) of coders who agree on about three of four units; some codes are rare."""
    random = np.random.default_rng(0)
    share = 1 / np.arange(1, CODES + 1)
    true = random.choice(CODES, size=units, p=share / share.sum())
    guess = random.choice(CODES, size=(units, CODERS), p=share / share.sum())
    return np.where(random.random((units, CODERS)) < 0.75, true[:, None], guess)


def main(arguments: list[str]) -> int:
    units, draws = map(int, arguments)
    values = made(units).ravel().tolist()
    rows = [str(unit) for unit in range(units) for _ in range(CODERS)]
    coders = [f"coder {coder}" for coder in range(CODERS)] * units
    bootstrap = Bootstrap(draws=draws, seed=1)
    clock = [time.perf_counter()]
    ratings = ratings_of(rows, coders, [f"code {value:02}" for value in values])
    clock.append(time.perf_counter())
    once = agreement(ratings, Coefficient.ALPHA)
    clock.append(time.perf_counter())
    agreement(ratings, Coefficient.ALPHA, bootstrap=bootstrap)
    clock.append(time.perf_counter())
    by_code(ratings, Coefficient.ALPHA, bootstrap)
    clock.append(time.perf_counter())
    seconds = dict(zip(("read", "once", "overall", "codes"), np.diff(clock).tolist(), strict=True))
    print(json.dumps({**seconds, "alpha": once.value, "peak_mb": peak_mb()}))
    return 0
