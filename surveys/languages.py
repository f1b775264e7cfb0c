"""Languages of questionnaires: tags, their own names, direction, and how XLSForms spell them."""

import re

# Tag: (English name, own name)
LANGUAGES = {
    "en": ("English", "English"),
    "nl": ("Dutch", "Nederlands"),
    "da": ("Danish", "Dansk"),
    "de": ("German", "Deutsch"),
    "et": ("Estonian", "Eesti"),
    "es": ("Spanish", "Español"),
    "fr": ("French", "Français"),
    "it": ("Italian", "Italiano"),
    "ro": ("Romanian", "Română"),
    "sk": ("Slovak", "Slovenčina"),
    "pt": ("Portuguese", "Português"),
    "pl": ("Polish", "Polski"),
    "cs": ("Czech", "Čeština"),
    "hu": ("Hungarian", "Magyar"),
    "sv": ("Swedish", "Svenska"),
    "fi": ("Finnish", "Suomi"),
    "nb": ("Norwegian", "Norsk bokmål"),
    "el": ("Greek", "Ελληνικά"),
    "bg": ("Bulgarian", "Български"),
    "hr": ("Croatian", "Hrvatski"),
    "sl": ("Slovene", "Slovenščina"),
    "lt": ("Lithuanian", "Lietuvių"),
    "lv": ("Latvian", "Latviešu"),
    "tr": ("Turkish", "Türkçe"),
    "ru": ("Russian", "Русский"),
    "uk": ("Ukrainian", "Українська"),
    "ar": ("Arabic", "العربية"),
    "fa": ("Persian", "فارسی"),
    "he": ("Hebrew", "עברית"),
    "zh": ("Chinese", "中文"),
    "sw": ("Swahili", "Kiswahili"),
}
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
_BY_NAME = {name.lower(): tag for tag, names in LANGUAGES.items() for name in names}
_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})?")
_TAG_AT_END = re.compile(r"\(([^()]*)\)\s*$")


def tag_of(spelled: str) -> str:
    """The tag of “Dutch (nl)”, “nl”, “Dutch” or “Nederlands”; empty if the language is not known."""
    text = spelled.strip()
    if in_brackets := _TAG_AT_END.search(text):
        text = in_brackets[1].strip()
        return text.lower() if _TAG.fullmatch(text) else ""
    if text.lower() in _BY_NAME:
        return _BY_NAME[text.lower()]
    return text.lower() if _TAG.fullmatch(text) and text.lower().partition("-")[0] in LANGUAGES else ""


def own_name(tag: str) -> str:
    base = tag.partition("-")[0]
    return LANGUAGES[base][1] if base in LANGUAGES else tag


def direction(tag: str) -> str:
    return "rtl" if tag.partition("-")[0] in RIGHT_TO_LEFT else "ltr"
