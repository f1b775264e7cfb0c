"""How files of contributions are read: what citizens put in on a platform or at an event, and what became of it."""

from collections.abc import Mapping

from casestudies import vocabularies as v
from casestudies.models.choices import Decision
from casestudies.recipes.choices import TermChoices
from casestudies.recipes.contribution_shape import NAME, ContributionShape
from casestudies.recipes.looking_up import case_of, event_of
from imports.recipe import Check, Load, Recipe, RecipeField
from imports.sourced.projection import Projected
from imports.sourced.publisher import SourcedPublisher
from imports.standard_words import LANGUAGE_HEADERS, LANGUAGES

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
# Words of platforms for where a contribution stands; those that say nothing of a decision are kept beside, unmapped.
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
        "reference", "Reference", required=True, max_length=200,
        headers=("id", "uid", "proposal id", "comment id", "contribution id", "identifier", "number", "code", "uuid"),
        help="What tells the contributions of this dataset apart: different in every row.",
    ),
    RecipeField("case_study", "Case study", max_length=200,
                headers=("case", "case id", "case reference", "participatory space", "participatory space slug",
                         "participatory process", "process", "process slug", "project slug", "zaak", "fall"),
                help="Its address, as in /case-studies/address/, or its number in the dataset of cases "
                     "that this one is joined with."),
    RecipeField("event", "Event", max_length=250,
                headers=("event id", "meeting", "meeting id", "workshop", "session", "veranstaltung", "réunion"),
                help="The number or the title of a co-creation event of the case."),
    RecipeField("kind", "Kind", "choice", required=True, choices=TermChoices(v.CONTRIBUTION_KIND), words=_KINDS,
                headers=("type", "contribution type", "contribution kind", "resource type", "art", "tipo", "soort")),
    RecipeField("title", "Title", max_length=500,
                headers=("name", "subject", "headline", "titel", "titre", "título", "titolo", *_by_language("title"))),
    RecipeField("text", "Text", max_length=200_000,
                headers=("body", "description", "content", "comment", "message", "proposal", "idea", "summary",
                         "beschreibung",
                         "texto", "texte", "tekst", "descripción", "omschrijving", "inhalt",
                         *_by_language("body", "description")),
                help="HTML becomes plain paragraphs. A title stands above it."),
    RecipeField("author", "Author, kept under a pseudonym", max_length=500,
                headers=("author id", "user id", "author name", "user", "username", "user name", "participant",
                         "submitter",
                         "autor", "auteur", "posted by", "created by"),
                help="The cell itself is not kept: the same author of a dataset is given the same pseudonym."),
    RecipeField("group", "Put in by", "choice", choices=TermChoices(v.ACTOR_GROUP),
                headers=("author type", "group", "role"), help="Where nothing says it, a citizen."),
    RecipeField("language", "Language", "language", max_length=2, headers=LANGUAGE_HEADERS,
                choices={code: code for code in LANGUAGES}),
    RecipeField("platform", "Platform", max_length=200, headers=("site", "component", "source", "channel")),
    RecipeField("put_in_on", "Put in on", "date",
                headers=("published at", "created at", "created", "published", "date", "submitted", "submitted at",
                         "posted at", "datum", "fecha", "date de création", "erstellt am", "geplaatst op")),
    RecipeField("parent", "Answer to", max_length=200,
                headers=("parent id", "reply to", "in reply to", "commentable id", "proposal reference", "answer to",
                         "antwort auf", "antwoord op", "réponse à"),
                help="The reference of what it answers, in this dataset or the one it is joined with."),
    RecipeField("parent_kind", "Kind of what it answers", "choice",
                choices=TermChoices(v.CONTRIBUTION_KIND), words=_KINDS,
                headers=("commentable type", "parent type"),
                help="Where comments answer proposals as well as comments, and both count from one."),
    RecipeField("decision", "Decision", "choice", choices=dict(Decision.choices), words=_DECISIONS,
                headers=("state", "status", "outcome", "result", "feasibility", "entscheidung", "decisión", "décision",
                         "besluit", "estado", "statut")),
    RecipeField("decided_on", "Decided on", "date",
                headers=("answered at", "answered on", "decision date", "state published at", "decided", "resolved at",
                         "entschieden am", "besloten op")),
    RecipeField("answer", "Response of the public body", max_length=200_000,
                headers=("response", "official response", "official answer", "reply", "response text", "antwort",
                         "respuesta",
                         "réponse", "antwoord", "resposta", "unfeasibility explanation", *_by_language("answer"))),
    RecipeField("what_changed", "What changed", max_length=20_000, headers=("change", "implementation", "follow up")),
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
        Check("decision", "fate_without_decision", f"{value['decision']} = '' AND {answered}"),
        Check("decision", "reply_without_reply", f"{value['decision']} = 'no-reply' AND {reply}"),
    )


def kind_hint(columns: Mapping[str, str], values: Mapping[str, frozenset[str]]) -> Mapping[str, str]:
    """What the rows are, where the names of their columns say it."""
    named = " ".join(columns.values()).casefold()
    for word, kind in (("comment", "comment"), ("proposal", "proposal"), ("idea", "idea"), ("vote", "vote")):
        if word in named:
            return {"kind": kind}
    return {"kind": "proposal"} if "title" in columns and "decision" in columns else {}


PROBLEMS = {
    "no_such_case": (
        "No such case",
        "There is no case study “{value}” that belongs to your organisation, neither by its address nor by its number "
        "in a file of cases. Load the cases first, then replay this row.",
    ),
    "no_such_event": (
        "No such event",
        "The case has no co-creation event with the number or the title “{value}”. Add it, then replay this row.",
    ),
    "says_nothing": ("Says nothing", "The row has neither a title nor a text."),
    "fate_without_decision": (
        "Answered, but not decided",
        "There is a response, a date of decision or a change, but no decision: it is accepted, accepted in part, "
        "rejected, or had no reply.",
    ),
    "reply_without_reply": ("No reply, and a response", "The decision is “no reply”, but there is a response."),
}

CONTRIBUTIONS = Recipe(
    name=NAME, label="Contributions of citizens", fields=FIELDS, checks=checks, hint=kind_hint, joins_late=True,
    problems=PROBLEMS,
    publisher=SourcedPublisher(Projected(ContributionShape()), people=frozenset(["author"])),
    one_of=("case_study", "event"),
)  # fmt: skip
