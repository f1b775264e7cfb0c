"""The checker of journeys finds what it is there for, and the generator gives the same journey for the same seed."""

import pytest

from casestudies.actions.notes import put_note
from tests.factories.casestudies import make_case_study, make_note
from tests.fieldwork.generated import generate, shorter
from tests.fieldwork.history import History, losses
from tests.fieldwork.steps import claim, is_at_rest


@pytest.fixture
def history(tmp_path):
    return History(tmp_path / "history.jsonl")


@pytest.fixture
def note(fay):
    return make_note(make_case_study(fay), fay, text="")


@pytest.fixture
def typed(history, note):
    """`typed(person, ...)`: a new word that the person typed into the note and that was reported as these."""

    def do(person, *reported):
        word = history.word(str(note.pk), person.username)
        for what in reported:
            history.add(what, word)
        return word

    return do


def stored(note, person, text):
    note.refresh_from_db()
    put_note(uuid=note.pk, content={"text": text}, by=person, base_version=note.version)


def found(history, note):
    return losses(history, [str(note.pk)])


def test_a_history_in_which_all_is_well_has_no_losses(history, note, typed, fay):
    first, second = typed(fay, "device", "ok"), typed(fay, "ok")
    typed(fay)
    stored(note, fay, first)
    stored(note, fay, f"{first} {second}")

    assert found(history, note) == []


def test_a_word_that_a_page_called_kept_is_missed(history, note, typed, fay):
    on_device, unknown = typed(fay, "device"), typed(fay)

    (sentence,) = found(history, note)
    assert sentence.startswith(f"LOST: {on_device} ")
    assert unknown not in sentence


def test_words_are_counted_by_what_was_said_of_them(history, typed, fay):
    typed(fay, "device", "ok")
    typed(fay, "device")
    typed(fay)

    assert history.counts() == {"invoke": 3, "device": 2, "ok": 1, "unproved": 1}


@pytest.mark.parametrize(
    ("state", "words", "typed_words", "claimed", "rests"),
    [
        ("saved", "Saved at 10:04, version 3", "w1x", "ok", True),
        ("waiting", "On this device, sending to the server", "w1x", "device", False),
        ("writing", "Not on this device yet: your browser is still writing", "w1x", None, False),
        (
            "action-needed",
            "Action needed: Edited elsewhere. What you typed since is on this device and is being sent.",
            "w1x",
            "device",
            False,
        ),
        ("action-needed", "Action needed: Edited elsewhere. Both texts are saved", "w1x", "ok", True),
        ("action-needed", "Action needed: this device could not keep it", "w1x", None, True),
        ("waiting", "Not saved: your browser restored a text that is not saved.", "w1x", None, True),
        ("waiting", "Nothing to save yet", "", None, True),
    ],
)
def test_a_page_is_taken_at_its_word(state, words, typed_words, claimed, rests):
    report = {"state": state, "words": words, "title": "Quay", "text": typed_words, "isTyped": True}

    assert (claim(report), is_at_rest(report)) == (claimed, rests)


@pytest.mark.parametrize("is_typed", [True, False])
def test_a_page_as_the_server_sent_it_rests_only_where_nobody_typed(is_typed):
    words = "Saved as version 3 at 21:21 UTC"

    assert (
        is_at_rest({"state": "", "words": words, "title": "Quay", "text": "w1x", "isTyped": is_typed}) is not is_typed
    )


def test_a_word_that_stands_twice_is_seen(history, note, typed, fay):
    word = typed(fay, "ok")
    stored(note, fay, f"{word} {word}")

    assert [sentence.partition(":")[0] for sentence in found(history, note)] == ["DOUBLED"]


def test_a_word_that_somebody_elses_edit_took_away_is_seen(history, note, typed, fay, ada):
    word, other = typed(fay, "ok"), typed(ada, "ok")
    stored(note, fay, word)
    stored(note, ada, other)

    assert [sentence.partition(":")[0] for sentence in found(history, note)] == ["OVERWRITTEN"]


def test_a_word_that_came_under_another_name_is_seen(history, note, typed, fay, ada):
    stored(note, ada, typed(fay, "ok"))

    assert [sentence.partition(":")[0] for sentence in found(history, note)] == ["ANOTHER'S NAME"]


def test_a_word_that_went_into_another_note_is_seen(history, note, typed, fay):
    word = typed(fay, "ok")
    stored(note, fay, word)
    other = make_note(note.case_study, fay, text=word)

    assert any(sentence.startswith("ANOTHER NOTE") for sentence in losses(history, [str(note.pk), str(other.pk)]))


def test_a_seed_gives_one_journey_and_a_failing_one_is_made_shorter():
    steps = generate("seed", 24)
    assert steps == generate("seed", 24)
    assert steps != generate("another", 24)
    wanted = (steps[3], steps[17])

    assert shorter(steps, lambda some: all(one in some for one in wanted), 200) == list(wanted)
