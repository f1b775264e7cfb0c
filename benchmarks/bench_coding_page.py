"""Times of the coding page in a real browser: a passage beside 300 others, and from one text to the next.

`python -m benchmarks coding_page`. The texts have 20,000 characters; the server, its database and the browser are those
of the tests, on this machine.
"""

import subprocess
import sys


def main(arguments: list[str]) -> int:
    command = [sys.executable, "-m", "pytest", "-q", "-s", "-n", "0", "tests/journeys/measure_coding_page.py"]
    return subprocess.run([*command, *arguments], check=False).returncode
