"""Run as a child process: makes the profile of a file beside the process that reads it (`imports.sniff.beside`).

Called as `python -m imports.sniff.profile_child`. Both directions are pickled, because both ends are this program:
standard input has the names of the columns and the country, then batches of rows, then the latest year of the dates;
standard output is the profile with its columns. An input that ends early means that the reader has ended, too.
"""

import pickle
import sys

from imports.readers.quick_split import CELL
from imports.sniff.profile import Profile

_AT_ONCE = 1024 * 1024  # bytes


def main() -> int:
    with open(sys.stdin.fileno(), "rb", _AT_ONCE, closefd=False) as messages:
        try:
            names, country = pickle.load(messages)  # noqa: S301 -- from the process that started this one
            profile = Profile(names, country)
            while not isinstance(message := pickle.load(messages), int):  # noqa: S301 -- as above
                profile.add([row.split(CELL) if isinstance(row, str) else row for row in message])
        except EOFError:
            return 1
    columns = profile.finish(message)
    sys.stdout.buffer.write(pickle.dumps((profile, columns)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
