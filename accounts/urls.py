"""Addresses of sign-in and of people. Of allauth's many only those this site uses."""

from allauth.account import views as sign_in
from django.urls import include, path, re_path

from accounts.views import appointments, devices, me, people

urlpatterns = [
    path("accounts/login/", sign_in.login, name="account_login"),
    path("accounts/logout/", sign_in.logout, name="account_logout"),
    path("accounts/inactive/", sign_in.account_inactive, name="account_inactive"),
    path("accounts/signup/", sign_in.signup, name="account_signup"),
    path("accounts/reauthenticate/", sign_in.reauthenticate, name="account_reauthenticate"),
    path("accounts/password/change/", sign_in.password_change, name="account_change_password"),
    path("accounts/password/set/", sign_in.password_set, name="account_set_password"),
    path("accounts/password/reset/", sign_in.password_reset, name="account_reset_password"),
    path("accounts/password/reset/done/", sign_in.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^accounts/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        sign_in.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "accounts/password/reset/key/done/",
        sign_in.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("accounts/university/", include("allauth.socialaccount.urls")),
    path("accounts/", include("allauth.socialaccount.providers.openid_connect.urls")),
    path("my-account/", me.my_account, name="my-account"),
    path("my-account/session/", me.session_now, name="session-now"),
    path("my-account/signed-in/", me.signed_in_again, name="signed-in-again"),
    path("my-account/device/", devices.device_key, name="device-key"),
    path("my-account/device/report/", devices.device_report, name="device-report"),
    path("devices/", devices.device_list, name="device-list"),
    path("signed-out/", me.signed_out, name="signed-out"),
    path("this-device/", devices.this_device, name="this-device"),
    path("my-account/tokens/", me.token_create, name="token-create"),
    path("my-account/tokens/<int:pk>/revoke/", me.token_revoke, name="token-revoke"),
    path("my-account/sessions/<int:pk>/end/", me.session_end, name="session-end"),
    path("my-account/sessions/end/", me.sessions_end, name="sessions-end"),
    path("people/", people.people, name="people"),
    path("people/new/", people.person_new, name="person-new"),
    path("people/<str:username>/", people.person_detail, name="person-detail"),
    path("people/<str:username>/deactivate/", people.person_deactivate, name="person-deactivate"),
    path("people/<str:username>/reactivate/", people.person_reactivate, name="person-reactivate"),
    path("appointments/", appointments.appointments, name="appointments"),
    path("appointments/<int:pk>/confirm/", appointments.confirm, name="appointment-confirm"),
    path("appointments/<int:pk>/decline/", appointments.decline, name="appointment-decline"),
    path("organisations/new/", people.organisation_new, name="organisation-new"),
    path("audit-trail/", people.audit_trail, name="audit-trail"),
]
