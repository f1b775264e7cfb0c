"""The pages of this room."""

from django.urls import path

from exports import views

urlpatterns = [
    path("exports/", views.export_list, name="export-list"),
    path("exports/new/", views.export_new, name="export-new"),
    path("exports/<int:pk>/", views.export_detail, name="export-detail"),
    path("exports/<int:pk>/delete/", views.export_delete, name="export-delete"),
    path("exports/<int:pk>/file/", views.export_file, name="export-file"),
    path("saved-queries/", views.saved_query_list, name="saved-query-list"),
    path("saved-queries/new/", views.saved_query_new, name="saved-query-new"),
    path("saved-queries/<uuid:key>/", views.saved_query_detail, name="saved-query-detail"),
    path("saved-queries/<uuid:key>/share/", views.saved_query_share, name="saved-query-share"),
    path("saved-queries/<uuid:key>/delete/", views.saved_query_delete, name="saved-query-delete"),
]
