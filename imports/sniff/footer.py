"""What stands below a table: totals, sources and footnotes. Pure."""

import re
from collections.abc import Iterable, Sequence

from imports.values import folded, looks_like_data

MOST_ROWS = 30
_SAMPLE = 1_000
_SENTENCE = 16  # characters of a text that no other row has in its column
_SAME = 200  # characters of a cell that are compared
_TOTALS = frozenset(
    word.strip()
    for line in """
    total|totals|grand total|overall|overall total|sum|all|sub total|subtotal
    gesamt|gesamtsumme|insgesamt|summe|zusammen|total général|ensemble|totaux|totale|totale generale|totali|complessivo
    total general|suma|suma total|totales|total geral|soma|totais|totaal|eindtotaal|som|totalen
    i alt|ialt|samlet|sum i alt|totalt|summa|sammanlagt|yhteensä|kaikki yhteensä|kokku|razem|ogółem|łącznie
    celkem|součet|spolu|súčet|összesen|mindösszesen|összeg|în total|suma totală|kopā|iš viso
    ukupno|skupaj|sveukupno|vsota|общо|всичко|σύνολο|γενικό σύνολο
    """.strip().splitlines()
    for word in line.split("|")
)
_MARK = re.compile(
    r"\A(?:[*†‡°¹²³]+\s*\S|\(?(?:\d{1,2}|[a-z])\)\s+\S|\[\d{1,2}\]\s*\S|©"
    r"|\W*(?:sources?|notes?|nb|n\.b\.|remarks?|comments?|legend|disclaimer|copyright|data as of|as of|last updated"
    r"|updated|prepared by|compiled by|generated|downloaded|extracted|retrieved|quellen?|anmerkung(?:en)?|hinweise?"
    r"|stand|erläuterung(?:en)?|légende|remarques?|fuentes?|notas?|fonti?|fontes?|avvertenza|bron(?:nen)?|noot|kilder?"
    r"|opmerking(?:en)?"
    r"|anmærkning(?:er)?|bemærk|källa|källor|anm|lähde|huom|allikas|märkus|źródł[oa]|uwag[ai]|zdroje?|pozn(?:ámka)?"
    r"|forrás|megjegyzés|surs[aă]|izvor|vir|opomba|napomena|πηγή|σημείωση|източник|бележка)\s*[.:*(\d])",
    re.IGNORECASE,
)


class Body:
    """What is known of the rows above: whether rows of one cell are usual, and how long cells are."""

    def __init__(self) -> None:
        self.rows = self.thin = 0
        self._longest: dict[int, int] = {}
        self._first: set[str] = set()

    def look(self, rows: Iterable[Sequence[str]]) -> None:
        """Add rows until there are enough."""
        for row in rows:
            if self.rows >= _SAMPLE:
                return
            self.rows += 1
            filled = [(place, cell.strip()) for place, cell in enumerate(row) if cell.strip()]
            self.thin += len(filled) < 2
            for place, cell in filled:
                self._longest[place] = max(self._longest.get(place, 0), len(cell))
            if filled:
                self._first.add(_label(filled[0][1]))

    def is_usual(self, label: str) -> bool:
        """Whether another row begins with this word."""
        return label in self._first

    def is_longer(self, place: int, text: str) -> bool:
        """Whether a text is longer than every cell of its column."""
        return len(text) > self._longest.get(place, 0)


def footer(rows: Sequence[Sequence[str]], width: int, body: Body) -> list[str]:
    """The kinds of the last rows that are no records: `total`, `note`, or "" for a blank one. width: of the header.
    body: of the rows above these."""
    if width < 2 or not body.rows or body.thin * 20 > body.rows:
        return []
    kinds: list[str] = []
    for row in reversed(rows[-MOST_ROWS:]):
        kind = _kind(row, width, body)
        if kind is None:
            break
        kinds.append(kind)
    while kinds and not kinds[-1]:
        kinds.pop()
    return kinds[::-1]


def _kind(row: Sequence[str], width: int, body: Body) -> str | None:
    """None for a record."""
    filled = [(place, cell.strip()) for place, cell in enumerate(row) if cell.strip()]
    if not filled:
        return ""
    place, text = filled[0]
    if _is_total([cell for _, cell in filled], body):
        return "total"
    is_marked = bool(_MARK.match(text))
    if len(filled) == 1 and _is_count(text):
        return "total"
    if len(filled) == 1:
        is_sentence = len(text) >= _SENTENCE and " " in text and body.is_longer(place, text) and body.rows > 1
        return "note" if is_marked or is_sentence else None
    return "note" if is_marked and len(row) != width and body.is_longer(place, text) else None


def _is_total(cells: Sequence[str], body: Body) -> bool:
    label = _label(cells[0])
    numbers = [cell for cell in cells[1:] if looks_like_data(cell.rstrip("% \u00a0"))]
    return _is_total_word(label) and bool(numbers) and len(numbers) == len(cells) - 1 and not body.is_usual(label)


def _is_count(text: str) -> bool:
    """A total that stands in one cell with its number: `Total: 12`."""
    label, sign, number = text.partition(":")
    return bool(sign) and _is_total_word(_label(label)) and looks_like_data(number.strip())


def _is_total_word(label: str) -> bool:
    return label in _TOTALS or label.partition(" ")[0].rstrip(":") in ("total", "totals", "totaal", "totale")


def _label(text: str) -> str:
    return folded(text[:_SAME]).strip(" :.*")
