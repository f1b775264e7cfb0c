"""Answers in words of one response are erased; what is counted stays."""

from surveys.models import Answer
from tests.factories.surveys import COMPLAINED, make_response, make_wave
from tests.searched import tables_with
from versions.actions import erase, undo_erasure


def test_the_answers_in_words_of_one_response_are_erased_and_the_counts_stay(ada, alpha):
    wave = make_wave(ada, alpha)
    words = "Quillfeather waited for months."
    response = make_response(wave, ada, COMPLAINED | {"remark": words})
    other = make_response(wave, ada, COMPLAINED | {"remark": "Nothing to add."})
    counted = list(Answer.objects.filter(response=response, text__isnull=True).order_by("pk").values())

    erasure = erase(kind="surveys.response", key=str(response.uuid), ground="personal-request", by=ada)

    assert tables_with("Quillfeather") == {"versions_kepttext"}
    assert list(Answer.objects.filter(response=response, text__isnull=True).order_by("pk").values()) == counted
    assert Answer.objects.filter(response=other, text="Nothing to add.").exists()
    undo_erasure(erasure=erasure, by=ada)
    assert Answer.objects.filter(response=response, text=words).exists()
