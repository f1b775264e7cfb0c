"""The demo's complaint records, from generated files that are imported like any other file."""

import time
from typing import Any

from accounts.models import Organisation, User
from accounts.roles import AccessLevel
from imports.actions import create_dataset, receive_file
from imports.jobs.run import run_import
from imports.models import Dataset, Import
from lipse_site.demo.ideas import COUNTRIES
from lipse_site.demo.letters import complaint_file, recommendation_file

SEED = 320090
# Seconds until the hold of a process that was killed on an import has run out, and some.
PATIENCE = 300


def make_records(partners: dict[str, Organisation], data_manager: User, *, rows: int = 300) -> int:
    """A dataset of letters per country and one of an audit office's recommendations; returns how many records."""
    for country in COUNTRIES:
        office = _office(f"demo-ombudsman-{country.code.lower()}", f"Demo Ombudsman of {country.name}", country.code)
        dataset = _dataset(
            f"demo-letters-{country.code.lower()}",
            title=f"Demo letters to the ombudsman of {country.name}",
            organisation=partners[country.code],
            office=office,
            country=country.code,
            language=country.language,
            access=AccessLevel.RESTRICTED if country.code == "SK" else AccessLevel.PUBLIC,
            narrative_access=AccessLevel.RESTRICTED if country.code == "SK" else AccessLevel.CONSORTIUM,
        )
        _load(dataset, complaint_file(country, rows=rows, seed=SEED), "letters.csv", data_manager)
    audit_office = _office("demo-audit-office", "Demo Audit Office", "NL", Organisation.Kind.AUDIT_OFFICE)
    dataset = _dataset(
        "demo-recommendations",
        title="Demo recommendations of an audit office",
        organisation=partners["NL"],
        office=audit_office,
        country="NL",
        language="en",
        access=AccessLevel.PUBLIC,
        narrative_access=AccessLevel.PUBLIC,
    )
    _load(dataset, recommendation_file(rows=160, seed=SEED), "recommendations.csv", data_manager)
    return sum(Dataset.objects.filter(is_fictional=True).values_list("record_count", flat=True))


def _office(slug: str, name: str, country: str, kind: str = Organisation.Kind.OMBUDSMAN) -> Organisation:
    values = {"name": name, "country": country, "kind": kind, "is_fictional": True}
    return Organisation.objects.get_or_create(slug=slug, defaults=values)[0]


def _dataset(slug: str, **values: Any) -> Dataset:
    known = Dataset.objects.filter(slug=slug).first()
    return known or create_dataset(
        slug=slug,
        by=None,
        is_fictional=True,
        licence="CC0 1.0",
        source="Made by the demo",
        themes=["innovation-inputs"],
        strands=["oversight"],
        **values,
    )


def _load(dataset: Dataset, content: bytes, name: str, data_manager: User) -> None:
    """Run the import. If it was interrupted, this process or a worker continues it."""
    if dataset.record_count:
        return
    by = data_manager if dataset.organisation_id in data_manager.organisation_ids else None
    run = receive_file(dataset=dataset, chunks=[content], name=name, by=by, is_automatic=True, wake=False)
    end = time.monotonic() + PATIENCE
    while run.state in Import.ACTIVE and time.monotonic() < end:
        if not run_import(run.pk):
            time.sleep(1)
        run.refresh_from_db()
    if run.state != Import.State.LOADED:
        raise RuntimeError(f"The demo's file for {dataset.slug} was not loaded: {run.error_message or run.state}")
