"""Run as a child process: makes the profile of a file beside the process that reads it (`imports.sniff.beside`).

Called as `python -m imports.sniff.profile_child`. Each message on standard input is a line with its kind and its number
of bytes, and these: `begin`, the names of the columns and the country as JSON; `joined`, a batch of rows separated by
ROW with cells separated by CELL; `rows`, a batch as JSON; `end`, the latest year of dates. The answer is the profile as
JSON. An input that ends early means that the reader has ended, too.
"""

import json
import sys

from imports.readers.quick_split import CELL, ROW
from imports.sniff.profile import Profile

_AT_ONCE = 1024 * 1024  # bytes


def main() -> int:
    profile = Profile([])
    with open(sys.stdin.fileno(), "rb", _AT_ONCE, closefd=False) as messages:
        while head := messages.readline():
            kind, _space, size = head.decode().partition(" ")
            text = messages.read(int(size)).decode()
            if kind == "begin":
                profile = Profile(*json.loads(text))
            elif kind == "joined":
                profile.add([row.split(CELL) for row in text.split(ROW)])
            elif kind == "rows":
                profile.add(json.loads(text))
            else:
                sys.stdout.write(json.dumps(profile.finished(int(text)).as_json()))
                return 0
    return 1


if __name__ == "__main__":
    sys.exit(main())
