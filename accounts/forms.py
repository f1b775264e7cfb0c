"""Forms of people, their roles and their tokens."""

from typing import Any

from allauth.account.forms import LoginForm
from django import forms
from django.db.models import QuerySet

from accounts.actions import LONGEST_TOKEN_LIFE_DAYS
from accounts.models import ApiToken, Organisation, User
from accounts.roles import Role


class SignInForm(LoginForm):
    """allauth's, in our words; the page itself has the link for a forgotten password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = "Sign-in name or e-mail address"
        self.fields["password"].help_text = ""
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class TokenForm(forms.Form):
    label = forms.CharField(max_length=100, help_text="Where it will be used, such as “R on my laptop”.")
    scope = forms.ChoiceField(choices=ApiToken.Scope.choices, initial=ApiToken.Scope.READ, label="It may")
    days = forms.IntegerField(min_value=1, max_value=LONGEST_TOKEN_LIFE_DAYS, initial=90, label="Days until it expires")


class PersonForm(forms.ModelForm):
    organisation = forms.ModelChoiceField(Organisation.objects.none(), to_field_name="slug")
    roles = forms.MultipleChoiceField(choices=Role.choices, widget=forms.CheckboxSelectMultiple)

    class Meta:
        model = User
        fields = ["username", "name", "email"]
        labels = {"username": "Sign-in name", "name": "Full name", "email": "E-mail address"}
        help_texts = {"username": "Letters, digits and @ . + - _", "email": "The invitation goes there."}

    field_order = ["username", "name", "email", "organisation", "roles"]

    def __init__(self, *args: Any, organisations: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = organisations
        self.fields["email"].required = True


class RolesForm(forms.Form):
    organisation = forms.ModelChoiceField(Organisation.objects.none(), to_field_name="slug")
    roles = forms.MultipleChoiceField(
        choices=Role.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="They replace the roles held there; none ends the membership.",
    )

    def __init__(self, *args: Any, organisations: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = organisations


class OrganisationForm(forms.ModelForm):
    class Meta:
        model = Organisation
        fields = ["name", "slug", "kind", "country"]
        labels = {"slug": "Short name in addresses"}
        help_texts = {"slug": "Lower-case letters, digits and hyphens; it cannot be changed later."}
