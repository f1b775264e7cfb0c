from django.urls import path

from complaints import views

urlpatterns = [
    path("records/", views.record_list, name="record-list"),
    path("records/send-to-coding/", views.record_send, name="record-send"),
    path("records/<int:pk>/", views.record_detail, name="record-detail"),
]
