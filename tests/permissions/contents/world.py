"""The whole world, and the addresses at which it is asked for."""

from collections.abc import Iterable, Iterator
from string import Formatter
from typing import Any
from urllib.parse import urlencode

from allauth.usersessions.models import UserSession
from django.apps import apps

from accounts.models import ApiToken, Appointment, Organisation, User
from casestudies import models as case_models
from coding import models as coding_models
from complaints.models import ComplaintRecord
from complaints.pointing import RECORD
from complaints.value_counts import FIELDS
from exports.models import Export, SavedQuery
from imports.models import Comparison, ComparisonRow, Dataset, Import, QuarantinedRow, RowProblem
from registry.models import Place, PolicySector, Term, Vocabulary
from surveys import models as survey_models
from tests.permissions.contents.accounts import plant_accounts
from tests.permissions.contents.cases import plant_cases, plant_notes
from tests.permissions.contents.codings import plant_codings
from tests.permissions.contents.datasets import plant_datasets
from tests.permissions.contents.erased import plant_erased
from tests.permissions.contents.people import Cast, make_cast
from tests.permissions.contents.plant import Plants
from tests.permissions.contents.questionnaires import plant_questionnaires
from tests.permissions.line import Line
from versions.erasing import erasables
from versions.models import Erasure
from versions.targets import key_in

# Where the names in an address of the table come from: every row there is.
VALUES: dict[str, tuple[Any, str]] = {
    "appointment": (Appointment, "pk"),
    "token": (ApiToken, "pk"),
    "person": (User, "username"),
    "organisation": (Organisation, "slug"),
    "case_study": (case_models.CaseStudy, "slug"),
    "factor": (case_models.Factor, "pk"),
    "informant": (case_models.Informant, "pk"),
    "consent": (case_models.Consent, "pk"),
    "event": (case_models.CoCreationEvent, "pk"),
    "participation": (case_models.Participation, "pk"),
    "contribution": (case_models.Contribution, "pk"),
    "note": (case_models.FieldNote, "pk"),
    "conflict": (case_models.NoteConflict, "pk"),
    "file": (case_models.NoteAttachment, "pk"),
    "sha256": (case_models.Attachment, "sha256"),
    "photo": (case_models.Attachment, "sha256"),
    # The device that sends a file names it; any UUID will do.
    "upload": (case_models.FieldNote, "pk"),
    "record": (ComplaintRecord, "pk"),
    "dataset": (Dataset, "slug"),
    "loaded": (Import, "pk"),
    "understood": (Import, "pk"),
    "second": (Import, "pk"),
    "comparison": (Comparison, "pk"),
    "problem": (RowProblem, "pk"),
    "row": (QuarantinedRow, "pk"),
    "book": (coding_models.Codebook, "slug"),
    "code": (coding_models.Code, "pk"),
    "published_code": (coding_models.Code, "pk"),
    "round": (coding_models.Round, "pk"),
    "planned": (coding_models.Round, "pk"),
    "assignment": (coding_models.Assignment, "pk"),
    "coding": (coding_models.Coding, "pk"),
    "published": (coding_models.CodebookVersion, "pk"),
    "open_round": (coding_models.Round, "pk"),
    "closed": (coding_models.Round, "pk"),
    "compared": (coding_models.Round, "pk"),
    "decided": (coding_models.Round, "pk"),
    "open_unit": (coding_models.RoundUnit, "pk"),
    "unit": (coding_models.TextUnit, "pk"),
    "closed_unit": (coding_models.TextUnit, "pk"),
    "submission": (coding_models.Submission, "pk"),
    "submitted": (coding_models.Assignment, "pk"),
    "held": (coding_models.Assignment, "pk"),
    "adjudication": (coding_models.Adjudication, "pk"),
    "settled": (coding_models.Adjudication, "pk"),
    "coder": (User, "pk"),
    "questionnaire": (survey_models.Questionnaire, "slug"),
    "section": (survey_models.Section, "pk"),
    "item": (survey_models.Item, "pk"),
    "list": (survey_models.ChoiceList, "pk"),
    "fieldwork": (survey_models.Fieldwork, "pk"),
    "wave": (survey_models.Wave, "pk"),
    "key": (survey_models.Wave, "key"),
    "response": (survey_models.Response, "uuid"),
    "variable": (survey_models.Item, "pk"),
    "change": (ComparisonRow, "pk"),
    "session": (UserSession, "pk"),
    "sector": (PolicySector, "slug"),
    "place": (Place, "pk"),
    "erasure": (Erasure, "pk"),
    "export": (Export, "pk"),
    "saved_query": (SavedQuery, "key"),
}
# How a row leads to the one that stands before it in an address.
BELOW = {
    "factor": "case_study__slug",
    "file": "note",
    "conflict": "note",
    "upload": "pk",
    "row": "import_run",
    "problem": "import_run",
    "change": "comparison",
    "code": "version__codebook__slug",
    "open_unit": "round",
    "unit": "in_rounds__round",
    "closed_unit": "in_rounds__round",
    "submission": "round_unit__round",
    "held": "round",
    "adjudication": "round_unit__round",
    "settled": "round_unit__round",
    "coder": "coding_rounds__round",
    "section": "version__questionnaire__slug",
    "item": "version__questionnaire__slug",
    "list": "version__questionnaire__slug",
    "fieldwork": "questionnaire__slug",
    "wave": "fieldwork__questionnaire__slug",
    "response": "wave__fieldwork__questionnaire__slug",
}
# What everybody may read or nobody may guess: one value of each is enough.
ONE: dict[str, tuple[Any, str]] = {
    "vocabulary": (Vocabulary, "slug"),
    "version": (Vocabulary, "version"),
    "term": (Term, "key"),
    "visit": (survey_models.Response, "pk"),
    "seen": (coding_models.Adjudication, "version"),
}
PAGE = "page_size=1000"
CASES, NOTES, API = "/case-studies/", "/field-notes/", "/api/v1"
COCREATION = ("case-studies", "events", "contributions", "participation")
CUT = (*COCREATION, "datasets", "questionnaires", "rounds")
# Lists of the API.
NOUNS = [
    *(*COCREATION, "field-notes", "complaint-records", "datasets", "imports"),
    *(
        "comparisons",
        "codebooks",
        "codes",
        "rounds",
        "assignments",
        "codings",
        "submissions",
        "units",
        "adjudications",
        "questionnaires",
    ),
    *("waves", "responses", "survey-variables", "organisations"),
]
# Query strings, later versions and formats that the table of statuses leaves out.
MORE = [
    Line("GET", address, "all:200")
    for address in [
        *(f"{path}?{PAGE}" for path in (CASES, NOTES, "/events/", "/complaint-records/", "/datasets/", "/codebooks/")),
        *(f"{path}?{PAGE}" for path in ("/questionnaires/", "/rounds/", "/assignments/mine/", "/audit-trail/")),
        *(f"{path}?{PAGE}" for path in ("/people/", "/organisations/")),
        f"{NOTES}?deleted=true",
        f"{NOTES}?in_conflict=true",
        *(f"{NOTES}{{note}}/versions/?from={older}&to={newer}" for older, newer in ((1, 2), (2, 3), (1, 3))),
        *(f"{API}{NOTES}{{note}}/versions/{number}/" for number in (2, 3, 9)),
        "/questionnaires/{questionnaire}/versions/2/",
        "/questionnaires/{questionnaire}/compare/?from=1&to=2",
        f"{API}/questionnaires/{{questionnaire}}/compare/?from=1&to=2",
        "/codebooks/{book}/compare/?from=1&to=2",
        f"{API}/codebooks/{{book}}/compare/?from=1&to=2",
        *(f"{API}/{noun}/?{PAGE}" for noun in NOUNS),
        *(f"{API}/complaint-records/facets/?field={field}&values=1000" for field in FIELDS),
        *(
            f"{API}/complaint-records/cross-table/?field={field},kind"
            for field in ("respondent", "extra.Region", "theme")
        ),
        *(f"{API}/complaint-records/facets/export/?field={field}&format=jsonl" for field in ("respondent", "category")),
        *(
            f"{API}/{noun}/export/?format=jsonl"
            for noun in ("complaint-records", "codings", "submissions", "responses", *CUT)
        ),
        *(f"{API}/{noun}/facets/?field=theme,country" for noun in CUT),
        *(
            f"{API}/complaint-records/{part}/export/?format=jsonl"
            for part in ("issues", "recommendations", "follow-ups")
        ),
    ]
]


def build() -> tuple[Plants, Cast]:
    """Everything there is; then one membership ends and one account is closed."""
    plant, cast = Plants(), make_cast()
    plant_datasets(plant, cast)
    plant_notes(plant, plant_cases(plant, cast), cast)
    plant_codings(plant, cast)
    plant_questionnaires(plant, cast)
    plant_accounts(plant, cast)
    plant_erased(plant, cast)
    cast.let_go()
    return plant, cast


def values() -> dict[str, list[Any]]:
    """By name in an address: what stands in its place."""
    found = {name: list(model.objects.values_list(field, flat=True)) for name, (model, field) in VALUES.items()}
    one = {name: [model.objects.values_list(field, flat=True).first()] for name, (model, field) in ONE.items()}
    return found | one | {"thing": list(things())}


def things() -> Iterator[str]:
    """What can be erased, as a query string; some of each kind, for the page shows the name of it and numbers."""
    for kind in erasables():
        if kind.name == RECORD:
            names = ComplaintRecord.objects.filter(import_id=0).values_list("dataset__slug", "reference")
            keys = [key_in(*pair) for pair in names]
        else:
            model = apps.get_model(kind.name)
            keys = list(model.objects.values_list("uuid" if kind.name == "surveys.response" else "pk", flat=True))
        yield from (urlencode({"kind": kind.name, "key": key}) for key in keys[:: max(1, len(keys) // 2)])


def requests(lines: Iterable[Line], found: dict[str, list[Any]]) -> Iterable[tuple[Line, dict[str, Any]]]:
    """Each line with every row for the names in its address: below the row it belongs to; read below the first, too."""
    first = {name: some[0] if some else 0 for name, some in found.items()}
    parents = {name: dict(VALUES[name][0].objects.values_list(VALUES[name][1], path)) for name, path in BELOW.items()}
    for line in lines:
        names = [name for _text, name, _spec, _conversion in Formatter().parse(line.address) if name]
        for last in found[names[-1]] if names else [0]:
            own = {name: parents[names[-1]][last] for name in names[:-1] if names[-1] in parents and last}
            is_wrong_too = line.method == "GET" and any(
                own.get(name, first[name]) != first[name] for name in names[:-1]
            )
            for above in [own, {}] if is_wrong_too else [own]:
                yield line, first | above | ({names[-1]: last} if names else {})
