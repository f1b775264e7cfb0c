from django.urls import path

from registry.views import organisations, vocabularies

urlpatterns = [
    path("organisations/", organisations.organisation_list, name="organisation-list"),
    path("vocabularies/", vocabularies.vocabulary_list, name="vocabulary-list"),
    path("vocabularies/<slug:slug>/<str:version>/", vocabularies.vocabulary_detail, name="vocabulary-detail"),
    path("vocabularies/<slug:slug>/<str:version>/new/", vocabularies.term_new, name="term-new"),
    path("vocabularies/<slug:slug>/<str:version>/<slug:key>/edit/", vocabularies.term_edit, name="term-edit"),
]
