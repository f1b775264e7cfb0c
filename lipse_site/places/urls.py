from django.urls import path

from lipse_site.places import views

urlpatterns = [
    path("overview/", views.overview, name="overview"),
    path("countries/<str:code>/", views.country, name="country"),
    path("policy-sectors/<slug:slug>/", views.policy_sector, name="policy-sector"),
]
