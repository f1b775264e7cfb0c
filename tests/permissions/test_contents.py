"""Every address as everybody: a planted word is read by whom it is for, and by nobody else."""

import pytest

from tests.permissions.asking import ask
from tests.permissions.contents import world
from tests.permissions.contents.people import WHO
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
    missed = sorted(word.what for word in plant.words if word.is_shown and who in word.readers and word not in read)
    assert not leaked, f"{who} reads\n" + "\n".join(leaked)
    assert not missed, f"{who} does not find\n" + "\n".join(missed)
