"""What an action on records did, in sentences."""

from django.utils.translation import ngettext

from coding.models import Round
from complaints.actions import Sent


def sent_in_words(sent: Sent, coding_round: Round) -> str:
    """How many texts were added to a round, and why others of the list were not."""
    added = ngettext("%(number)s text was added to %(round)s.", "%(number)s texts were added to %(round)s.", sent.added)
    sentences = [
        (1, added),
        (
            sent.already,
            ngettext("%(number)s record was in it already.", "%(number)s records were in it already.", sent.already),
        ),
        (
            sent.without_text,
            ngettext("%(number)s record has no text.", "%(number)s records have no text.", sent.without_text),
        ),
        (
            sent.withheld,
            ngettext(
                "The text of %(number)s record is withheld from you.",
                "The texts of %(number)s records are withheld from you.",
                sent.withheld,
            ),
        ),
        (
            sent.changed,
            ngettext(
                "%(number)s text has changed since the other round and is not in common with it.",
                "%(number)s texts have changed since the other round and are not in common with it.",
                sent.changed,
            ),
        ),
    ]
    numbers = (sent.added, *sent[1:])
    return " ".join(
        text % {"number": f"{number:,}", "round": coding_round.title}
        for (is_said, text), number in zip(sentences, numbers, strict=True)
        if is_said
    )
