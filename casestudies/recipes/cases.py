"""How files of case studies are read: catalogues of participation and exports of other casebooks, in one table or in
several tables about the same cases."""

from casestudies import vocabularies as v
from casestudies.models.choices import Attitude, Level, ReviewState
from casestudies.pointing import ROWS
from casestudies.recipes.case_shape import NAME, CaseShape
from casestudies.recipes.choices import SectorChoices, TermChoices
from imports.dates import given_key
from imports.recipe import Check, Load, Recipe, RecipeField
from imports.sourced.projection import Projected
from imports.sourced.publisher import SourcedPublisher
from imports.standard_words import COUNTRY_HEADERS, COUNTRY_WORDS, LANGUAGE_HEADERS, LANGUAGES, labels_of
from imports.work_tables import literal
from standards.countries import country_names
from standards.translation import gettext_noop as _

_STATES = {value: label for value, label in labels_of(ReviewState).items() if value in ("draft", "approved")}
_PUBLISHED = {
    "yes": "approved", "true": "approved", "1": "approved", "published": "approved", "public": "approved",
    "approved": "approved", "ja": "approved", "oui": "approved", "sí": "approved", "si": "approved", "sim": "approved",
    "no": "draft", "false": "draft", "0": "draft", "draft": "draft", "unpublished": "draft", "nein": "draft",
    "nee": "draft", "non": "draft", "não": "draft",
}  # fmt: skip
_LEVELS = {
    "city": "local", "town": "local", "municipal": "local", "municipality": "local", "local government": "local",
    "city/town": "local", "neighbourhood": "local", "kommunal": "local", "gemeente": "local", "lokal": "local",
    "state": "regional", "province": "regional", "provincial": "regional", "region": "regional", "county": "regional",
    "regional government": "regional", "provincie": "regional", "land": "regional", "federal": "national",
    "country": "national", "national government": "national", "landelijk": "national", "bund": "national",
    "european": "eu", "europe": "eu", "supranational": "eu",
}  # fmt: skip
_INITIATORS = {
    "citizens": "citizen", "citizen": "citizen", "residents": "citizen", "individual": "citizen",
    "ngo": "ngo", "community based organization": "ngo", "non-governmental organization (non-profit)": "ngo",
    "for profit business": "firm", "company": "firm", "business": "firm", "university": "researcher",
    "academic institution": "researcher", "politicians": "politician", "council": "politician",
}  # fmt: skip

FIELDS = (
    RecipeField(
        "reference", _("Reference"), required=True, max_length=200,
        headers=("case id", "id", "case number", "identifier", "number", "file", "uuid", "slug", "nummer", "número"),
        help=_("Identifies a row of this dataset: different in every row."),
    ),
    RecipeField(
        "case_reference", _("Case number"), max_length=200, groups=True,
        headers=("case id", "case number", "case no", "case", "case reference", "fallnummer", "zaaknummer"),
        help=_("Where several rows, or rows of linked datasets, are about one case. Otherwise the reference is used."),
    ),
    RecipeField("title", _("Title"), max_length=250,
                headers=("working title", "case title", "name", "case name", "titel", "titre", "título", "titolo")),
    RecipeField("abstract", _("Abstract"), max_length=200_000,
                headers=("body", "description", "summary", "htmlbody", "html body", "text", "content",
                         "brief description",
                         "beschreibung", "zusammenfassung", "résumé", "resumen", "samenvatting", "omschrijving"),
                help=_("HTML becomes plain paragraphs.")),
    RecipeField("language", _("Language"), "language", max_length=2, headers=LANGUAGE_HEADERS,
                choices={code: code for code in LANGUAGES},
                assumed=_("English, unless a linked dataset says another one")),
    RecipeField("country", _("Country"), "country", max_length=2, choices=country_names(), words=COUNTRY_WORDS,
                headers=COUNTRY_HEADERS),
    RecipeField("sector", _("Policy sector"), "choice", choices=SectorChoices(),
                headers=("policy sector", "policy area", "domain", "politikfeld", "beleidsterrein", "secteur")),
    RecipeField("level", _("Level of government"), "choice", choices=labels_of(Level), words=_LEVELS,
                headers=("scope", "scope of influence", "geographical scope", "scale", "ebene", "niveau",
                         "bestuurslaag")),
    RecipeField("public_body", _("Public body"), max_length=250,
                headers=("municipality", "authority", "responsible organisation", "responsible organization",
                         "commissioner", "behörde", "gemeente", "organisme", "ayuntamiento")),
    RecipeField("initiator", _("Initiator"), "choice", choices=TermChoices(v.ACTOR_GROUP), words=_INITIATORS,
                headers=("initiated by", "started by", "initiative of", "initiatornemer", "initiateur")),
    RecipeField("attitude", _("Lead attitude of the public body"), "choice", choices=labels_of(Attitude)),
    RecipeField("innovation_type", _("Type of innovation"), "choice", choices=TermChoices(v.INNOVATION_TYPE),
                headers=("type of innovation",)),
    RecipeField("newness", _("Newness"), "choice", choices=TermChoices(v.NEWNESS)),
    RecipeField("ict_role", _("Role of ICT"), "choice", choices=TermChoices(v.ICT_ROLE), headers=("ict",)),
    RecipeField("started_on", _("Started on"), "date",
                headers=("start date", "started", "start", "begin", "begin date", "from", "beginn", "startdatum",
                         "date de début", "fecha de inicio", "data de início"),
                help=_("Of a range of dates the first day; its end becomes Ended on where no row gives one.")),
    RecipeField("ended_on", _("Ended on"), "date", is_end=True,
                headers=("end date", "ended", "end", "until", "ende", "einddatum", "date de fin", "fecha de fin",
                         "data de fim")),
    RecipeField("keywords", _("Keywords"), "list", max_length=10_000,
                headers=("tags", "tag", "keyword", "topics", "topic", "themes", "issues", "issue", "general issues",
                         "schlagwörter", "trefwoorden", "mots clés", "palabras clave", "etiquetas"),
                help=_("Where several rows are about one case, the keywords of all are used.")),
    RecipeField("documents", _("Documents read"), "integer"),
    RecipeField("interviews", _("Interviews held"), "integer", headers=("number of interviews",)),
    RecipeField("observations", _("Observations made"), "integer"),
    RecipeField("methods", _("Methods"), max_length=20_000, headers=("research methods", "methodology")),
    RecipeField("review_state", _("Review state"), "choice", choices=_STATES, words=_PUBLISHED,
                headers=("published", "state", "status", "veröffentlicht", "gepubliceerd", "publié", "publicado"),
                help=_("Approved case studies with an abstract are as visible as the dataset; others are drafts."),
                assumed=_("a draft, unless a linked dataset says otherwise")),
)  # fmt: skip


def checks(load: Load) -> tuple[Check, ...]:
    """A case that ends before it starts. A month, quarter or year in which it also starts is no earlier."""
    start, end = load.values["started_on"], load.values["ended_on"]
    given = f"regexp_replace(coalesce(({load.values['extra']}) ->> {literal(given_key('ended_on'))}, ''), '^.*/', '')"
    same = ", ".join(f"to_char({start}, '{form}')" for form in ("YYYY", 'YYYY-"Q"Q', "YYYY-MM"))
    wrong = f"{end} < {start} AND {given} NOT IN ({same})"
    ends_early = Check("ended_on", "ends_before_start", wrong, f"({end})::text", f"({start})::text")
    return (ends_early,)


CASE_STUDIES = Recipe(
    about=("case stud", "case title", "participatory", "co creation"),
    name=NAME, label=_("Case studies"), fields=FIELDS, checks=checks,
    publisher=SourcedPublisher(Projected(CaseShape()), key="case_reference"),
    one_of=("title", "abstract", "country", "keywords", "started_on", "sector"), erased_as=ROWS,
)  # fmt: skip
