"""The recipe for complaint records: fields, the headers that suggest them, and guesses of value maps.

Labels are marked for translation and stored in English, because files are matched to them whatever the language of the
reader; pages translate them where they show them.
"""

from collections.abc import Mapping

from django.urls import reverse

from complaints.indexing import RecordSearch
from complaints.models import ComplaintRecord
from complaints.pointing import RECORD
from complaints.publish import RecordPublisher
from complaints.recipes.outcomes import FINDING_QUESTIONS, FINDINGS
from complaints.selectors import drawn
from imports.recipe import Recipe, RecipeField
from imports.sniff.language import language_of_all
from imports.standard_words import COUNTRY_HEADERS, COUNTRY_WORDS, labels_of
from standards.countries import country_names
from standards.translation import gettext_noop as _

_CLOSURES = {
    "closed with monetary relief": "settled", "closed with non-monetary relief": "settled",
    "closed with relief": "settled", "resolvido": "settled", "withdrawn": "withdrawn", "settled": "settled",
    "friendly solution": "friendly-solution", "transferred": "transferred", "recommendation": "recommendation",
    "critical remark": "critical-remark", "special report": "special-report",
}  # fmt: skip
_CLOSURE_QUESTIONS = frozenset(
    ["closed", "closed with explanation", "closed without relief", "untimely response", "closed/no conversion",
     "closed/final", "administratively closed", "administratively terminated", "não resolvido", "closed acceptable",
     "closed cancelled", "closed superseded", "reasonable redress"]
)  # fmt: skip
_STATUSES = {
    "open": "open", "closed": "closed", "closed/final": "closed", "closed/no conversion": "closed",
    "administratively closed": "closed", "administratively terminated": "closed",
    "pending": "open", "in progress": "open", "closed acceptable": "closed", "closed cancelled": "closed",
    "closed superseded": "closed", "withdrawn": "closed", "resolvido": "closed",
    "não resolvido": "closed", "respondida": "open", "em réplica": "open", "não respondida": "open",
    "resolved": "closed", "offen": "open", "erledigt": "closed", "geschlossen": "closed",
    "afgesloten": "closed", "ouvert": "open", "clos": "closed", "cerrado": "closed", "abierto": "open",
    "closed with explanation": "closed", "closed with monetary relief": "closed",
    "closed with non-monetary relief": "closed",
    "終了": "closed", "完了": "closed", "処理済": "closed", "対応済": "closed", "回答済": "closed", "受付": "open",
    "対応中": "open", "処理中": "open", "調査中": "open", "審査中": "open", "継続中": "open", "未処理": "open",
}  # fmt: skip
_STATUS_QUESTIONS = frozenset(["close hold", "unconfirmed", "unresolved", "untimely response"])
_MANDATES = {
    "inside": "inside", "outside": "outside", "outside jurisdiction": "outside", "in mandate": "inside",
    "out of mandate": "outside", "yes": "inside", "no": "outside",
}  # fmt: skip
_KINDS = {"complaint": "complaint", "finding": "finding", "recommendation": "recommendation", "beschwerde": "complaint",
          "reclamação": "complaint", "recommandation": "recommendation", "empfehlung": "recommendation"}  # fmt: skip

LANGUAGES = (
    "bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "ga", "hr", "hu", "it", "lt", "lv", "mt", "nl", "pl",
    "pt",
    "ro", "sk", "sl", "sv", "no", "nb", "is", "tr", "uk", "ru", "sr", "sq", "mk", "bs", "ca", "eu", "gl", "cy", "lb",
)  # fmt: skip

# Fields that the `narrative_access` of a dataset can withhold from people who may see its records.
WITHHELD = ("narrative", "response")


FIELDS = (
    RecipeField(
        "reference", _("Reference"), required=True, max_length=200,
        headers=("complaint id", "complaint number", "complaint no", "reference number", "record id", "id", "row id",
                 "number", "no", "complaint reference", "uuid", "nummer", "número", "aktenzeichen"),
        help=_("Identifies a record of this dataset: different in every row."),
    ),
    RecipeField(
        "case_reference", _("Case reference"), max_length=200, groups=True,
        headers=("case id", "case number", "case no", "cr id", "case", "decision id", "inquiry", "file number",
                 "dossier", "fallnummer", "zaaknummer", "expediente", "processo", "inquiry number", "case ref"),
        help=_("The case number of the institution, which several records may share."),
    ),
    RecipeField("kind", _("Kind"), "choice", required=True, choices=labels_of(ComplaintRecord.Kind), words=_KINDS,
                headers=("record kind", "record type")),
    RecipeField("narrative", _("Narrative"), max_length=200_000,
                headers=("consumer complaint narrative", "complaint narrative", "complaint text", "description", "text",
                         "complaint", "descricao", "descrição", "descripción", "beschreibung", "sachverhalt", "details",
                         "recommendation", "recommendation text", "summary", "omschrijving", "récit", "letter")),
    RecipeField("response", _("Response"), max_length=200_000,
                headers=("reply text", "reply", "company public response", "answer", "resposta", "respuesta", "antwort",
                         "réponse", "antwoord", "response text", "government response")),
    RecipeField("subject", _("Subject"), max_length=10_000,
                headers=("title", "issue", "tema", "betreff", "onderwerp", "objet", "asunto", "assunto", "titel",
                         "heading", "titulo", "título", "irregularidade", "irregularity")),
    RecipeField("received_on", _("Received on"), "date",
                headers=("date received", "received", "complaint date", "received date", "date", "made", "date made",
                         "tempo", "eingang", "eingangsdatum", "datum", "fecha", "data", "date de réception",
                         "decision date iso", "decision date", "date of decision", "submitted", "created",
                         "post date", "report date", "date of report", "request date")),
    RecipeField("closed_on", _("Closed on"), "date", is_end=True,
                headers=("date closed", "closed date", "closed", "closing date", "resolved on", "date resolved",
                         "abgeschlossen am", "fecha de cierre", "date de clôture")),
    RecipeField("respondent", _("Respondent"), max_length=500,
                headers=("body complained about", "company", "landlord", "recipient", "authority", "body",
                         "body concerned", "organisation", "organization", "addressee", "agency",
                         "department", "public body", "behörde", "institution concerned",
                         "instituição financeira", "empresa", "provider", "firm", "firm name", "company name")),
    RecipeField("category", _("Category"), max_length=500,
                headers=("product", "complaint category", "category name", "categoria", "kategorie", "catégorie",
                         "service code", "topic", "theme", "safety issue", "sub product", "type of complaint",
                         "complaint type", "request type", "type of request", "allegation", "allegation type",
                         "classification")),
    RecipeField("finding", _("Finding"), "choice", choices=labels_of(ComplaintRecord.Finding), words=FINDINGS,
                questions=FINDING_QUESTIONS, raw_field="finding_raw",
                headers=("final finding", "outcome", "decision", "determination", "ergebnis", "entscheidung",
                         "uitkomst", "recommended finding", "result", "case disposition")),
    RecipeField("closure", _("Closure"), "choice", choices=labels_of(ComplaintRecord.Closure),
                words=_CLOSURES, questions=_CLOSURE_QUESTIONS, raw_field="closure_raw",
                headers=("company response to consumer", "closure reason", "closing reason", "disposition",
                         "resolution", "abschluss")),
    RecipeField("status", _("Status"), "choice", choices=labels_of(ComplaintRecord.Status), words=_STATUSES,
                questions=_STATUS_QUESTIONS, raw_field="status_raw",
                headers=("current status", "complaint status", "state of case", "stand", "estado", "statut",
                         "case status")),
    RecipeField("stage", _("Stage"), max_length=100, headers=("complaint stage", "phase", "case type")),
    RecipeField("mandate", _("Mandate"), "choice", choices=labels_of(ComplaintRecord.Mandate), words=_MANDATES,
                headers=("in mandate", "jurisdiction", "within mandate")),
    RecipeField("admissibility", _("Admissibility"), max_length=100, headers=("admissible", "inadmissibility ground")),
    RecipeField("institution", _("Institution"), max_length=250,
                headers=("office", "ombudsman", "investigating agency", "audit office", "institution name")),
    RecipeField("institution_kind", _("Kind of institution"), "choice",
                choices=labels_of(ComplaintRecord.InstitutionKind), assumed=_("another kind of institution")),
    RecipeField("country", _("Country"), "country", max_length=2, choices=country_names(), words=COUNTRY_WORDS,
                headers=COUNTRY_HEADERS),
    RecipeField("language", _("Language"), "language", max_length=2, headers=("lang", "sprache", "langue", "idioma"),
                choices={code: code for code in LANGUAGES}),
    RecipeField("policy_sector", _("Policy sector"), max_length=60, headers=("sector", "policy area", "ressort")),
    RecipeField("channel", _("Channel"), max_length=100,
                headers=("submitted via", "channel of complaint", "received via", "kanal", "canal", "medium",
                         "source")),
    RecipeField("service", _("Service"), max_length=300,
                headers=("service type", "sub product", "location code", "dienst")),
    RecipeField("complainant_kind", _("Kind of complainant"), max_length=100,
                headers=("complainant type", "party type", "complainant", "type of complainant")),
    RecipeField("framing", _("Framing"), max_length=60, headers=("citizen or consumer",)),
    RecipeField("harm", _("Harm"), max_length=300, headers=("injustice", "detriment", "schaden")),
    RecipeField("remedy", _("Remedy"), max_length=300,
                headers=("redress", "relief", "compensation type", "final discipline", "remedy type")),
    RecipeField("amount", _("Amount"), "decimal",
                headers=("compensation", "amount paid", "betrag", "montant", "importe")),
    RecipeField("currency", _("Currency"), max_length=3, headers=("currency code", "währung", "devise")),
    RecipeField("status_raw", _("Status in the source"), max_length=200),
    RecipeField("finding_raw", _("Finding in the source"), max_length=200),
    RecipeField("closure_raw", _("Closure in the source"), max_length=200),
)  # fmt: skip


def kind_hint(columns: Mapping[str, str], values: Mapping[str, frozenset[str]]) -> Mapping[str, str]:
    """The kind of the rows, guessed from the headers of narrative and finding, and the language of short texts.

    A decision with several findings has a row for each, with the same case reference. A text with an outcome is a
    complaint that was decided, also where several belong to one case.
    """
    return {"kind": _likely_kind(columns), **_language_of_short_texts(columns, values)}


def _likely_kind(columns: Mapping[str, str]) -> str:
    text, judgement = columns.get("narrative", "").casefold(), columns.get("finding", "").casefold()
    if "recommend" in text or "empfehlung" in text:
        return ComplaintRecord.Kind.RECOMMENDATION
    if "finding" in judgement and "case_reference" in columns:
        return ComplaintRecord.Kind.FINDING
    return ComplaintRecord.Kind.COMPLAINT


def _language_of_short_texts(columns: Mapping[str, str], values: Mapping[str, frozenset[str]]) -> Mapping[str, str]:
    """The language of subjects and categories, where there is no narrative."""
    if "narrative" in columns:
        return {}
    texts = (word for name in ("subject", "category") for word in values.get(columns.get(name, ""), ()))
    language = language_of_all(sorted(texts))
    return {"language": language} if language else {}


def list_address(dataset: str) -> str:
    """The page of a dataset's records."""
    return f"{reverse('record-list')}?dataset={dataset}"


def office_constants(name: str, kind: str) -> Mapping[str, str]:
    """Fixed values for institution and its kind, from name and kind of the organisation of a dataset."""
    known = kind in ComplaintRecord.InstitutionKind.values
    return {"institution": name, "institution_kind": kind if known else ComplaintRecord.InstitutionKind.OTHER}


COMPLAINT_RECORDS = Recipe(
    about=(
        "complain", "grievance", "petition", "ombuds", "beschwerde", "plainte", "réclamation", "reclamation", "queja",
        "klacht", "reclamo", "reclama", "denuncia", "klage", "kaebus", "petiți", "petiti", "plânger", "sesiz",
        "sťažnost", "staznost", "stížnost", "stiznost", "skarg", "klagomål", "苦情", "陳情", "請願",
        "request", "foi",
    ),
    name="complaint-records",
    cited_as=RECORD,
    is_default=True,
    label=_("Complaint records"),
    fields=FIELDS,
    publisher=RecordPublisher(),
    one_of=("narrative", "subject", "category", "finding", "status", "respondent", "complainant_kind"),
    hint=kind_hint,
    address=list_address,
    drawings=drawn.of_dataset,
    links_late=True,
    withheld=WITHHELD,
    office=office_constants,
    search=RecordSearch(),
)  # fmt: skip
