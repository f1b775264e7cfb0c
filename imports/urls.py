"""The pages of this room."""

from django.urls import path

from imports.views import comparing, datasets, imports, languages, personal, repair

urlpatterns = [
    path("datasets/", datasets.dataset_list, name="dataset-list"),
    path("datasets/new/", datasets.dataset_new, name="dataset-new"),
    path("datasets/<slug:slug>/", datasets.dataset_detail, name="dataset-detail"),
    path("datasets/<slug:slug>/edit/", datasets.dataset_edit, name="dataset-edit"),
    path("datasets/<slug:slug>/language/", languages.dataset_language, name="dataset-language"),
    path("datasets/<slug:slug>/compare/", comparing.comparison_new, name="comparison-new"),
    path("datasets/<slug:slug>/import/", imports.import_new, name="import-new-for"),
    path("imports/new/", imports.import_new, name="import-new"),
    path("imports/<int:pk>/", imports.import_detail, name="import-detail"),
    path("imports/<int:pk>/reading/", imports.import_reading, name="import-reading"),
    path("imports/<int:pk>/mapping/", imports.import_mapping, name="import-mapping"),
    path("imports/<int:pk>/codebook/", imports.import_codebook, name="import-codebook"),
    path("imports/<int:pk>/cancel/", imports.import_cancel, name="import-cancel"),
    path("imports/<int:pk>/retry/", imports.import_retry, name="import-retry"),
    path("imports/<int:pk>/problems/", imports.import_problems, name="import-problems"),
    path("imports/<int:pk>/problems.csv", imports.import_bad_rows, name="import-bad-rows"),
    path("imports/<int:pk>/quarantine/", repair.import_quarantine, name="import-quarantine"),
    path("imports/<int:pk>/quarantine/dismiss/", repair.quarantine_dismiss, name="quarantine-dismiss"),
    path("imports/<int:pk>/quarantine/<int:row_pk>/", repair.quarantine_row, name="quarantine-row"),
    path("imports/<int:pk>/replay/", repair.import_replay, name="import-replay"),
    path("imports/<int:pk>/changes/", comparing.import_changes, name="import-changes"),
    path("imports/<int:pk>/changes.csv", comparing.import_changes_file, name="import-changes-file"),
    path("comparisons/<int:pk>/", comparing.comparison_detail, name="comparison-detail"),
    path("comparisons/<int:pk>/cancel/", comparing.comparison_cancel, name="comparison-cancel"),
    path("comparisons/<int:pk>/rows.csv", comparing.comparison_file, name="comparison-file"),
    path("imports/<int:pk>/personal-data/", personal.import_personal, name="import-personal"),
    path("imports/<int:pk>/undo/", repair.import_undo, name="import-undo"),
    path("imports/<int:pk>/file/", imports.import_source, name="import-source"),
    path("imports/<int:pk>/file/delete/", imports.import_source_delete, name="import-source-delete"),
]
