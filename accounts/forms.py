"""Forms of people, their roles and their tokens."""

from typing import Any

from allauth.account.forms import (
    ChangePasswordForm,
    LoginForm,
    ReauthenticateForm,
    ResetPasswordForm,
    ResetPasswordKeyForm,
    SetPasswordForm,
)
from django import forms
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.actions import LONGEST_TOKEN_LIFE_DAYS
from accounts.models import ApiToken, Organisation, User
from accounts.password_links import mail_is_off
from accounts.roles import Role
from accounts.tasks import ask_for_password_link
from rest.edits import EditForm
from rest.forms import Posted, choose_from

# More than a browser holds; a number beyond is a mistake.
_MOST_THINGS, _LONGEST_WAIT_SECONDS = 10_000_000, 20 * 365 * 86_400
# allauth writes its labels in capitals, and repeats each in its field.
_LABELS = {
    "login": _("Username or email address"),
    "email": _("Email address"),
    "oldpassword": _("Current password"),
    "password1": _("New password"),
    "password2": _("New password, again"),
}


class PlainLabels(forms.Form):
    """A form of allauth with the labels of this site."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = _LABELS.get(name, field.label)
            field.widget.attrs.pop("placeholder", None)


class SignInForm(PlainLabels, LoginForm):
    """The page itself links to the password reset."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = ""


class PasswordChangeForm(PlainLabels, ChangePasswordForm):
    """For who knows the current password."""


class PasswordSetForm(PlainLabels, SetPasswordForm):
    """For an account that has no password yet."""


class PasswordResetForm(PlainLabels, ResetPasswordForm):
    """Asks for the link; the worker finds out whether the address is known."""

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].lower()
        return email

    def save(self, request: HttpRequest, **_: object) -> str:
        email: str = self.cleaned_data["email"]
        ask_for_password_link(request, email)
        return email

    @property
    def mail_is_off(self) -> bool:
        return mail_is_off()


class PasswordResetKeyForm(PlainLabels, ResetPasswordKeyForm):
    """For who followed the link."""


class ConfirmForm(PlainLabels, ReauthenticateForm):
    """Asks for the password again."""


class TokenForm(forms.Form):
    label = forms.CharField(
        max_length=100,
        initial=_("My computer"),
        label=_("Label"),
        help_text=_("Where you will use it, for example “R on my laptop”."),
    )
    scope = forms.ChoiceField(choices=ApiToken.Scope.choices, initial=ApiToken.Scope.READ, label=_("Scope"))
    days = forms.IntegerField(
        min_value=1, max_value=LONGEST_TOKEN_LIFE_DAYS, initial=90, label=_("Days until it expires")
    )


class PersonForm(forms.ModelForm):
    organisation = forms.ModelChoiceField(
        Organisation.objects.none(),
        to_field_name="slug",
        required=False,
        label=_("Organisation"),
        empty_label=_("None yet"),
        help_text=_("Leave it empty for a person whom you then propose as administrator of a new organisation."),
    )
    roles = forms.MultipleChoiceField(
        choices=Role.choices, widget=forms.CheckboxSelectMultiple, required=False, label=_("Roles")
    )

    class Meta:
        model = User
        fields = ["username", "name", "email"]
        labels = {"username": _("Username"), "name": _("Full name"), "email": _("Email address")}
        help_texts = {
            "username": _("Letters, digits and @ . + - _"),
            "email": _("The invitation is sent to this address."),
        }

    field_order = ["username", "name", "email", "organisation", "roles"]

    def __init__(self, data: Posted = None, *, organisations: QuerySet[Organisation]) -> None:
        super().__init__(data)
        choose_from(self, "organisation", organisations)
        self.fields["email"].required = True

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("organisation") and not data.get("roles"):
            self.add_error("roles", _("Choose at least one role at the organisation."))
        if data.get("roles") and not data.get("organisation") and "organisation" not in self.errors:
            self.add_error("organisation", _("Choose the organisation of these roles."))
        return data


class AppointmentForm(forms.Form):
    organisation = forms.ModelChoiceField(
        Organisation.objects.none(),
        to_field_name="slug",
        label=_("Organisation"),
        help_text=_("Organisations without an active administrator."),
    )
    person = forms.ModelChoiceField(
        User.objects.filter(is_active=True),
        to_field_name="username",
        widget=forms.TextInput,
        label=_("Sign-in name"),
        help_text=_("Of the person who becomes administrator. It cannot be you."),
        error_messages={"invalid_choice": _("Nobody with an active account has this sign-in name.")},
    )

    def __init__(self, data: Posted = None) -> None:
        super().__init__(data)
        choose_from(self, "organisation", Organisation.objects.without_administrator().order_by("name"))


class RolesForm(EditForm):
    organisation = forms.ModelChoiceField(Organisation.objects.none(), to_field_name="slug", label=_("Organisation"))
    roles = forms.MultipleChoiceField(
        choices=Role.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        label=_("Roles"),
        help_text=_("These replace the current roles. Without any role the membership ends."),
    )

    def __init__(self, data: Posted = None, *, organisations: QuerySet[Organisation], person: User) -> None:
        super().__init__(data, initial=_roles_held(person, organisations))
        choose_from(self, "organisation", organisations)
        self.person = person

    def guard(self) -> Model:
        return self.person


def _roles_held(person: User, organisations: QuerySet[Organisation]) -> dict[str, object]:
    """The first membership that this administrator may edit."""
    held = person.memberships.filter(organisation__in=organisations).select_related("organisation").first()
    return {"organisation": held.organisation.slug, "roles": held.roles} if held else {}


class OrganisationForm(forms.ModelForm):
    class Meta:
        model = Organisation
        fields = ["name", "slug", "kind", "country"]
        labels = {"slug": _("Short name in addresses")}
        help_texts = {"slug": _("Lower-case letters, digits and hyphens. It cannot be changed later.")}


class DeviceReportForm(forms.Form):
    """What a browser says of what is kept in it; a script sends it."""

    device = forms.UUIDField()
    waiting = forms.IntegerField(min_value=0, max_value=_MOST_THINGS)
    oldest_seconds = forms.IntegerField(min_value=0, max_value=_LONGEST_WAIT_SECONDS)
    notes_written = forms.IntegerField(min_value=0, max_value=_MOST_THINGS)
    notes_stored = forms.IntegerField(min_value=0, max_value=_MOST_THINGS)
    mismatches = forms.IntegerField(min_value=0, max_value=_MOST_THINGS)
