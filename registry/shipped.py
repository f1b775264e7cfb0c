"""Default sectors and vocabularies, shipped as data in shipped_data/: loaded where missing, never changed afterwards.

Runs after every `migrate` (and after the flush between transactional tests). A vocabulary version that exists is left
alone, so that what a project leader changed stays changed; a new version ships as a new file.
"""

import json
from pathlib import Path
from typing import Any

from django.db import transaction

from registry.models import PolicySector, Term, Vocabulary

# A vocabulary or term as its JSON file has it.
Document = dict[str, Any]
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
        documents = [json.loads(path.read_text()) for path in sorted(FOLDER.glob("*.json")) if path != SECTORS]
        fresh = [document for document in documents if (document["slug"], document["version"]) not in existing]
        for document in fresh:
            _load_vocabulary(document)
        for document in fresh:
            _link(document)


def _load_vocabulary(document: Document) -> None:
    vocabulary = Vocabulary.objects.create(**{key: document[key] for key in ("slug", "version", "name", "source")})
    _load_terms(vocabulary, document["terms"], broader=None)


def _load_terms(vocabulary: Vocabulary, rows: list[Document], broader: Term | None) -> None:
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


def _link(document: Document) -> None:
    """Crosswalks, written `vocabulary:key`, to the same version's neighbours."""
    for row in document["terms"]:
        pairs = [name.split(":") for name in row.get("close_match", [])]
        if pairs:
            term = Term.objects.get(
                vocabulary__slug=document["slug"], vocabulary__version=document["version"], key=row["key"]
            )
            term.close_match.set(
                Term.objects.get(vocabulary__slug=slug, vocabulary__version=document["version"], key=key)
                for slug, key in pairs
            )
