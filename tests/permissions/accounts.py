"""Sign-in, my account, people, the audit trail."""

from allauth.usersessions.models import UserSession

from accounts import actions
from tests.permissions.line import Line

ADMINS = "login 403 403 403 403 403 {0} {0}"
OWN = "login 403 403 403 403 403 {0} 404"
SIGNED_IN = "302 {0} {0} {0} {0} {0} {0} {0}"
BROWSER = "00000000-0000-4000-8000-000000000007"
REPORT = {
    "device": BROWSER,
    "waiting": "0",
    "oldest_seconds": "0",
    "notes_written": "0",
    "notes_stored": "0",
    "mismatches": "0",
}
ROLES = {"organisation": "alpha-university", "roles": ["reader"]}

LINES = [
    # signing in and out
    Line("GET", "/accounts/login/", "200 302 302 302 302 302 302 302"),
    Line("POST", "/accounts/login/", "200 302 302 302 302 302 302 302"),
    Line("GET", "/accounts/logout/", "302 200 200 200 200 200 200 200"),
    Line("POST", "/accounts/logout/", "all:302"),
    Line("GET", "/accounts/inactive/", "all:200"),
    Line("GET", "/accounts/signup/", "200 302 302 302 302 302 302 302"),
    Line("POST", "/accounts/signup/", "200 302 302 302 302 302 302 302"),
    Line("GET", "/accounts/reauthenticate/", SIGNED_IN.format(200)),
    Line("POST", "/accounts/reauthenticate/", "302 200 200 200 200 200 200 200"),
    Line("GET", "/accounts/password/change/", "302 200 200 200 200 200 200 200"),
    Line("POST", "/accounts/password/change/", "302 200 200 200 200 200 200 200"),
    Line("GET", "/accounts/password/set/", "all:302"),
    Line("POST", "/accounts/password/set/", "all:302"),
    Line("GET", "/accounts/password/reset/", "all:200"),
    Line("POST", "/accounts/password/reset/", "all:200"),
    Line("GET", "/accounts/password/reset/done/", "all:200"),
    Line("GET", "/accounts/password/reset/key/1-abc/", "all:200"),
    Line("POST", "/accounts/password/reset/key/1-abc/", "all:200"),
    Line("GET", "/accounts/password/reset/key/done/", "all:200"),
    # second factor; changing anything asks for the password again
    Line("GET", "/accounts/2fa/", SIGNED_IN.format(200)),
    Line("GET", "/accounts/2fa/authenticate/", "all:302"),
    Line("POST", "/accounts/2fa/authenticate/", "all:302"),
    Line("GET", "/accounts/2fa/reauthenticate/", "all:302"),
    Line("POST", "/accounts/2fa/reauthenticate/", "all:302"),
    Line("GET", "/accounts/2fa/totp/activate/", "all:302"),
    Line("POST", "/accounts/2fa/totp/activate/", "all:302"),
    Line("GET", "/accounts/2fa/totp/deactivate/", "302 404 404 404 404 404 404 404"),
    Line("POST", "/accounts/2fa/totp/deactivate/", "302 404 404 404 404 404 404 404"),
    Line("GET", "/accounts/2fa/recovery-codes/", "302 404 404 404 404 404 404 404"),
    Line("GET", "/accounts/2fa/recovery-codes/download/", "302 404 404 404 404 404 404 404"),
    Line("GET", "/accounts/2fa/recovery-codes/generate/", "all:302"),
    Line("POST", "/accounts/2fa/recovery-codes/generate/", "all:302"),
    # university sign-in, which is off here
    Line("GET", "/accounts/university/", SIGNED_IN.format(200)),
    Line("POST", "/accounts/university/", SIGNED_IN.format(200)),
    Line("GET", "/accounts/university/login/cancelled/", "all:200"),
    Line("GET", "/accounts/university/login/error/", "all:401"),
    Line("GET", "/accounts/university/signup/", "all:302"),
    Line("POST", "/accounts/university/signup/", "all:302"),
    Line("GET", "/accounts/oidc/university/login/", "all:404"),
    Line("GET", "/accounts/oidc/university/login/callback/", "all:404"),
    # my account
    Line("GET", "/my-account/", "members:200"),
    Line("GET", "/my-account/session/", "all:200"),
    Line("POST", "/my-account/device/", "token:200", body={"device": BROWSER}),
    Line("POST", "/my-account/device/report/", "401 404 404 404 404 404 404 404", body=REPORT),
    Line("GET", "/devices/", ADMINS.format(200)),
    Line("GET", "/signed-out/", "200 303 303 303 303 303 303 303"),
    Line("GET", "/this-device/", "all:200"),
    Line("GET", "/my-account/signed-in/", "members:200"),
    Line("POST", "/my-account/tokens/", "members:201", body={"label": "x", "scope": "read", "days": "1"}),
    Line("POST", "/my-account/tokens/{token}/revoke/", "login 303 404 404 404 404 404 404"),
    Line("POST", "/my-account/sessions/{session}/end/", "login 303 404 404 404 404 404 404"),
    Line("POST", "/my-account/sessions/end/", "members:303"),
    Line("GET", "/api/v1/me/", "token:200"),
    # people
    Line("GET", "/people/", ADMINS.format(200)),
    Line("GET", "/people/new/", ADMINS.format(200)),
    Line(
        "POST",
        "/people/new/",
        OWN.format(303).replace("404", "422"),
        body={
            "username": "new",
            "name": "New",
            "email": "new@example.org",
            **ROLES,
        },
    ),
    Line("GET", "/people/{person}/", OWN.format(200)),
    Line("POST", "/people/{person}/", OWN.format(303), body=ROLES),
    Line("POST", "/people/{person}/deactivate/", OWN.format(303)),
    Line("POST", "/people/{person}/reactivate/", OWN.format(303)),
    Line("GET", "/appointments/", ADMINS.format(200)),
    Line("POST", "/appointments/", ADMINS.format(422)),
    # Alpha's administrator proposed: only the stranger can be the second.
    Line("POST", "/appointments/{appointment}/confirm/", "login 403 403 403 403 403 403 303"),
    Line("POST", "/appointments/{appointment}/decline/", ADMINS.format(303)),
    Line("GET", "/organisations/new/", ADMINS.format(200)),
    Line(
        "POST",
        "/organisations/new/",
        ADMINS.format(303),
        body={
            "name": "Gamma",
            "slug": "gamma",
            "kind": "partner-university",
            "country": "EE",
        },
    ),
    Line("GET", "/audit-trail/", ADMINS.format(200)),
    # the API about itself
    Line("GET", "/api/v1/", "all:200"),
    Line("GET", "/api/v1/schema/", "all:200"),
    Line("GET", "/api/v1/docs/", "all:200"),
    Line("GET", "/api/v1/docs/organisations/", "all:200"),
]


def world(cast):
    reader = cast["reader"]
    token, _ = actions.create_token(person=reader, label="theirs", by=reader)
    session = UserSession.objects.create(user=reader, ip="192.0.2.1", session_key="theirs", user_agent="x")
    proposed = actions.propose_administrator(
        organisation=actions.create_organisation(slug="delta", by=None), person=reader, by=cast["admin"]
    )
    return {"appointment": proposed.pk, "session": session.pk, "token": token.pk, "person": reader.username}
