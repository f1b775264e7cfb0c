"""The language of texts by their commonest words. Good enough to choose a stemmer; pages show it as a guess."""

import re
from collections import Counter
from collections.abc import Iterable

_COMMON = {
    "en": "the and to of was that for with not this have had they which been were from would",
    "pt": "que não com uma para por foi meu minha mas como ao mais já eu fui loja você até são",
    "es": "que los las una por con para del pero como más fue muy este hasta ha sido sobre también el",
    "fr": "les des une est pour dans que qui pas sur avec par mais ont été cette aux nous vous je",
    "de": "der die und das ist nicht ich mit den von für auf dem eine auch wurde sich bei wird zu",
    "it": "che non per una con sono del della gli alla più come anche nel dei stato questo mi ho il",
    "nl": "het een van dat niet met voor zijn op te ik aan er maar om heeft wordt naar ook bij",
    "da": "og det at som ikke til med er på af jeg har den der for blev vi et kan var",
    "et": "ja on ei et see oli kui ka mis ning ma seda aga või kuid ole oma pole siis veel",
    "ro": "și nu că care pentru este din cu pe am fost mai sau dar prin această după îmi să la",
    "sk": "a že sa na nie je som ale ako pre bol aby mi tak bolo len čo už podľa sme",
}
_LANGUAGES: dict[str, list[str]] = {}
for _language, _words in _COMMON.items():
    for _word in dict.fromkeys(_words.split()):
        _LANGUAGES.setdefault(_word, []).append(_language)
_WORD = re.compile(r"[^\W\d_]+")


def likely_language(texts: Iterable[str]) -> str:
    """ISO 639-1 code; empty if there is little text or the result is not clear."""
    counts: Counter[str] = Counter()
    total = 0
    for text in texts:
        for word in _WORD.findall(text.casefold()):
            total += 1
            for language in _LANGUAGES.get(word, ()):
                counts[language] += 1
    ranked = counts.most_common(2)
    if total < 20 or not ranked or ranked[0][1] < 0.08 * total:
        return ""
    second = ranked[1][1] if len(ranked) > 1 else 0
    return ranked[0][0] if ranked[0][1] >= 1.3 * second else ""
