"""Pages of surveys: /questionnaires/ for the consortium, /s/ for respondents."""

from django.urls import URLPattern, URLResolver, include, path

from surveys.views import drafts, fieldwork, parts, questionnaires, respond, results

_draft: list[URLPattern] = [
    path("", drafts.draft, name="questionnaire-draft"),
    path("texts/", drafts.texts, name="questionnaire-texts"),
    path("preview/", drafts.preview, name="questionnaire-preview"),
    path("start/", drafts.begin, name="questionnaire-draft-begin"),
    path("publish/", drafts.publish, name="questionnaire-publish"),
    path("discard/", drafts.discard, name="questionnaire-discard"),
    path("xlsform/", drafts.xlsform, name="questionnaire-xlsform"),
    path("sections/new/", parts.section, name="section-new"),
    path("sections/<int:pk>/", parts.section, name="section-edit"),
    path("questions/", parts.questions, name="questions-new"),
    path("items/new/", parts.item, name="item-new"),
    path("items/<int:pk>/", parts.item, name="item-edit"),
    path("lists/new/", parts.choice_list, name="choice-list-new"),
    path("lists/<int:pk>/", parts.choice_list, name="choice-list-edit"),
    path("<str:kind>/<int:pk>/move/", parts.move, name="part-move"),
    path("<str:kind>/<int:pk>/remove/", parts.remove, name="part-remove"),
]

_questionnaire: list[URLPattern | URLResolver] = [
    path("", questionnaires.detail, name="questionnaire-detail"),
    path("edit/", questionnaires.edit, name="questionnaire-edit"),
    path("draft/", include(_draft)),
    path("compare/", questionnaires.compare, name="questionnaire-compare"),
    path("versions/<int:number>/", questionnaires.version, name="questionnaire-version"),
    path("versions/<int:number>/codebook.<str:form>", results.codebook, name="questionnaire-codebook"),
    path("versions/<int:number>/responses.<str:fmt>", results.responses_file, name="questionnaire-responses-file"),
    path("versions/<int:number>/counts/", results.counts, name="questionnaire-counts"),
    path("fieldworks/new/", fieldwork.edit, name="fieldwork-new"),
    path("fieldworks/<int:pk>/", fieldwork.edit, name="fieldwork-edit"),
    path("fieldworks/<int:pk>/waves/new/", fieldwork.new_wave, name="wave-new"),
    path("waves/<int:pk>/open/", fieldwork.open_, name="wave-open"),
    path("waves/<int:pk>/close/", fieldwork.close, name="wave-close"),
    path("responses/", results.responses, name="survey-response-list"),
    path("responses/<uuid:uuid>/", results.response, name="survey-response-detail"),
]

urlpatterns = [
    path("questionnaires/", questionnaires.list_, name="questionnaire-list"),
    path("questionnaires/new/", questionnaires.new, name="questionnaire-new"),
    path("questionnaires/<slug:slug>/", include(_questionnaire)),
    path("s/<str:key>/", respond.start, name="respond"),
    path("s/<str:key>/thanks/", respond.thanks, name="respond-thanks"),
    path("s/<str:key>/<str:token>/end/", respond.end, name="respond-end"),
    path("s/<str:key>/<str:token>/<int:number>/", respond.page, name="respond-page"),
]
