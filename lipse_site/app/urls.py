from django.urls import path

from lipse_site.app import views

urlpatterns = [
    path("app.webmanifest", views.manifest, name="app-manifest"),
    path("sw.js", views.worker, name="app-worker"),
    path("app/", views.shell, name="app-shell"),
]
