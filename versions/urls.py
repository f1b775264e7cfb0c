"""Pages of erasures."""

from django.urls import path

from versions.views import erasures as views

urlpatterns = [
    path("erasures/", views.erasure_list, name="erasure-list"),
    path("erasures/new/", views.erasure_new, name="erasure-new"),
    path("erasures/<uuid:uuid>/", views.erasure_detail, name="erasure-detail"),
    path("erasures/<uuid:uuid>/undo/", views.erasure_undo, name="erasure-undo"),
]
