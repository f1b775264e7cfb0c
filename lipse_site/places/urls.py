from django.urls import path, register_converter

from lipse_site.places import views


class NameConverter:
    """The name of an institution as records have it, with its slashes and line breaks."""

    regex = r"[\s\S]+"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(NameConverter, "name")

urlpatterns = [
    path("overview/", views.overview, name="overview"),
    path("countries/<str:code>/", views.country, name="country"),
    path("policy-sectors/<slug:slug>/", views.policy_sector, name="policy-sector"),
    path("themes/<slug:key>/", views.theme, name="theme"),
    path("organisations/<slug:slug>/", views.organisation, name="organisation-detail"),
    path("institutions/<name:name>/", views.institution, name="institution"),
]
