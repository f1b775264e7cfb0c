"""Default sectors and vocabularies are there after migrate and leave alone what people changed."""

import pytest

from registry.models import PolicySector, Term, Vocabulary
from registry.shipped import load_shipped

pytestmark = pytest.mark.django_db


def test_seven_sectors_are_there_each_with_its_cofog_division():
    sectors = PolicySector.objects.all()

    assert len(sectors) == 7
    assert all(sector.cofog for sector in sectors)


@pytest.mark.parametrize(
    ("slug", "terms"),
    [
        ("alleged-maladministration", 8),
        ("hcat-problem-categories", 3 + 7),
        ("arnstein-ladder", 3 + 8),
        ("participation-level", 5),
        ("iap2-spectrum", 5),
    ],
)
def test_shipped_vocabularies_have_all_their_terms(slug, terms):
    assert Term.objects.filter(vocabulary__slug=slug).count() == terms


def test_the_participation_scale_is_tied_to_arnstein_and_iap2():
    deciding = Term.objects.get(vocabulary__slug="participation-level", key="deciding")

    assert {term.key for term in deciding.close_match.all()} == {"delegated-power", "citizen-control", "empower"}


def test_the_groups_of_arnsteins_rungs_are_headings():
    rungs = Term.objects.filter(vocabulary__slug="arnstein-ladder")

    assert {term.key for term in rungs.filter(is_heading=True)} == {"non-participation", "tokenism", "citizen-power"}
    assert all(term.broader.is_heading for term in rungs.filter(is_heading=False))


def test_loading_again_changes_nothing_that_people_changed():
    Term.objects.filter(vocabulary__slug="participation-level", key="heard").update(labels={"en": "Listened to"})
    PolicySector.objects.filter(slug="education").delete()
    before = (Term.objects.count(), Vocabulary.objects.count())

    load_shipped()

    assert (Term.objects.count(), Vocabulary.objects.count()) == before
    assert Term.objects.get(vocabulary__slug="participation-level", key="heard").labels == {"en": "Listened to"}
    assert not PolicySector.objects.filter(slug="education").exists()
