"""How files of organisations are read: lists of offices, bodies and associations named in studies."""

import re
from collections.abc import Mapping, Sequence

from django.db.models import Q
from django.utils.text import slugify

from accounts.models import Organisation
from imports.models import SourcedTarget
from imports.recipe import Recipe, RecipeField
from imports.sourced.projection import Projected
from imports.sourced.publisher import SourcedPublisher
from imports.sourced.shape import Reported
from imports.sourced.slugs import free_slugs
from imports.sourced.target import Work
from imports.standard_words import COUNTRY_HEADERS, COUNTRY_WORDS, labels_of
from standards.countries import country_names
from standards.translation import gettext_noop as _

NAME = "organisations"
_ROR = re.compile(r"(?:https?://)?(?:ror\.org/)?(0[a-z0-9]{8})/?", re.IGNORECASE)
_KINDS = {
    "university": "partner-university", "public body": "public-body", "authority": "public-body",
    "ministry": "public-body", "government": "public-body", "local government": "public-body",
    "national government": "public-body", "regional government": "public-body", "municipality": "public-body",
    "agency": "public-body", "council": "public-body", "behörde": "public-body", "gemeente": "public-body",
    "commune": "public-body", "ayuntamiento": "public-body", "ombudsman": "ombudsman", "ombudsperson": "ombudsman",
    "ombudsmand": "ombudsman", "defensor": "ombudsman", "médiateur": "ombudsman", "audit office": "audit-office",
    "court of auditors": "audit-office", "rechnungshof": "audit-office", "rekenkamer": "audit-office",
    "regulator": "regulator", "ngo": "civic-association", "charity": "civic-association",
    "association": "civic-association", "non-profit": "civic-association", "nonprofit": "civic-association",
    "non-governmental organization": "civic-association", "verein": "civic-association", "stichting":
    "civic-association", "company": "company", "firm": "company", "business": "company", "for profit": "company",
    "unternehmen": "company", "bedrijf": "company", "entreprise": "company", "empresa": "company",
    "informal group": "informal-group", "group": "informal-group", "initiative": "informal-group",
}  # fmt: skip

FIELDS = (
    RecipeField(
        "reference", _("Reference"), required=True, max_length=200,
        headers=("organisation id", "organization id", "id", "identifier", "ror", "ror id", "code", "number", "key",
                 "slug", "title", "name", "organisation", "organization", "nummer", "número"),
        help=_("Identifies an organisation of this dataset: different in every row."),
    ),
    RecipeField(
        "name", _("Name"), max_length=250,
        headers=("title", "organisation", "organization", "organisation name", "organization name", "official name",
                 "naam", "bezeichnung", "nom", "nombre", "nome", "navn", "organisatie", "einrichtung", "institution"),
        help=_("Without such a column the reference is the name."), assumed=_("the reference"),
    ),
    RecipeField("kind", _("Kind"), "choice", required=True, choices=labels_of(Organisation.Kind), words=_KINDS,
                headers=("type", "organisation type", "organization type", "organisation kind", "sector", "art",
                         "soort", "tipo", "legal form")),
    RecipeField("country", _("Country"), "country", max_length=2, choices=country_names(),
                headers=COUNTRY_HEADERS, words=COUNTRY_WORDS),
    RecipeField("parent", _("Part of"), max_length=250,
                headers=("parent", "parent organisation", "parent organization", "part of", "belongs to", "ministry",
                         "department", "übergeordnet", "moederorganisatie", "organisme de tutelle"),
                help=_("Reference or name of the organisation it belongs to, in this file or already stored.")),
    RecipeField("ror", _("ROR identifier"), max_length=60, headers=("ror", "ror id", "research organization registry")),
)  # fmt: skip


class OrganisationShape:
    """Implements `Shape`. An organisation that is stored already, by its ROR identifier or by name and country, is
    found and its empty fields are filled in; no second one is created."""

    recipe = NAME
    model = Organisation
    label = _("organisations")
    joins = True
    gathered: Sequence[str] = ()
    fields_of: Mapping[str, str] = {"parent_id": "parent"}
    relations: Sequence[str] = ("parent_id",)
    together: Sequence[Sequence[str]] = ()
    own: Sequence[str] = ("slug", "is_fictional")

    def known(self, reported: Sequence[Reported], work: Work) -> None:
        """Nothing to look up."""

    def values_of(self, reported: Reported, known: None) -> dict[str, str]:
        fields = reported.fields
        values: dict[str, str] = {"name": name_of(reported)}
        values |= {name: fields[name] for name in ("kind", "country") if name in fields}
        if found := _ROR.fullmatch(fields.get("ror", "").strip()):
            values["ror"] = found[1].lower()
        return values

    def find(self, reported: Sequence[Reported], work: Work) -> Mapping[str, Organisation]:
        """Stored organisations that no import has created or found before."""
        wanted = {one.key: self.values_of(one, None) for one in reported}
        names = {value["name"].casefold() for value in wanted.values()}
        rors = {value["ror"] for value in wanted.values() if "ror" in value}
        taken = SourcedTarget.objects.filter(recipe=NAME).values("target_id")
        known = Organisation.objects.exclude(pk__in=taken).filter(
            Q(ror__in=rors) | Q(name__in={value["name"] for value in wanted.values()})
        )
        by_ror = {one.ror: one for one in known if one.ror}
        by_name = {(one.name.casefold(), one.country): one for one in known if one.name.casefold() in names}
        met: dict[str, Organisation] = {}
        for key, value in wanted.items():
            name = value["name"].casefold()
            one = by_ror.get(value.get("ror", "")) or by_name.get((name, value.get("country", "")))
            if one is not None and one not in met.values():
                met[key] = one
        return met

    def new(self, reported: Reported, work: Work) -> Organisation:
        return Organisation(is_fictional=work.dataset.is_fictional)

    def mark_changed(self, thing: Organisation, work: Work) -> None:
        """Organisations have no versions."""

    def making(self, things: Sequence[Organisation], work: Work) -> None:
        things = [thing for thing in things if not thing.slug]
        stems = [slugify(thing.name)[:70].strip("-") or "organisation" for thing in things]
        for thing, slug in zip(things, free_slugs(Organisation, stems), strict=True):
            thing.slug = slug

    def made(self, things: Sequence[Organisation], work: Work) -> None:
        """Nothing beside their row."""

    def related(
        self, reported: Mapping[str, Reported], things: Mapping[str, Organisation], work: Work
    ) -> dict[str, dict[str, int]]:
        """Parents by reference within the dataset, else by name."""
        wanted = {key: one.fields["parent"] for key, one in reported.items() if "parent" in one.fields}
        names = set(wanted.values())
        nouns = SourcedTarget.objects.filter(recipe=NAME, dataset=work.dataset, key__in=names)
        found = dict(Organisation.objects.filter(name__in=names).order_by("-pk").values_list("name", "pk"))
        found |= dict(nouns.values_list("key", "target_id"))
        return {
            key: {"parent_id": found[parent]}
            for key, parent in wanted.items()
            if parent in found and found[parent] != things[key].pk
        }

    def blocking(self, ids: Sequence[int]) -> Sequence[tuple[str, str, int]]:
        return ()


def name_of(reported: Reported) -> str:
    return reported.fields.get("name", reported.key)[:250]


ORGANISATIONS = Recipe(
    about=("organisations", "organizations", "organisation type", "organization type", "ror"),
    name=NAME,
    label=_("Organisations"),
    fields=FIELDS,
    publisher=SourcedPublisher(Projected(OrganisationShape())),
)
