"""Pages of case studies, events, contributions and field notes."""

from django.urls import path, re_path

from casestudies.views import cases, events, files, notes, parts

urlpatterns = [
    path("today/", notes.today, name="today"),
    path("today/shared/", files.shared, name="shared"),
    path("case-studies/", cases.case_study_list, name="case-study-list"),
    path("case-studies/new/", cases.case_study_new, name="case-study-new"),
    path("case-studies/<slug:slug>/", cases.case_study_detail, name="case-study-detail"),
    path("case-studies/<slug:slug>/edit/", cases.case_study_edit, name="case-study-edit"),
    path("case-studies/<slug:slug>/history/", cases.case_study_history, name="case-study-history"),
    path("case-studies/<slug:slug>/withdraw/", cases.case_study_withdraw, name="case-study-withdraw"),
    re_path(
        r"^case-studies/(?P<slug>[-\w]+)/(?P<move>submit|approve|verify|reopen)/$",
        cases.case_study_move,
        name="case-study-move",
    ),
    path("case-studies/<slug:slug>/events/new/", events.event_new, name="event-new"),
    path("case-studies/<slug:slug>/contributions/new/", events.contribution_new, name="contribution-new"),
    path("case-studies/<slug:slug>/informants/new/", parts.informant_new, name="informant-new"),
    path("case-studies/<slug:slug>/<slug:kind>/new/", parts.part_new, name="part-new"),
    path("case-studies/<slug:slug>/<slug:kind>/<int:pk>/", parts.part_edit, name="part-edit"),
    path("case-studies/<slug:slug>/<slug:kind>/<int:pk>/remove/", parts.part_remove, name="part-remove"),
    path("informants/<int:informant>/consents/new/", parts.consent_new, name="consent-new"),
    path("consents/<int:pk>/withdraw/", parts.consent_withdraw, name="consent-withdraw"),
    path("events/", events.event_list, name="event-list"),
    path("events/<int:pk>/", events.event_detail, name="event-detail"),
    path("events/<int:pk>/edit/", events.event_edit, name="event-edit"),
    path("events/<int:pk>/cancel/", events.event_cancel, name="event-cancel"),
    path("participation/<int:pk>/remove/", events.participation_remove, name="participation-remove"),
    path("contributions/<int:pk>/", events.contribution_detail, name="contribution-detail"),
    path("contributions/<int:pk>/edit/", events.contribution_edit, name="contribution-edit"),
    path("contributions/<int:pk>/decision/", events.contribution_decision, name="contribution-decision"),
    path("field-notes/", notes.note_list, name="field-note-list"),
    path("field-notes/new/", notes.note_new, name="field-note-new"),
    path("field-notes/<uuid:uuid>/", notes.note_detail, name="field-note-detail"),
    path("field-notes/<uuid:uuid>/edit/", notes.note_edit, name="field-note-edit"),
    path("field-notes/<uuid:uuid>/versions/", notes.note_versions, name="field-note-versions"),
    path("field-notes/<uuid:uuid>/versions/<int:number>/restore/", notes.note_restore, name="field-note-restore"),
    path("field-notes/<uuid:uuid>/conflicts/<int:pk>/", notes.note_conflict, name="field-note-conflict"),
    path("field-notes/<uuid:uuid>/files/", files.note_file_add, name="field-note-file-add"),
    path("field-notes/<uuid:uuid>/files/<int:pk>/caption/", files.note_file_caption, name="field-note-file-caption"),
    path("field-notes/<uuid:uuid>/files/<int:pk>/remove/", files.note_file_remove, name="field-note-file-remove"),
    path("field-notes/<uuid:uuid>/delete/", notes.note_delete, name="field-note-delete"),
    path("field-notes/<uuid:uuid>/undelete/", notes.note_undelete, name="field-note-undelete"),
]
