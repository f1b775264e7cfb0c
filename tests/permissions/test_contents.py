"""Every address as everybody: a planted word is read by whom it is for, and by nobody else."""

import pytest

from tests.permissions.asking import ask
from tests.permissions.contents import world
from tests.permissions.contents.people import TOKENS, WHO
from tests.permissions.rooms import ROOMS

pytestmark = pytest.mark.django_db
LINES = [line for room in ROOMS.values() for line in room.LINES] + world.MORE
# Sign-in and sign-out of allauth hold no content of the site; a sign-out would end the crawl.
OF_ALLAUTH = "/accounts/"
BY_LINK = "/s/"


def lines_for(who):
    """The link of a survey is its permission: only the respondent, who has nothing else, asks with it."""
    return [
        line
        for line in LINES
        if line.address.startswith(BY_LINK) == (who == "respondent") and not line.address.startswith(OF_ALLAUTH)
    ]


@pytest.mark.parametrize("who", WHO)
def test_each_person_reads_the_words_for_them_and_no_other(who):
    plant, cast = world.build()
    client, read = cast.clients[who], {}
    for line, filled in world.requests(lines_for(who), world.values()):
        answer, content = ask(client, line, filled)
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


def searches(words, address):
    """The words in groups that one search asks for."""
    size = AT_ONCE if address.strip("/").rpartition("/")[2] in FULL_TEXT else 1
    return [words[start : start + size] for start in range(0, len(words), size)]


@pytest.mark.parametrize("who", WHO)
def test_a_search_finds_nothing_by_a_word_that_is_not_for_the_person(who):
    plant, cast = world.build()
    told = []
    for address in sorted({address for word in plant.words for address in word.lists}):
        hidden = [word for word in plant.words if address in word.lists and who not in word.readers]
        for words in searches(hidden, address):
            query = {"search": " or ".join(word.front for word in words)}
            answer = cast.clients[who].get(address, query)
            if answer.status_code == 200 and answer["Content-Type"].startswith("application/json"):
                told += [f"{address}: {row}" for row in answer.json()["results"]]
            told += [f"{address}: {word.what}" for word in plant.read_in(answer.content.decode()) & set(hidden)]
    assert not told, "\n".join(told)
