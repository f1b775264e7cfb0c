"""How files of case studies are read: catalogues of participation, exports of other casebooks, in one table or several
tables about the same cases."""

from casestudies import vocabularies as v
from casestudies.models.choices import Attitude, Level, ReviewState
from casestudies.recipes.case_shape import NAME, CaseShape
from casestudies.recipes.choices import SectorChoices, TermChoices
from imports.recipe import Check, Load, Recipe, RecipeField
from imports.sourced.projection import Projected
from imports.sourced.publisher import SourcedPublisher
from imports.standard_words import COUNTRY_HEADERS, COUNTRY_WORDS, LANGUAGE_HEADERS, LANGUAGES
from standards.countries import country_names

_STATES = {state.value: str(state.label) for state in (ReviewState.DRAFT, ReviewState.APPROVED)}
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
        "reference", "Reference", required=True, max_length=200,
        headers=("case id", "id", "case number", "identifier", "number", "file", "uuid", "slug", "nummer", "número"),
        help="What tells the rows of this dataset apart: different in every row.",
    ),
    RecipeField(
        "case_reference", "Number of the case", max_length=200, groups=True,
        headers=("case id", "case number", "case no", "case", "case reference", "fallnummer", "zaaknummer"),
        help="Where several rows, or rows of several joined datasets, are about one case. Else the reference says it.",
    ),
    RecipeField("title", "Title", max_length=250,
                headers=("working title", "case title", "name", "case name", "titel", "titre", "título", "titolo")),
    RecipeField("abstract", "Abstract", max_length=200_000,
                headers=("body", "description", "summary", "htmlbody", "html body", "text", "content",
                         "brief description",
                         "beschreibung", "zusammenfassung", "résumé", "resumen", "samenvatting", "omschrijving"),
                help="HTML becomes plain paragraphs."),
    RecipeField("language", "Language", "language", max_length=2, headers=LANGUAGE_HEADERS,
                choices={code: code for code in LANGUAGES}),
    RecipeField("country", "Country", "country", max_length=2, choices=country_names(), words=COUNTRY_WORDS,
                headers=COUNTRY_HEADERS),
    RecipeField("sector", "Policy sector", "choice", choices=SectorChoices(),
                headers=("policy sector", "policy area", "domain", "politikfeld", "beleidsterrein", "secteur")),
    RecipeField("level", "Level of government", "choice", choices=dict(Level.choices), words=_LEVELS,
                headers=("scope", "scope of influence", "geographical scope", "scale", "ebene", "niveau",
                         "bestuurslaag")),
    RecipeField("public_body", "Public body", max_length=250,
                headers=("municipality", "authority", "responsible organisation", "responsible organization",
                         "commissioner", "behörde", "gemeente", "organisme", "ayuntamiento")),
    RecipeField("initiator", "Who started it", "choice", choices=TermChoices(v.ACTOR_GROUP), words=_INITIATORS,
                headers=("initiated by", "started by", "initiative of", "initiatornemer", "initiateur")),
    RecipeField("attitude", "Lead attitude of the public body", "choice", choices=dict(Attitude.choices)),
    RecipeField("innovation_type", "Type of innovation", "choice", choices=TermChoices(v.INNOVATION_TYPE),
                headers=("type of innovation",)),
    RecipeField("newness", "Newness", "choice", choices=TermChoices(v.NEWNESS)),
    RecipeField("ict_role", "Role of ICT", "choice", choices=TermChoices(v.ICT_ROLE), headers=("ict",)),
    RecipeField("started_on", "Started on", "date",
                headers=("start date", "started", "start", "begin", "begin date", "from", "beginn", "startdatum",
                         "date de début", "fecha de inicio", "data de início")),
    RecipeField("ended_on", "Ended on", "date",
                headers=("end date", "ended", "end", "until", "ende", "einddatum", "date de fin", "fecha de fin",
                         "data de fim")),
    RecipeField("keywords", "Keywords", "list", max_length=10_000,
                headers=("tags", "tag", "keyword", "topics", "topic", "themes", "issues", "issue", "general issues",
                         "schlagwörter", "trefwoorden", "mots clés", "palabras clave", "etiquetas"),
                help="Of several rows about one case all are kept."),
    RecipeField("documents", "Documents read", "integer"),
    RecipeField("interviews", "Interviews held", "integer", headers=("number of interviews",)),
    RecipeField("observations", "Observations made", "integer"),
    RecipeField("methods", "How it was studied", max_length=20_000, headers=("research methods", "methodology")),
    RecipeField("review_state", "Review state", "choice", choices=_STATES, words=_PUBLISHED,
                headers=("published", "state", "status", "veröffentlicht", "gepubliceerd", "publié", "publicado"),
                help="Approved shows the case to the dataset's audience, once it has an abstract; else it is a draft."),
)  # fmt: skip


def checks(load: Load) -> tuple[Check, ...]:
    start, end = load.values["started_on"], load.values["ended_on"]
    ends_early = Check("ended_on", "ends_before_start", f"{end} < {start}", f"({end})::text", f"({start})::text")
    return (ends_early,)


CASE_STUDIES = Recipe(
    name=NAME, label="Case studies", fields=FIELDS, checks=checks,
    publisher=SourcedPublisher(Projected(CaseShape()), key="case_reference"),
    one_of=("title", "abstract", "country", "keywords", "started_on", "sector"),
)  # fmt: skip
