"""Agreement of 100,000 units x 3 coders x 20 codes with 1,000 resamples, beside the package krippendorff.

`python -m benchmarks agreement [--units N] [--draws N]`. Ours computes alpha and its interval for all codes together
and for each code alone, from the rows of the long table. The peer has no interval: it computes alpha once from values
that are already numbers, and a resample by it is timed on a few, because 1,000 take minutes. Ours runs in a process of
its own, so that its memory is its own.
"""

import argparse
import json
import subprocess
import sys
import time

import krippendorff
import numpy as np

from benchmarks.inside_agreement import CODERS, CODES, made

# The peer's resamples that are timed.
PEER_DRAWS = 5
MOST_SECONDS, MOST_MB = 5, 1024


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks agreement")
    parser.add_argument("--units", type=int, default=100_000)
    parser.add_argument("--draws", type=int, default=1_000)
    options = parser.parse_args(arguments)
    command = [sys.executable, "-m", "benchmarks", "inside_agreement", str(options.units), str(options.draws)]
    ours = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[-1])
    once, resample, alpha = _peer(options.units)
    print(f"{options.units:,} units x {CODERS} coders x {CODES} codes, {options.draws:,} resamples, same run")
    print(f"ours: rows to ratings {ours['read']:.2f} s, alpha once {ours['once']:.3f} s")
    print(f"ours: alpha with interval {ours['overall']:.2f} s, each code with interval {ours['codes']:.2f} s")
    total = ours["read"] + ours["overall"] + ours["codes"]
    print(f"ours: all of it {total:.2f} s (under {MOST_SECONDS} is asked), peak {ours['peak_mb']} MB (under {MOST_MB})")
    print(f"krippendorff: alpha once {once:.3f} s, one resample {resample:.3f} s")
    print(f"alpha once: krippendorff / ours = {once / ours['once']:.1f}, with our reading of rows ", end="")
    print(f"{once / (ours['read'] + ours['once']):.1f}")
    print(f"interval: krippendorff / ours = {resample * options.draws / ours['overall']:.0f} (from {PEER_DRAWS} draws)")
    print(f"alpha: ours {ours['alpha']:.9f}, krippendorff {alpha:.9f}")
    is_met = total < MOST_SECONDS and ours["peak_mb"] < MOST_MB and abs(ours["alpha"] - alpha) < 1e-9
    return 0 if is_met else 1


def _peer(units: int) -> tuple[float, float, float]:
    """Seconds of the peer for alpha once and for one resample, the best of a few each, and its alpha."""
    values = made(units).astype(np.float64)
    random = np.random.default_rng(1)
    once, resample, alpha = [], [], 0.0
    for _ in range(PEER_DRAWS):
        began = time.perf_counter()
        alpha = float(krippendorff.alpha(reliability_data=values.T, level_of_measurement="nominal"))
        once.append(time.perf_counter() - began)
        began = time.perf_counter()
        drawn = values[random.integers(units, size=units)]
        krippendorff.alpha(reliability_data=drawn.T, level_of_measurement="nominal")
        resample.append(time.perf_counter() - began)
    return min(once), min(resample), alpha
