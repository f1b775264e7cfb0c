"""How files of contributions are read: what citizens contributed on a platform or at an event, and the decisions."""

from collections.abc import Mapping

from casestudies import vocabularies as v
from casestudies.models.choices import Decision
from casestudies.pointing import ROWS
from casestudies.recipes.choices import TermChoices
from casestudies.recipes.contribution_shape import NAME, ContributionShape
from casestudies.recipes.looking_up import case_of, event_of
from imports.recipe import Check, Load, Recipe, RecipeField
from imports.sourced.projection import Projected
from imports.sourced.publisher import SourcedPublisher
from imports.standard_words import LANGUAGE_HEADERS, LANGUAGES, labels_of
from standards.translation import gettext_noop as _

_KINDS = {
    "ideas": "idea", "idee": "idea", "idée": "idea", "suggestion": "idea", "vorschlag": "proposal",
    "proposals": "proposal", "propuesta": "proposal", "proposition": "proposal", "voorstel": "proposal",
    "proposta": "proposal", "initiative": "proposal", "petition": "proposal", "investment": "proposal",
    "budget investment": "proposal", "project": "proposal", "amendment": "proposal", "proposal": "proposal",
    "comments": "comment", "kommentar": "comment", "commentaire": "comment", "comentario": "comment",
    "reactie": "comment", "reply": "comment", "answer": "comment", "debate": "comment", "argument": "comment",
    "report": "complaint", "issue": "complaint", "beschwerde": "complaint", "klacht": "complaint",
    "plainte": "complaint", "queja": "complaint", "vote": "vote", "support": "vote", "ballot": "vote",
    "testimony": "story", "experience": "story",
    "decidim::proposals::proposal": "proposal", "decidim::comments::comment": "comment", "proposal::comment": "comment",
    "budget::investment": "proposal", "legislation::proposal": "proposal",
}  # fmt: skip
# Words of platforms for the state of a contribution; those that are no decision are left unmapped.
_DECISIONS = {
    "accepted": "accepted", "approved": "accepted", "selected": "accepted", "winner": "accepted", "adopted": "accepted",
    "implemented": "accepted", "done": "accepted", "completed": "accepted", "angenommen": "accepted",
    "aceptada": "accepted", "acceptée": "accepted", "retenue": "accepted", "aangenomen": "accepted",
    "partly accepted": "partly", "partially accepted": "partly", "accepted in part": "partly", "modified": "partly",
    "teilweise angenommen": "partly", "partiellement acceptée": "partly", "deels aangenomen": "partly",
    "rejected": "rejected", "declined": "rejected", "unfeasible": "rejected", "not selected": "rejected",
    "not adopted": "rejected", "abgelehnt": "rejected", "rechazada": "rejected", "rejetée": "rejected",
    "refusée": "rejected", "afgewezen": "rejected", "no reply": "no-reply", "unanswered": "no-reply",
    "not answered": "no-reply", "ohne antwort": "no-reply", "sin respuesta": "no-reply", "sans réponse": "no-reply",
    "evaluating": "", "in evaluation": "", "withdrawn": "", "published": "", "open": "", "pending": "", "undecided": "",
    "under review": "", "draft": "", "retired": "", "none": "", "not_answered": "", "validating": "", "hidden": "",
}  # fmt: skip
_SHOWN_IN = ("en", "de", "fr", "es", "ca", "nl", "it", "pt", "da", "et", "ro", "sk")


def _by_language(*names: str) -> tuple[str, ...]:
    """Column names as platforms write them that export a column a language."""
    return tuple(f"{name} {code}" for name in names for code in _SHOWN_IN)


FIELDS = (
    RecipeField(
        "reference", _("Reference"), required=True, max_length=200,
        headers=("id", "uid", "proposal id", "comment id", "contribution id", "identifier", "number", "code", "uuid"),
        help=_("Identifies a contribution of this dataset: different in every row."),
    ),
    RecipeField("case_study", _("Case study"), max_length=200,
                headers=("case", "case id", "case reference", "participatory space", "participatory space slug",
                         "participatory process", "process", "process slug", "project slug", "zaak", "fall"),
                help=_("Its slug, as in /case-studies/slug/, or its number in the linked dataset of case studies.")),
    RecipeField("event", _("Event"), max_length=250,
                headers=("event id", "meeting", "meeting id", "workshop", "session", "veranstaltung", "réunion"),
                help=_("The number or the title of a co-creation event of the case study.")),
    RecipeField("kind", _("Kind"), "choice", required=True, choices=TermChoices(v.CONTRIBUTION_KIND), words=_KINDS,
                headers=("type", "contribution type", "contribution kind", "resource type", "art", "tipo", "soort")),
    RecipeField("title", _("Title"), max_length=500,
                headers=("name", "subject", "headline", "titel", "titre", "título", "titolo", *_by_language("title"))),
    RecipeField("text", _("Text"), max_length=200_000,
                headers=("body", "description", "content", "comment", "message", "proposal", "idea", "summary",
                         "beschreibung",
                         "texto", "texte", "tekst", "descripción", "omschrijving", "inhalt",
                         *_by_language("body", "description")),
                help=_("HTML becomes plain paragraphs, after the title.")),
    RecipeField("author", _("Author (stored under a pseudonym)"), max_length=500,
                headers=("author id", "user id", "author name", "user", "username", "user name", "participant",
                         "submitter",
                         "autor", "auteur", "posted by", "created by"),
                help=_("The cell itself is not stored: each author of a dataset gets one pseudonym.")),
    RecipeField("group", _("Contributed by"), "choice", choices=TermChoices(v.ACTOR_GROUP),
                headers=("author type", "group", "role"), help=_("A citizen where this is empty."),
                assumed=_("a citizen")),
    RecipeField("language", _("Language"), "language", max_length=2, headers=LANGUAGE_HEADERS,
                choices={code: code for code in LANGUAGES}, assumed=_("English")),
    RecipeField("platform", _("Platform"), max_length=200, headers=("site", "component", "source", "channel")),
    RecipeField("put_in_on", _("Contributed on"), "date",
                headers=("published at", "created at", "created", "published", "date", "submitted", "submitted at",
                         "posted at", "datum", "fecha", "date de création", "erstellt am", "geplaatst op")),
    RecipeField("parent", _("Answer to"), max_length=200,
                headers=("parent id", "reply to", "in reply to", "commentable id", "proposal reference", "answer to",
                         "antwort auf", "antwoord op", "réponse à"),
                help=_("The reference of the contribution that it answers, in this dataset or the linked one.")),
    RecipeField("parent_kind", _("Kind of the contribution that it answers"), "choice",
                choices=TermChoices(v.CONTRIBUTION_KIND), words=_KINDS,
                headers=("commentable type", "parent type"),
                help=_("Where comments answer proposals as well as comments, and both are numbered from one.")),
    RecipeField("decision", _("Decision"), "choice", choices=labels_of(Decision), words=_DECISIONS,
                headers=("state", "status", "outcome", "result", "feasibility", "entscheidung", "decisión", "décision",
                         "besluit", "estado", "statut")),
    RecipeField("decided_on", _("Decided on"), "date",
                headers=("answered at", "answered on", "decision date", "state published at", "decided", "resolved at",
                         "entschieden am", "besloten op")),
    RecipeField("answer", _("Response of the public body"), max_length=200_000,
                headers=("response", "official response", "official answer", "reply", "response text", "antwort",
                         "respuesta",
                         "réponse", "antwoord", "resposta", "unfeasibility explanation", *_by_language("answer"))),
    RecipeField("what_changed", _("What changed"), max_length=20_000,
                headers=("change", "implementation", "follow up")),
)  # fmt: skip


def checks(load: Load) -> tuple[Check, ...]:
    value = load.values
    case_study, event, reply = value["case_study"], value["event"], f"{value['answer']} <> ''"
    answered = f"({reply} OR {value['what_changed']} <> '' OR ({value['decided_on']}) IS NOT NULL)"
    case_study_id = case_of(case_study, load.dataset_id)
    return (
        Check("case_study", "required", f"{case_study} = '' AND {event} = ''"),
        Check("case_study", "no_such_case", f"{case_study} <> '' AND {case_study_id} IS NULL", case_study),
        Check(
            "event",
            "no_such_event",
            f"{event} <> '' AND {event_of(event, case_study_id, load.dataset_id)} IS NULL",
            event,
        ),
        Check("text", "says_nothing", f"{value['title']} = '' AND {value['text']} = ''"),
        Check("decision", "response_without_decision", f"{value['decision']} = '' AND {answered}"),
        Check("decision", "reply_without_reply", f"{value['decision']} = 'no-reply' AND {reply}"),
    )


def kind_hint(columns: Mapping[str, str], values: Mapping[str, frozenset[str]]) -> Mapping[str, str]:
    """The kind of the rows, where the names of their columns show it."""
    named = " ".join(columns.values()).casefold()
    for word, kind in (("comment", "comment"), ("proposal", "proposal"), ("idea", "idea"), ("vote", "vote")):
        if word in named:
            return {"kind": kind}
    return {"kind": "proposal"} if "title" in columns and "decision" in columns else {}


PROBLEMS = {
    "no_such_case": (
        _("Case study not found"),
        _(
            "Your organisation has no case study with the slug “{value}”, nor with that number in a file of "
            "case studies. Load the case studies first, then replay this row."
        ),
    ),
    "no_such_event": (
        _("Event not found"),
        _("The case study has no co-creation event with the number or title “{value}”. Add it, then replay this row."),
    ),
    "says_nothing": (_("No text"), _("The row has neither a title nor a text.")),
    "response_without_decision": (
        _("Response without a decision"),
        _(
            "There is a response, a decision date or a change, but no decision. Choose one: accepted, "
            "accepted in part, rejected or no reply."
        ),
    ),
    "reply_without_reply": (_("No reply, but a response"), _("The decision is “no reply”, but there is a response.")),
}

CONTRIBUTIONS = Recipe(
    about=("contribution", "proposal", "idea", "endorsement"),
    name=NAME, label=_("Contributions of citizens"), fields=FIELDS, checks=checks, hint=kind_hint, links_late=True,
    problems=PROBLEMS,
    publisher=SourcedPublisher(Projected(ContributionShape()), people=frozenset(["author"])),
    one_of=("case_study", "event"), erased_as=ROWS,
)  # fmt: skip
