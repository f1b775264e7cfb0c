"""Datasets of each access, with letters of each access; an import with rows in quarantine."""

import json

from accounts.roles import Role
from complaints.models import FollowUp, Issue, Recommendation
from imports.actions import compare_imports, correct_language
from imports.jobs.comparing import compare
from tests.factories.complaints import load_records, make_dataset
from tests.factories.imports import csv_of, import_bytes
from tests.factories.imports import make_dataset as make_empty_dataset
from tests.permissions.contents.people import ALL, ALPHA, GUEST, MEMBERS, Cast
from tests.permissions.contents.plant import Plants

# access, access of the letters, shared with Gamma, who reads records, who reads letters
DATASETS = [
    ("public", "public", False, ALL, ALL),
    ("public", "consortium", False, ALL, MEMBERS),
    ("public", "restricted", False, ALL, ALPHA),
    ("public", "restricted", True, ALL, ALPHA | GUEST),
    ("consortium", "restricted", False, MEMBERS, ALPHA),
    ("restricted", "restricted", False, ALPHA, ALPHA),
    ("restricted", "restricted", True, ALPHA | GUEST, ALPHA | GUEST),
]
MANAGERS = frozenset({Role.DATA_MANAGER.value})
RECORD_LISTS = ("/api/v1/complaint-records/", "/complaint-records/")
IMPORTED, ERASED_LATER = "restricted-letters", "L41"
DATASET_LISTS = ("/api/v1/datasets/", "/datasets/")


def plant_datasets(plant: Plants, cast: Cast) -> None:
    for access, letters, shared, records, readers in DATASETS:
        name = f"dataset, {access}, letters {letters}{', shared' if shared else ''}"
        fields = {"access": access, "narrative_access": letters, "shared_with": [cast.gamma] if shared else []}
        _dataset(plant, cast, name, fields, records, readers)
    # Others see counts of it and nothing else: its title, where its one record has a weight (exports.disclosure).
    counted = {"access": "restricted", "narrative_access": "restricted", "counts_access": "public"}
    _dataset(plant, cast, "dataset, counted", counted | {"disclosure_threshold": 10}, ALPHA, ALPHA, title=ALL)
    beta = {"access": "restricted", "narrative_access": "restricted"}
    _dataset(plant, cast, "dataset of Beta", beta, frozenset({"stranger"}), frozenset({"stranger"}), owner=cast.beta)
    _import(plant, cast)


def _dataset(plant, cast: Cast, name, fields, records, readers, *, owner=None, title=None) -> None:
    dataset = make_dataset(
        owner or cast.alpha,
        title=plant(f"{name}: title", title or records, shown=title is None),
        description=plant(f"{name}: description", records, lists=DATASET_LISTS),
        source=plant(f"{name}: source", records),
        recipe="complaint-records",
        **fields,
    )
    row = {
        "subject": plant(f"{name}: subject", records, lists=RECORD_LISTS),
        "narrative": plant(f"{name}: letter", readers, lists=RECORD_LISTS),
        "response": plant(f"{name}: answer to the letter", readers, lists=RECORD_LISTS),
        "respondent": plant(f"{name}: respondent", records),
        "category": plant(f"{name}: category", records),
        "remedy": plant(f"{name}: remedy", records),
        "service": plant(f"{name}: service", records),
        "extra": json.dumps({plant(f"{name}: other column", readers): plant(f"{name}: its value", readers)}),
    }
    [record] = load_records(dataset, [row])
    Issue.objects.create(
        dataset=dataset,
        record_id=record,
        scheme=plant(f"{name}: scheme of the issue", records),
        category=plant(f"{name}: issue", records),
        norm=plant(f"{name}: norm of the issue", records),
    )
    texts = ("text", "reply", "criterion", "condition", "cause", "effect", "promised_action")
    advised = Recommendation.objects.create(
        dataset=dataset,
        record_id=record,
        addressee=plant(f"{name}: addressee of the recommendation", records),
        **{text: plant(f"{name}: {text} of the recommendation", readers) for text in texts},
    )
    FollowUp.objects.create(
        recommendation=advised,
        scale=plant(f"{name}: scale of the follow-up", records),
        raw_value=plant(f"{name}: value of the follow-up", records),
        assessor=plant(f"{name}: assessor of the follow-up", records),
        promised_action=plant(f"{name}: action promised at the follow-up", readers),
    )
    if owner is None:
        # Its state is on a page of the dataset.
        correct_language(dataset=dataset, language="nl", by=cast[Role.DATA_MANAGER])


def _import(plant: Plants, cast: Cast) -> None:
    manager = cast[Role.DATA_MANAGER]
    dataset = make_empty_dataset(
        cast.alpha, by=manager, slug=IMPORTED, access="restricted", narrative_access="restricted"
    )
    first = _file(plant, "imported", "Upheld")
    loaded = import_bytes(dataset, first, by=manager, name=_name(plant, "imported"))
    second = import_bytes(dataset, _file(plant, "second"), by=manager, name=_name(plant, "second"))
    compare(compare_imports(older=loaded, newer=second, by=manager).pk)
    import_bytes(
        dataset, _file(plant, "waiting"), by=manager, is_automatic=False, name=_name(plant, "waiting", MANAGERS)
    )


def _name(plant: Plants, name: str, readers: frozenset[str] = ALPHA) -> str:
    """Where a record comes from is part of the record."""
    return plant(f"import, {name}: name of the file", readers, shown=False).replace(" ", "-") + ".csv"


def _file(plant: Plants, name: str, outcome: str = "Rejected") -> bytes:
    """Twenty-four rows that everybody at Alpha reads, one that is erased later, and one that goes to quarantine."""
    # The letter of the first file is replaced by that of the second: then only comparisons have it.
    good = plant(f"import, {name}: letter", ALPHA if name == "second" else MANAGERS, shown=name != "waiting")
    wrong_day = plant(f"import, {name}: wrong day", MANAGERS, shown=name != "waiting")
    kept_back = plant(f"import, {name}: letter in quarantine", MANAGERS, shown=name != "waiting")
    rows = [f"L{n},2019-03-{n % 28 + 1:02d},Letter {n},{good} of clerk@example.org,{outcome}" for n in range(24)]
    # Erased wherever a row of a file is stored, but for the copy of a file that waits for its mapping.
    readers = MANAGERS if name == "waiting" else frozenset()
    gone = plant(f"import, {name}: letter that is erased", readers, shown=False)
    rows.append(f"{ERASED_LATER},2019-04-01,Erased,{gone},{outcome}")
    return csv_of([*rows, f"L40,{wrong_day},Last,{kept_back},{outcome}"])
