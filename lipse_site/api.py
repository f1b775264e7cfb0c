"""The map of the API: everything below /api/v1/.

Each room registers its viewsets here, one line each: `router.register("paths", ViewSet, basename="api-path")`.
Basenames begin with `api-`, so that they differ from names of pages.
"""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import Resolver404, include, path, re_path, resolve
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from rest_framework.routers import APIRootView, DefaultRouter

from accounts.api import MeView
from casestudies.api import (
    CaseStudyViewSet,
    ContributionViewSet,
    EventViewSet,
    FieldNoteViewSet,
    NoteConflictViewSet,
    NoteVersionViewSet,
    ParticipationViewSet,
)
from casestudies.file_api import AttachmentView, ThumbnailView, UploadView
from casestudies.models import CaseStudy, CoCreationEvent, Contribution, FieldNote
from coding.api.assignments import AssignmentViewSet
from coding.api.lists import (
    AdjudicationViewSet,
    CodebookViewSet,
    CodeViewSet,
    CodingViewSet,
    RoundViewSet,
    SubmissionViewSet,
    UnitViewSet,
)
from complaints.api.parts import FollowUpsViewSet, IssuesViewSet, PartsViewSet, RecommendationsViewSet
from complaints.api.records import ComplaintRecordViewSet
from complaints.selectors.changes import RecordChanges
from exports.api import ChangesView, ExportViewSet, Followed
from exports.changes import ListedRows
from imports.api.lists import (
    ComparisonRowViewSet,
    ComparisonViewSet,
    DatasetViewSet,
    ImportViewSet,
    ProblemViewSet,
    QuarantineViewSet,
)
from imports.models import Dataset
from registry.api import OrganisationViewSet, PlaceViewSet, PolicySectorViewSet
from rest.problems import not_found, problem_response
from rest.views import SchemaView, docs, docs_group
from rest.viewsets import ApiMixin
from surveys.api import QuestionnaireViewSet, ResponseViewSet, VariableViewSet, WaveViewSet
from surveys.models import Questionnaire, Response
from versions.api import ErasureViewSet


class Root(ApiMixin, APIRootView):
    """The lists of this API."""


class Router(DefaultRouter):
    include_format_suffixes = False
    APIRootView = Root

    def __init__(self) -> None:
        super().__init__(use_regex_path=False)


router = Router()
# versions
router.register("erasures", ErasureViewSet, basename="api-erasure")
# exports
router.register("exports", ExportViewSet, basename="api-export")
# registry
router.register("organisations", OrganisationViewSet, basename="api-organisation")
router.register("policy-sectors", PolicySectorViewSet, basename="api-policy-sector")
router.register("places", PlaceViewSet, basename="api-place")
# coding
router.register("codebooks", CodebookViewSet, basename="api-codebook")
router.register("codes", CodeViewSet, basename="api-code")
router.register("rounds", RoundViewSet, basename="api-round")
router.register("assignments", AssignmentViewSet, basename="api-assignment")
router.register("codings", CodingViewSet, basename="api-coding")
router.register("submissions", SubmissionViewSet, basename="api-submission")
router.register("units", UnitViewSet, basename="api-unit")
router.register("adjudications", AdjudicationViewSet, basename="api-adjudication")
# imports
router.register("datasets", DatasetViewSet, basename="api-dataset")
router.register("imports", ImportViewSet, basename="api-import")
router.register("imports/<int:run>/quarantine", QuarantineViewSet, basename="api-quarantine")
router.register("imports/<int:run>/problems", ProblemViewSet, basename="api-problem")
router.register("comparisons", ComparisonViewSet, basename="api-comparison")
router.register("comparisons/<int:comparison>/rows", ComparisonRowViewSet, basename="api-comparison-row")
# casestudies
router.register("case-studies", CaseStudyViewSet, basename="api-case-study")
router.register("events", EventViewSet, basename="api-event")
router.register("contributions", ContributionViewSet, basename="api-contribution")
router.register("participation", ParticipationViewSet, basename="api-participation")
router.register("field-notes", FieldNoteViewSet, basename="api-field-note")
router.register("field-notes/<uuid:note>/versions", NoteVersionViewSet, basename="api-note-version")
router.register("field-notes/<uuid:note>/conflicts", NoteConflictViewSet, basename="api-note-conflict")
# complaints
router.register("complaint-records", ComplaintRecordViewSet, basename="api-complaint-record")
# surveys
router.register("questionnaires", QuestionnaireViewSet, basename="api-questionnaire")
router.register("waves", WaveViewSet, basename="api-wave")
router.register("responses", ResponseViewSet, basename="api-response")
router.register("survey-variables", VariableViewSet, basename="api-survey-variable")

# Tables of the parts of records, by their names in addresses.
PARTS_OF_RECORDS: dict[str, type[PartsViewSet]] = {
    "issues": IssuesViewSet,
    "recommendations": RecommendationsViewSet,
    "follow-ups": FollowUpsViewSet,
}

# Lists whose changes can be followed: those that a row refers to come first. The name of a kind and its key are those
# in the migration of its room that calls `exports_record_changes_of`.
FOLLOWED = (
    Followed(ListedRows("dataset", "slug", Dataset.objects.visible_to), DatasetViewSet),
    Followed(RecordChanges(), ComplaintRecordViewSet),
    Followed(ListedRows("case-study", "slug", CaseStudy.objects.visible_to), CaseStudyViewSet),
    Followed(ListedRows("event", "id", CoCreationEvent.objects.visible_to), EventViewSet),
    Followed(ListedRows("contribution", "id", Contribution.objects.visible_to), ContributionViewSet),
    Followed(
        ListedRows("field-note", "uuid", lambda person: FieldNote.objects.visible_to(person).not_deleted()),
        FieldNoteViewSet,
    ),
    Followed(ListedRows("questionnaire", "slug", Questionnaire.objects.visible_to), QuestionnaireViewSet),
    Followed(ListedRows("response", "uuid", Response.objects.visible_to), ResponseViewSet),
)


# Nothing is done here, so there is nothing that another site's form could bring about.
@csrf_exempt
def nothing_here(request: HttpRequest) -> HttpResponse:
    """Add a missing slash at the end for a GET, name the address for the rest; otherwise a problem document."""
    with_slash = f"{request.path}/"
    if request.path.endswith("/") or not _exists(with_slash):
        return not_found(request)
    if request.method in ("GET", "HEAD"):
        query = request.META.get("QUERY_STRING", "")
        return HttpResponsePermanentRedirect(f"{with_slash}?{query}" if query else with_slash)
    message = _("Addresses of the API end in a slash: %(address)s") % {"address": with_slash}
    return problem_response(HTTPStatus.NOT_FOUND, message, code="missing_slash")


def _exists(address: str) -> bool:
    try:
        return resolve(address).func is not nothing_here
    except Resolver404:
        return False


urlpatterns = [
    path("api/v1/schema/", SchemaView.as_view(), name="api-schema"),
    path("api/v1/docs/", docs, name="api-docs"),
    path("api/v1/docs/<slug:group>/", docs_group, name="api-docs-group"),
    path("api/v1/me/", MeView.as_view(), name="api-me"),
    path("api/v1/changes/", ChangesView.as_view(followed=FOLLOWED), name="api-changes"),
    path("api/v1/attachments/<slug:sha256>/", AttachmentView.as_view(), name="api-attachment"),
    path("api/v1/attachments/<slug:sha256>/thumbnail/", ThumbnailView.as_view(), name="api-thumbnail"),
    path("api/v1/field-notes/<uuid:note>/uploads/<uuid:upload>/", UploadView.as_view(), name="api-upload"),
    *(
        path(
            f"api/v1/complaint-records/{name}/export/",
            view.as_view({"get": "export"}, detail=False),
            name=f"api-complaint-record-{name}-export",
        )
        for name, view in PARTS_OF_RECORDS.items()
    ),
    path("api/v1/", include(router.urls)),
    re_path("^api/", nothing_here, name="api-nothing-here"),
]
