"""Words that stand in one text only, and who may read it."""

from dataclasses import dataclass, field

LETTERS = "bcdfghjklmnprtvw"


def _letters(number: int) -> str:
    """Six letters by which the number is known; consonants only, which no stemmer shortens."""
    return "".join(LETTERS[number >> (4 * place) & 15] for place in range(6))


@dataclass(frozen=True)
class Word:
    """One planted text: it is searched for by `front`, and found in an answer by `back`."""

    what: str
    front: str
    back: str
    readers: frozenset[str]
    is_shown: bool
    lists: tuple[str, ...]
    on_pages: bool


@dataclass
class Plants:
    """Every word of the world."""

    words: list[Word] = field(default_factory=list)

    def __call__(
        self,
        what: str,
        readers: frozenset[str],
        *,
        shown: bool = True,
        lists: tuple[str, ...] = (),
        pages: bool = False,
    ) -> str:
        """A text of two words for `readers` only.

        Each of them must find it in some answer, unless `shown` is False: then they may. `lists` are addresses whose
        `search=` must find it for them and for nobody else. With `pages`, the API does not send it: a token need not
        find it.
        """
        number = len(self.words)
        word = Word(what, f"zqf{_letters(number)}", f"zqb{_letters(number)}", readers, shown, lists, pages)
        self.words.append(word)
        return f"{word.front} {word.back}"

    def read_in(self, answers: str) -> set[Word]:
        """The words whose text stands in these answers."""
        return {word for word in self.words if word.back in answers}
