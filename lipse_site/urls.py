"""The map of all pages."""

from django.urls import include, path

from lipse_site import health

handler400 = "rest.problems.bad_request"
handler403 = "rest.problems.permission_denied"
handler404 = "rest.problems.not_found"
handler500 = "rest.problems.server_error"

urlpatterns = [
    # First, because programs ask most often.
    path("", include("lipse_site.api")),
    path("", include("lipse_site.home.urls")),
    path("", include("lipse_site.app.urls")),
    path("", include("accounts.urls")),
    path("", include("versions.urls")),
    path("", include("exports.urls")),
    path("", include("registry.urls")),
    # After the rooms: the address of an organisation would also match that of a new one.
    path("", include("lipse_site.places.urls")),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("", include("coding.urls")),
    path("", include("imports.urls")),
    path("", include("complaints.urls")),
    path("", include("surveys.urls")),
    path("", include("casestudies.urls")),
    path("", include("lipse_site.earlier_addresses")),
]
