"""The demo's links from complaints to the case studies that they influenced."""

import random

from django.db import transaction

from accounts.models import User
from casestudies.models import CaseStudy, RecordLink
from casestudies.models.choices import Effect, Grade
from complaints.models import ComplaintRecord

EVIDENCE = "The officer in charge said so in an interview; the letter is older than the plan. Fictional, like the case."


@transaction.atomic
def make_links(by: User, *, every: int = 4, seed: int = 320090) -> int:
    """Link every fourth case of a country to a letter of that country; returns how many links."""
    if known := RecordLink.objects.filter(case_study__slug__startswith="demo-").count():
        return known
    chance = random.Random(seed)  # noqa: S311 -- the demo must come out the same each time
    links = []
    for country in CaseStudy.objects.order_by().values_list("country", flat=True).distinct().order_by("country"):
        letters = ComplaintRecord.objects.filter(dataset__slug=f"demo-letters-{country.lower()}").order_by("id")
        pairs = list(letters.values_list("dataset__slug", "reference")[:40])
        links += [
            RecordLink(
                case_study=case_study,
                dataset=dataset,
                reference=reference,
                effect=chance.choice(Effect.values),
                grade=chance.choice(Grade.values),
                evidence=EVIDENCE,
                updated_by=by,
            )
            for case_study, (dataset, reference) in zip(
                CaseStudy.objects.filter(country=country).order_by("id")[::every], pairs, strict=False
            )
        ]
    RecordLink.objects.bulk_create(links)
    return len(links)
