from django.urls import path

from complaints import views

urlpatterns = [
    path("complaint-records/", views.record_list, name="record-list"),
    path("complaint-records/send-to-coding/", views.record_send, name="record-send"),
    path("complaint-records/compare/", views.record_compare, name="record-compare"),
    path("complaint-records/<int:pk>/", views.record_detail, name="record-detail"),
]
