"""A term as a form: English, and one line per further language."""

from django import forms
from django.db.models import Model
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from registry.models import Term, Vocabulary
from rest.edits import EditForm
from rest.forms import Posted, choose_from


class TermForm(EditForm):
    """`labels` are the English label and the lines `nl: Wachttijd`."""

    key = forms.SlugField(
        max_length=80, label=_("Key"), help_text=_("Letters, digits and hyphens. It cannot be changed later.")
    )
    en = forms.CharField(label=_("Label in English"), max_length=200)
    others = forms.CharField(
        label=_("Labels in other languages"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One on each line: language code, colon, label. For example: nl: Wachttijd"),
    )
    definition = forms.CharField(required=False, label=_("Definition"), widget=forms.Textarea(attrs={"rows": 3}))
    broader = forms.ModelChoiceField(Term.objects.none(), required=False, label=_("Broader term"))
    is_heading = forms.BooleanField(
        required=False,
        label=_("Heading"),
        help_text=_("It groups the terms below it and cannot be chosen itself."),
    )
    is_deprecated = forms.BooleanField(required=False, label=_("Deprecated"))
    replaced_by = forms.ModelChoiceField(Term.objects.none(), required=False, label=_("Use this term instead"))

    def __init__(self, data: Posted = None, *, vocabulary: Vocabulary, term: Term | None = None) -> None:
        super().__init__(data, initial=_initial(term))
        self.vocabulary, self.term = vocabulary, term
        siblings = vocabulary.terms.exclude(pk=term.pk) if term else vocabulary.terms.all()
        choose_from(self, "broader", siblings)
        choose_from(self, "replaced_by", siblings)
        if term:
            del self.fields["key"]
        else:
            del self.fields["is_deprecated"], self.fields["replaced_by"]

    def guard(self) -> Model | None:
        return self.vocabulary if self.term else None

    def clean_others(self) -> dict[str, str]:
        labels = {}
        for line in self.cleaned_data["others"].splitlines():
            code, colon, label = (part.strip() for part in line.partition(":"))
            if not line.strip():
                continue
            if not colon or not label or len(code) not in (2, 3) or not code.isalpha() or not code.islower():
                message = gettext("Write a language code, a colon and a label, not: %(line)s") % {"line": line}
                raise forms.ValidationError(message, code="line")
            labels[code] = label
        return labels

    @property
    def labels(self) -> dict[str, str]:
        """Labels by language; only of a valid form."""
        others: dict[str, str] = self.cleaned_data["others"]
        return {"en": self.cleaned_data["en"]} | others


def _initial(term: Term | None) -> dict[str, object]:
    if term is None:
        return {}
    others = "\n".join(f"{code}: {label}" for code, label in sorted(term.labels.items()) if code != "en")
    return {
        "en": term.labels["en"],
        "others": others,
        "definition": term.definition,
        "broader": term.broader,
        "is_heading": term.is_heading,
        "is_deprecated": term.is_deprecated,
        "replaced_by": term.replaced_by,
    }
