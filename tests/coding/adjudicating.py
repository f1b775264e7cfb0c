"""Rounds whose coders differ, for tests of adjudication."""

from accounts.roles import Role
from coding.actions import codings, queue
from coding.actions.codings import NewCoding
from coding.adjudicated import final_codes
from coding.comparing import version_of
from coding.models import Adjudication
from tests.conftest import person_at
from tests.factories.coding import make_codebook, make_round

TEXT = "The council answered after nine months. Nobody explained why."
DELAY, LATE, RUDE = ("delay", 0, 11), ("delay", 0, 39), ("rude", 40, 46)
WHOLE = ("unclear", None, None)


def coders_at(alpha, *names):
    return [person_at(alpha, name, Role.CODER) for name in names]


def blind_round(lead, coders, *, texts=1, **values):
    """An open blind round in which all these people code every unit."""
    texts = [f"{TEXT} {n}" for n in range(texts)]
    book = make_codebook(lead)
    return make_round(lead, coders, book=book, texts=texts, coders_per_unit=len(coders), **values)


def code_of(running, key):
    return running.codebook_version.codes.get(key=key)


def hand_in(person, running, *chosen, outcome=None, memo=""):
    """Take the next unit, apply the codes and submit it."""
    assignment = queue.take_next(by=person, coding_round=running)
    for key, start, end in chosen:
        new = NewCoding(code=code_of(running, key), start=start, end=end, memo=memo)
        codings.apply_code(assignment=assignment, coding=new, by=person)
    outcome = outcome or ("coded" if chosen else "none-applies")
    return codings.submit(assignment=assignment, outcome=outcome, by=person)


def seen(adjudication):
    return version_of(Adjudication.objects.get(pk=adjudication.pk))


def final(adjudication):
    found = final_codes(Adjudication.objects.filter(pk=adjudication.pk))
    by_pk = dict(adjudication.round_unit.round.codebook_version.codes.values_list("pk", "key"))
    return {(by_pk[one.code_id], one.start, one.end) for one in found[adjudication.pk]}
