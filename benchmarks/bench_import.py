"""A made-up file until all of it is searchable, more of it added, undone; against raw COPY on the same server.

`python -m benchmarks import [--rows N] [--size BYTES]`. The raw side is what a person does by hand with psql: COPY into
a table with the same columns, then the same indexes, each built in parallel; the addition is COPY into that indexed
table. With `--only-load` the file is only loaded, into a second dataset, while somebody reads pages of the first, which
has a twentieth as many records: memory of each process, the disk and the pages are measured (no raw side).
"""

import argparse
import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from benchmarks import generator
from benchmarks.processes import Watch, postmaster, processor_seconds
from benchmarks.server import Run, Server, own_server

RAW_TABLE = """
    CREATE TABLE raw_copy (
      id bigint GENERATED ALWAYS AS IDENTITY, dataset_id bigint NOT NULL DEFAULT 1,
      updated_at timestamptz DEFAULT now(),
      response text NOT NULL DEFAULT '', complaint_id varchar(200), case_number varchar(200), date_received date,
      date_closed date, authority varchar(500), category varchar(500), subject text, narrative text,
      outcome varchar(200),
      status varchar(200), channel varchar(100), country varchar(2), language varchar(2), amount numeric(16,2),
      postcode text)
"""
# As quick as it goes: statistics before the index of full text, which ANALYZE would compute 30,000 texts for.
RAW_INDEXES = (
    "ALTER TABLE raw_copy ADD PRIMARY KEY (id, dataset_id)",
    "ALTER TABLE raw_copy ADD UNIQUE (dataset_id, complaint_id)",
    "CREATE INDEX ON raw_copy (date_received, id)",
    "CREATE INDEX ON raw_copy (date_closed, id)",
    "CREATE INDEX ON raw_copy (updated_at, id)",
    "CREATE INDEX ON raw_copy (country, date_received, id)"
    " INCLUDE (dataset_id, language, outcome, status, channel, category)",
    "CREATE INDEX ON raw_copy (case_number) WHERE case_number <> ''",
    "ANALYZE raw_copy",
    "CREATE INDEX ON raw_copy USING gin (complaints_record_vector(language, subject, narrative, response))",
)
PENDING_LIST = "SELECT gin_clean_pending_list(indexrelid) FROM pg_index JOIN pg_class c ON c.oid = indexrelid " \
    "WHERE indrelid = 'raw_copy'::regclass AND relam = (SELECT oid FROM pg_am WHERE amname = 'gin')"  # fmt: skip
IDLE_SECONDS = 8
Done = TypeVar("Done")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks import")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--size", type=int, default=900, help="bytes of a narrative, at least 700")
    parser.add_argument("--only-load", action="store_true")
    options = parser.parse_args(arguments)
    with own_server() as server:
        reached = load_alone(server, options) if options.only_load else all_steps(server, options.rows, options.size)
    return 0 if all(reached) else 1


def all_steps(server: Server, rows: int, size: int) -> list[bool]:
    print(f"{rows:,} made-up rows of some {size} bytes of narrative")
    file, more = server.folder / "complaints.csv", server.folder / "more.csv"
    generator.write(file, rows, size=size)
    generator.write(more, rows // 10, seed=7, size=size, first=rows + 1)
    use(server, file)
    at_rest(server)
    first = processed(server, lambda: server.import_file(file))
    repeat = server.import_file(file)
    reached = [load_against_raw(server, file, rows, first), again_against_first(rows, first, repeat)]
    added, reaches = addition(server, more, rows)
    reached += [reaches, undo(server, added, repeat, first, rows)]
    return reached


def load_alone(server: Server, options: argparse.Namespace) -> list[bool]:
    """One large file beside a live dataset that somebody reads."""
    live, file = server.folder / "live.csv", server.folder / "complaints.csv"
    generator.write(live, options.rows // 20, seed=7, size=options.size)
    server.import_file(live)
    generator.write(file, options.rows, size=options.size)
    print(f"{options.rows:,} made-up rows in a file of {file.stat().st_size / 1e6:,.0f} MB")
    idle = probed(server, lambda: time.sleep(IDLE_SECONDS))[1]
    at_rest(server)
    watch = Watch([os.getpid(), postmaster(server.layout.services)], server.folder)
    watch.start()
    load, busy = probed(server, lambda: processed(server, lambda: server.import_file(file, "large")))
    watch.stop()
    say("load", load, options.rows)
    for name, most in sorted(watch.most.items(), key=lambda pair: -pair[1]):
        print(f"private memory at most {most:,} MB: {name}")
    print(f"the folder of the server, with both files, took at most {watch.disk:,} MB")
    print(f"median answers in ms while it ran {busy}, idle {idle}")
    slower = max(busy[name] / idle[name] for name in idle)
    print(f"answers meanwhile: {slower:.2f} times as long (at most 2 is asked)")
    return [judged_memory(load), max(watch.most.values()) < 300, slower <= 2]


def processed(server: Server, work: Callable[[], Done]) -> Done:
    """Do it, and print what it took of the processors, in programs of this one and in the server."""
    first, before = postmaster(server.layout.services), os.times()
    began = processor_seconds(first)
    done = work()
    ours = sum(os.times()[:4]) - sum(before[:4])
    print(f"processor time: {ours:.1f} s of Python, {processor_seconds(first) - began:.1f} s of PostgreSQL")
    return done


def load_against_raw(server: Server, file: Path, rows: int, first: Run) -> bool:
    say("first load", first, rows)
    at_rest(server)
    copied, indexed = processed(server, lambda: raw_load(server, file))
    raw = copied + indexed
    print(f"raw COPY and indexes {raw:.1f} s (copy {copied:.1f} s, indexes {indexed:.1f} s), {rows / raw:,.0f} rows/s")
    return judged("first load against raw", raw / first.seconds, 0.8) & judged_memory(first)


def again_against_first(rows: int, first: Run, repeat: Run) -> bool:
    say("the same file again", repeat, rows)
    written = repeat.answer["created"] + repeat.answer["updated"]
    return judged("the same file again against the first load", first.seconds / repeat.seconds, 3) & (written == 0)


def addition(server: Server, more: Path, rows: int) -> tuple[Run, bool]:
    """A tenth more for the live records, while somebody lists and searches them."""
    idle = probed(server, lambda: time.sleep(IDLE_SECONDS))[1]
    at_rest(server)
    ours, busy = probed(server, lambda: server.import_file(more))
    say(f"{rows // 10:,} rows added to the live {rows:,}", ours, rows // 10)
    at_rest(server)
    raw = probed(server, lambda: raw_addition(server, more))[0]
    print(f"raw COPY into the indexed table, amid the same questions: {raw:.1f} s")
    print(f"median answers in ms while ours ran {busy}, idle {idle}")
    slower = max(busy[name] / idle[name] for name in idle)
    print(f"answers meanwhile: {slower:.2f} times as long (at most 2 is asked)")
    return ours, judged("addition against raw", raw / ours.seconds, 0.8) & judged_memory(ours) & (slower <= 2)


def probed(server: Server, work: Callable[[], Any]) -> tuple[Any, dict[str, float]]:
    """What the work gave, and the median answers of the API while it ran."""
    enough = server.folder / "enough"
    enough.unlink(missing_ok=True)
    with server.start("-m", "benchmarks", "inside_probe", str(enough)) as probe:
        if probe.stdout is not None:
            probe.stdout.readline()
        try:
            done = work()
        finally:
            enough.touch()
        return done, json.loads(probe.communicate()[0])


def use(server: Server, file: Path) -> None:
    """Write as much as a load does: a server that is in use has the files of its log of changes, and whoever loads
    first would make them for both."""
    with server.connect().cursor() as cursor:
        cursor.execute(RAW_TABLE)
        for _ in range(3):
            copy(cursor, file)
        cursor.execute("DROP TABLE raw_copy")


def at_rest(server: Server) -> None:
    """Neither of the two has to write out what was loaded before it."""
    with server.connect().cursor() as cursor:
        cursor.execute("CHECKPOINT")


def undo(server: Server, added: Run, repeat: Run, first: Run, rows: int) -> bool:
    for what, run in (("the addition", added), ("the repeat", repeat)):
        say(f"undo of {what}", server.run("-m", "benchmarks", "inside_undo", str(run.answer["import"])), rows // 10)
    undone = server.run("-m", "benchmarks", "inside_undo", str(first.answer["import"]))
    say("undo of the first load", undone, rows)
    return judged("load against its undo", first.seconds / undone.seconds, 1) & judged_memory(undone)


def raw_load(server: Server, file: Path) -> tuple[float, float]:
    """Seconds of COPY and of the indexes."""
    with server.connect().cursor() as cursor:
        cursor.execute(RAW_TABLE)
        began = time.monotonic()
        copy(cursor, file)
        copied = time.monotonic()
        for statement in RAW_INDEXES:
            cursor.execute(statement)
    return copied - began, time.monotonic() - copied


def raw_addition(server: Server, more: Path) -> float:
    """Seconds of COPY into the indexed table until a search need not read a pending list."""
    with server.connect().cursor() as cursor:
        began = time.monotonic()
        copy(cursor, more)
        cursor.execute(PENDING_LIST)
        return time.monotonic() - began


def copy(cursor: Any, file: Path) -> None:
    columns = ", ".join(generator.COLUMNS)
    with file.open("rb") as source:
        cursor.copy_expert(f"COPY raw_copy ({columns}) FROM STDIN WITH (FORMAT csv, HEADER true)", source, 1 << 18)


def say(what: str, run: Run, rows: int) -> None:
    print(f"{what}: {run.seconds:.1f} s, {rows / run.seconds:,.0f} rows/s, peak {run.peak:,.0f} MB, {run.answer}")


def judged(what: str, ratio: float, goal: float) -> bool:
    print(f"{what}: ratio {ratio:.2f} (at least {goal} is asked)")
    return ratio >= goal


def judged_memory(run: Run) -> bool:
    return run.peak < 300
