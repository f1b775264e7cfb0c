"""What is asked of the planted world; the test files beside it share the people among them."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from django.http import HttpResponse

from tests.permissions.asking import ask
from tests.permissions.contents import world
from tests.permissions.contents.people import RESPONDENT, TOKENS, WHO, Cast
from tests.permissions.contents.plant import Plants, Word
from tests.permissions.line import Line
from tests.permissions.rooms import ROOMS

LINES = [line for room in ROOMS.values() for line in room.LINES] + world.MORE
# Sign-in and sign-out of allauth hold no content of the site; a sign-out would end the crawl.
OF_ALLAUTH = "/accounts/"
BY_LINK = "/s/"


def check_person(who: str, plant: Plants, cast: Cast) -> None:
    """What they are sent holds every word for them and no other; so does what they find.

    The respondent of a survey is the public everywhere else.
    """
    _check_what_is_read(who, plant, cast)
    if who not in RESPONDENT:
        _check_searches(who, plant, cast)


def lines_for(who: str) -> list[Line]:
    """The link of a survey is its permission: only the respondent, who has nothing else, asks with it."""
    return [
        line
        for line in LINES
        if line.address.startswith(BY_LINK) == (who == "respondent") and not line.address.startswith(OF_ALLAUTH)
    ]


# Of writes, and of what has refused somebody's role twice, one row in so many is asked for.
ONE_IN = 5


def _answers(who: str, cast: Cast) -> Iterator[tuple[Line, dict[str, Any], HttpResponse, bytes]]:
    """Every address, read for every row. Writes, and what refuses the role of the person, are asked for a fifth of
    the rows, and by the next person for the next fifth: what they answer differs by the role far more than by row."""
    asked: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    requests: Iterable[tuple[Line, dict[str, Any]]] = world.requests(lines_for(who), world.values())
    for place, (line, filled) in enumerate(requests, start=WHO.index(who)):
        name = f"{line.method} {line.address}"
        if asked[name] and (line.method != "GET" or refused[name] > 1) and place % ONE_IN:
            continue
        answer, content = ask(cast.clients[who], line, filled)
        asked[name] += 1
        refused[name] += answer.status_code == 403
        yield line, filled, answer, content


def _check_what_is_read(who: str, plant: Plants, cast: Cast) -> None:
    """Ask every address and look for every word."""
    read: dict[Word, str] = {}
    for line, filled, answer, content in _answers(who, cast):
        # An address is known to whoever asks for it.
        said = f"{dict(answer.headers)} {answer.cookies.output()} {content.decode(errors='replace')}"
        for word in plant.read_in(said):
            read.setdefault(word, f"{line.method} {line.filled(filled)[0]}: {answer.status_code}")
    leaked = sorted(f"{word.what}, at {where}" for word, where in read.items() if who not in word.readers)
    wanted = [word for word in plant.words if word.is_shown and not (word.on_pages and who in TOKENS)]
    missed = sorted(word.what for word in wanted if who in word.readers and word not in read)
    assert not leaked, f"{who} reads\n" + "\n".join(leaked)
    assert not missed, f"{who} does not find\n" + "\n".join(missed)


# Several words separated by "or"; the other lists take one text at a time.
FULL_TEXT = ("case-studies", "events", "contributions", "field-notes", "complaint-records")
AT_ONCE = 25


def _searches(words: list[Word], address: str) -> list[list[Word]]:
    """The words in groups that one search asks for."""
    size = AT_ONCE if address.strip("/").rpartition("/")[2] in FULL_TEXT else 1
    return [words[start : start + size] for start in range(0, len(words), size)]


def _check_searches(who: str, plant: Plants, cast: Cast) -> None:
    """Search each list by every word that is not for this person."""
    found = []
    for address in sorted({address for word in plant.words for address in word.lists}):
        hidden = [word for word in plant.words if address in word.lists and who not in word.readers]
        for words in _searches(hidden, address):
            query = {"search": " or ".join(word.front for word in words)}
            answer = cast.clients[who].get(address, query)
            if answer.status_code == 200 and answer["Content-Type"].startswith("application/json"):
                found += [f"{address}: {row}" for row in answer.json()["results"]]
            found += [f"{address}: {word.what}" for word in plant.read_in(answer.content.decode()) & set(hidden)]
    assert not found, "\n".join(found)
