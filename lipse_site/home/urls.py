from django.urls import path

from lipse_site.home import views

urlpatterns = [
    path("", views.home, name="home"),
    path("search/", views.search_page, name="search"),
    path("my-work/", views.my_work, name="my-work"),
    path("help/", views.help_page, name="help"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("components/", views.components, name="components"),
]
