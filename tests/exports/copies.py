"""A partner's copy of what they may see, kept by the change feed, and what the lists say that it should be."""

import hashlib
from contextlib import contextmanager

import orjson
from django.db import connection

FEED = "/api/v1/changes/"
LISTS = {
    "dataset": ("datasets", "slug"),
    "complaint-record": ("complaint-records", "id"),
    "case-study": ("case-studies", "slug"),
    "event": ("events", "id"),
    "contribution": ("contributions", "id"),
    "field-note": ("field-notes", "uuid"),
}


class Copy:
    """Rows by kind and id. `follow` is the loop of docs/api.md."""

    def __init__(self, client, *, kinds=tuple(LISTS), page_size=7, since="start"):
        self.client = client
        self.rows = {}
        self.entries = []
        self.next = f"{FEED}?since={since}&kind={','.join(kinds)}&include=row&page_size={page_size}"

    def page(self):
        """Take in one page; whether there is more."""
        answer = self.client.get(self.next)
        assert answer.status_code == 200, answer.content
        body = answer.json()
        for entry in body["results"]:
            self.take_in(entry)
        self.next = body["next"]
        return body["more"]

    def take_in(self, entry):
        self.entries.append(entry)
        if entry["id"] is None:
            self.rows = {k: v for k, v in self.rows.items() if v["entry"].get("dataset") != entry["dataset"]}
        elif entry["change"] in ("deleted", "hidden") or entry["row"] is None:
            self.rows.pop((entry["type"], str(entry["id"])), None)
        else:
            self.rows[entry["type"], str(entry["id"])] = {"entry": entry, "row": entry["row"]}

    def follow(self):
        """Take in all that there is; the changes that came."""
        before = len(self.entries)
        while self.page():
            pass
        return self.entries[before:]

    @property
    def checksum(self):
        return checksum({key: value["row"] for key, value in self.rows.items()})


def source(client, kinds=tuple(LISTS)):
    """What the lists show to this person."""
    found = {}
    for kind in kinds:
        name, key = LISTS[kind]
        address = f"/api/v1/{name}/?page_size=1000"
        while address:
            body = client.get(address).json()
            found |= {(kind, str(row[key])): row for row in body["results"]}
            address = body["next"]
    return found


def checksum(rows):
    lines = (orjson.dumps([*key, row], option=orjson.OPT_SORT_KEYS) for key, row in sorted(rows.items()))
    return hashlib.sha256(b"\n".join(lines)).hexdigest()


@contextmanager
def another_connection():
    """A second connection to the database, in a transaction that ends with `commit()` or, else, with a rollback."""
    other = connection.copy()
    other.set_autocommit(False)
    try:
        yield other
    finally:
        other.rollback()
        other.close()
