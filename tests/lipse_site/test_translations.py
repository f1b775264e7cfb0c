"""Translated sentences are remembered, and what is no translation is not."""

from lipse_site.translations import remembering


def test_a_sentence_is_translated_once():
    asked = []
    translate = remembering(lambda message: asked.append(message) or message.upper())
    assert [translate("one"), translate("one")] == ["ONE", "ONE"]
    assert asked == ["one"]


def test_no_more_are_remembered_than_there_is_room_for():
    asked = []
    translate = remembering(lambda message: asked.append(message) or message, most=1)
    assert [translate(word) for word in ("one", "two", "two")] == ["one", "two", "two"]
    assert asked == ["one", "two", "two"]


def test_an_empty_answer_by_which_a_library_asks_for_a_translation_is_not_remembered():
    answers = iter(["", "Bolivia"])
    translate = remembering(lambda _message: next(answers))
    assert [translate("Bolivia"), translate("Bolivia")] == ["", "Bolivia"]
