"""Default sectors and vocabularies, shipped as data in shipped_data/: loaded where missing, never changed afterwards.

Runs after every `migrate` (and after the flush between transactional tests). A vocabulary version that exists is left
alone, so that what a project leader changed stays changed; a new version ships as a new file.
"""

import json
from functools import reduce
from operator import or_
from pathlib import Path
from typing import NotRequired, TypedDict

from django.db import transaction
from django.db.models import Q

from registry.models import PolicySector, Term, Vocabulary


class TermDocument(TypedDict):
    """A term as a JSON file has it."""

    key: str
    labels: dict[str, str]
    definition: NotRequired[str]
    is_heading: NotRequired[bool]
    close_match: NotRequired[list[str]]
    narrower: NotRequired[list["TermDocument"]]


class VocabularyDocument(TypedDict):
    """A vocabulary as a JSON file has it."""

    slug: str
    version: str
    name: str
    source: str
    terms: list[TermDocument]


FOLDER = Path(__file__).with_name("shipped_data")
SECTORS = FOLDER / "policy-sectors.json"


def load_shipped(**_signal: object) -> None:
    """Insert the sectors where there are none, and each shipped vocabulary version that is missing."""
    with transaction.atomic():
        if not PolicySector.objects.exists():
            rows = json.loads(SECTORS.read_text())
            PolicySector.objects.bulk_create(
                [PolicySector(position=at, **row) for at, row in enumerate(rows, start=1)], ignore_conflicts=True
            )
        existing = set(Vocabulary.objects.values_list("slug", "version"))
        paths = [path for path in sorted(FOLDER.glob("*.json")) if path != SECTORS]
        documents: list[VocabularyDocument] = [json.loads(path.read_text()) for path in paths]
        fresh = [document for document in documents if (document["slug"], document["version"]) not in existing]
        for document in fresh:
            _load_vocabulary(document)
        for document in fresh:
            _link(document)


def _load_vocabulary(document: VocabularyDocument) -> None:
    vocabulary = Vocabulary.objects.create(
        slug=document["slug"], version=document["version"], name=document["name"], source=document["source"]
    )
    _load_terms(vocabulary, document["terms"], broader=None)


def _load_terms(vocabulary: Vocabulary, rows: list[TermDocument], broader: Term | None) -> None:
    for row in rows:
        term = Term.objects.create(
            vocabulary=vocabulary,
            key=row["key"],
            labels=row["labels"],
            definition=row.get("definition", ""),
            broader=broader,
            is_heading=row.get("is_heading", False),
            position=vocabulary.terms.count() + 1,
        )
        _load_terms(vocabulary, row.get("narrower", []), broader=term)


def _link(document: VocabularyDocument) -> None:
    """Crosswalks, written `vocabulary:key`, to the same version's neighbours."""
    for row in document["terms"]:
        pairs = [name.split(":") for name in row.get("close_match", [])]
        if pairs:
            term = Term.objects.get(
                vocabulary__slug=document["slug"], vocabulary__version=document["version"], key=row["key"]
            )
            # A neighbour that was there before may have lost a term.
            alike = (Q(vocabulary__slug=slug, key=key) for slug, key in pairs)
            term.close_match.set(Term.objects.filter(reduce(or_, alike), vocabulary__version=document["version"]))
