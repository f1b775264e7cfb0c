"""Times of Today and of a note on a slow line and a slow phone: first load, started again, and without a server.

`python -m benchmarks app`. 400 kbit/s, 300 ms, a processor four times slower; a site as operators run it, the database
and the browser of the tests, on this machine.
"""

import subprocess
import sys


def main(arguments: list[str]) -> int:
    command = [sys.executable, "-m", "pytest", "-q", "-s", "-n", "0", "tests/journeys/measure_app.py"]
    return subprocess.run([*command, *arguments], check=False).returncode
