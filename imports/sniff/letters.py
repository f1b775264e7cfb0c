"""Which encoding of one byte a letter a text in a Latin alphabet has, by the letters of the languages expected. Pure.

In the right encoding nearly all letters outside of ASCII are letters of one and the same language, and stand where that
language has them: no capital in the middle of a word, no sign within one.
"""

import re
from collections import Counter

# Letters outside of ASCII by language, the commonest first. Those that a language only has in names are left out.
ALPHABETS = {
    "de": "üäößéèàç", "fr": "éèàêçôîûùâëïœæÿü", "es": "óíáéñúüºª¿¡", "it": "àèùòéìîóú", "pt": "ãçáéêíóõâúôàºª",
    "nl": "ëéïöèüóêáàç", "da": "øåæéöü", "no": "øåæéòóüö", "sv": "äöåéüà", "fi": "äöåšž", "et": "äõüöšž",
    "ro": "ăîâșțşţéö", "sk": "áíéčšžýúľťňäôďŕĺóěřöü", "cs": "íáéěřčšžýůúťóďňöü", "pl": "ęóąśłżćńźöü",
    "hu": "áéöóőüíúű", "hr": "čšžćđéö", "lt": "ėįšžųčąūę", "lv": "āīēšūļņģķžč", "tr": "ıüşöçğâî", "is": "ðáíóþéúæöýÞ",
    "sq": "ëçé", "ca": "àéèóíçòúïü·", "mt": "ħżġċàè",
}  # fmt: skip
_EXPECTED = {language: frozenset(letters + letters.upper()) for language, letters in ALPHABETS.items()}
# In this order where two are equally good: what is commoner first.
ENCODINGS = ("cp1252", "cp1250", "iso8859-2", "cp1257", "cp1254", "cp850", "cp852", "mac_roman", "iso8859-1")
_ENOUGH = 0.85
_BETTER = 0.005
_NEUTRAL = frozenset("\u00a0€–—…„“”‚‘’‹›«»°§•·²³½¼¾™®©£±×´¨¹µ†‡¤¥¢¬¶¦‰")
_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
_OPENING_BEHIND = re.compile(r"(?<=[^\W\d_])[‚„](?![^\W\d_])")
_WITHIN = re.compile(r"(?<=[^\W\d_])[^\w\s\x00-\x7f’·–—-](?=[^\W\d_])")


def likely_encoding(sample: bytes) -> str:
    """The encoding in which the letters are best explained by one language; empty if none explains them."""
    found = {name: explained(sample.decode(name, "replace")) for name in ENCODINGS}
    best = max(found.values())
    if best < _ENOUGH:
        return ""
    return next(name for name, share in found.items() if share >= best - _BETTER)


def explained(text: str) -> float:
    """The share of the characters outside of ASCII that the language with most of them has, from 0 to 1."""
    counts: Counter[str] = Counter()
    wrong = len(_WITHIN.findall(text))
    for word in _WORD.findall(text):
        if word.isascii():
            continue
        odd = "" if word.isupper() else "".join(c for c in word[1:] if c.isupper() and not c.isascii())
        wrong += len(odd)
        counts.update(c for c in word if not c.isascii() and c not in odd)
    letters = counts.total()
    signs = [c for c in text if not c.isascii() and not c.isalpha()]
    wrong += sum(c not in _NEUTRAL for c in signs) + len(_OPENING_BEHIND.findall(text))
    total = letters + wrong
    if not total:
        return 1.0
    return max(sum(n for c, n in counts.items() if c in expected) for expected in _EXPECTED.values()) / total
