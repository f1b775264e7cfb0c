"""Asks for an export in the background and makes it, in place of a worker that the test does not wake."""

from exports.jobs import EXPORTS
from jobs.running import run

API = "/api/v1/exports/"
RECORDS = "/api/v1/complaint-records/"


def ask(client, query=RECORDS, fmt="csv"):
    """The answer to the request for an export."""
    return client.post(API, {"query": query, "format": fmt}, content_type="application/json")


def made(client, query=RECORDS, fmt="csv"):
    """What the API says of an export that has been made."""
    answer = ask(client, query, fmt)
    assert answer.status_code == 202, answer.content
    run(EXPORTS, answer.json()["id"])
    return client.get(answer["Location"]).json()


def content_of(answer):
    """All bytes of a file that is sent in blocks."""
    content = b"".join(answer.streaming_content)
    answer.close()
    return content
