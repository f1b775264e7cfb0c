from django.urls import path

from lipse_site.vocabularies import views

urlpatterns = [
    path("vocabularies/", views.vocabulary_list, name="vocabulary-list"),
    path("vocabularies/<slug:slug>/<str:version>/", views.vocabulary_detail, name="vocabulary-detail"),
    path("vocabularies/<slug:slug>/<str:version>/new/", views.term_new, name="term-new"),
    path("vocabularies/<slug:slug>/<str:version>/<slug:key>/edit/", views.term_edit, name="term-edit"),
]
