"""The pages of this room."""

from django.urls import path

from exports import views

urlpatterns = [
    path("exports/", views.export_list, name="export-list"),
    path("exports/new/", views.export_new, name="export-new"),
    path("exports/<int:pk>/", views.export_detail, name="export-detail"),
    path("exports/<int:pk>/delete/", views.export_delete, name="export-delete"),
    path("exports/<int:pk>/file/", views.export_file, name="export-file"),
]
