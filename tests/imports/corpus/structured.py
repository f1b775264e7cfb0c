"""JSON gone wrong."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path

from tests.imports.corpus import Hostile, Loads, raw, text


def record(n: int) -> dict[str, object]:
    return {"id": n, "date received": "2019-01-02", "title": f"Title {n}", "narrative": f"Text {n}"}


RECORDS = [record(n) for n in range(1, 31)]
LINES = "".join(json.dumps(item) + "\n" for item in RECORDS)


def stream(*parts: str, times: int = 1) -> Callable[[Path], None]:
    """The first part, the second as often as said, the third."""

    def write(path: Path) -> None:
        with path.open("w") as file:
            file.write(parts[0])
            for _ in range(times):
                file.write(parts[1])
            file.write(parts[2])

    return write


def bomb(path: Path) -> None:
    """Records of a hundred thousand letters that pack to next to nothing, once more and again."""
    member = gzip.compress((json.dumps(record(1) | {"narrative": "a" * 100_000}) + "\n").encode() * 200, 9)
    with path.open("wb") as file:
        for _ in range(20):
            file.write(member)


_JSON_STAT = {"version": "2.0", "class": "dataset", "id": ["a"], "dimension": {"a": {}}, "value": [1, 2, 3]}
_MANY_KEYS = [{f"key {n} {m}": 1 for m in range(100)} for n in range(30)]
_LONE = LINES.replace('"Title 7"', '"Ti\\ud800tle 7"')

FILES = [
    Hostile("array.csv", text(json.dumps(RECORDS)), Loads(30)),
    Hostile("lines.jsonl", text(LINES), Loads(30)),
    Hostile("inside.json", text(json.dumps({"meta": {"n": 3}, "result": {"records": RECORDS}})), Loads(30)),
    Hostile("utf16.json", text(json.dumps(RECORDS), "utf-16"), Loads(30)),
    Hostile("nested_arrays.json", text("[" * 100_000 + "]" * 100_000), "nested_too_deep"),
    Hostile("nested_objects.json", text('{"a":' * 100_000 + "1" + "}" * 100_000), "nested_too_deep"),
    Hostile("nested_in_a_record.json", text(LINES + '{"id": 31, "x": ' + "[" * 100_000), "nested_too_deep"),
    Hostile("broken_line.jsonl", text(LINES.replace('"title": "Title 7"', '"title": Title 7')), "broken_json"),
    Hostile("cut.jsonl.gz", raw(gzip.compress(LINES[:-20].encode())), "broken_json"),
    Hostile("cut.json", text(json.dumps(RECORDS)[:-1]), "broken_json"),
    Hostile("behind.json", text(json.dumps(RECORDS) + "]"), "broken_json"),
    Hostile("numbers.json", text('[{"id": 1}, 2, 3]'), "not_a_table"),
    Hostile("lists.json", text("[[1, 2], [3, 4]]"), "mapping_incomplete"),
    Hostile("cube.json", text(json.dumps(_JSON_STAT)), "not_a_table"),
    Hostile("no_records.json", text('{"records": []} '), "mapping_incomplete"),
    Hostile("two_lists.json", text(json.dumps({"a": RECORDS, "b": RECORDS})), "several_tables"),
    Hostile("repeated_keys.jsonl", text(LINES.replace('{"id": 7', '{"id": 7, "title": "first"')), Loads(30)),
    Hostile("lone_surrogate.jsonl", text(_LONE), Loads(30)),
    Hostile("numbers_without_end.jsonl", text(LINES.replace(
        '{"id": 7', '{"n": ' + "9" * 50_000 + ', "x": NaN, "id": 7')), Loads(30)),
    Hostile("nul.jsonl", text(LINES.replace("Title 7", "Ti\\u0000tle 7")), Loads(29, 1, problem="nul_character")),
    Hostile("endless_string.json", stream('[{"id": "', "x" * 1_000_000, '"}]', times=40), "record_too_large"),
    Hostile("millions_of_parts.json", stream('[{"id": 1, "x": [[]', ",[]" * 100_000, "]}]", times=25),
            "record_too_large"),
    Hostile("too_many_keys.json", text(json.dumps(_MANY_KEYS)), "too_many_columns"),
    Hostile("gzip_bomb.jsonl.gz", bomb, "archive_bomb"),
]  # fmt: skip
