"""The glossary names each term once, and no page says the phrases that it replaces."""

import re

from django.apps import apps

from tests.house.code import PROJECT, ROOMS, files, name_of

ROW = re.compile(
    r"^\| \*\*(?P<term>[^|]+)\*\* \| (?P<meaning>[^|]+) \| (?P<used>[^|]+) \| (?P<replaces>[^|]+) \|$", re.M
)
COMMENT_OR_TAG = re.compile(r"\{#.*?#\}|<[^>]*>", re.S)


def rows() -> list[re.Match[str]]:
    return list(ROW.finditer((PROJECT / "docs" / "glossary.md").read_text()))


def replaced_phrases() -> set[str]:
    """Phrases of two words or more: a single word may be right elsewhere."""
    cells = ",".join(re.sub(r"\([^)]*\)|`[^`]*`", "", row["replaces"]) for row in rows())
    return {phrase.strip() for phrase in cells.split(",") if len(phrase.split()) > 1}


def test_each_term_is_in_the_glossary_once():
    terms = [row["term"].casefold() for row in rows()]
    assert len(terms) > 100
    assert sorted(set(terms)) == sorted(terms)


def test_each_thing_that_pages_name_is_in_the_glossary():
    """A model whose name people see has that name in its Meta."""
    glossary = " ".join(f"{row['term']} {row['meaning']}" for row in rows()).casefold()
    named = {
        str(model._meta.verbose_name)
        for room in ROOMS
        if apps.is_installed(room)
        for model in apps.get_app_config(room).get_models()
        if "verbose_name" in model._meta.original_attrs
    }
    assert len(named) > 10
    assert not sorted(name for name in named if name.casefold() not in glossary)


def test_no_page_says_a_phrase_that_the_glossary_replaces():
    found = {}
    for path in files(".html"):
        if name_of(path).startswith("templates/"):
            words = " ".join(COMMENT_OR_TAG.sub(" ", path.read_text()).casefold().split())
            said = [phrase for phrase in replaced_phrases() if re.search(rf"\b{re.escape(phrase.casefold())}\b", words)]
            found |= {name_of(path): said} if said else {}
    assert not found
