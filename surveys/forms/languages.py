"""Fields for languages, and for texts in several languages."""

from collections.abc import Mapping, Sequence

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from standards.languages import language_name
from surveys.languages import LANGUAGES, tag_of


class LanguagesField(forms.CharField):
    """Language tags separated by spaces, the default language first."""

    def to_python(self, value: object) -> list[str]:  # type: ignore[override]
        """A list of tags."""
        names = str(super().to_python(value)).replace(",", " ").split()
        tags = [tag_of(name) for name in names]
        unknown = [name for name, tag in zip(names, tags, strict=True) if not tag]
        if unknown:
            known = ", ".join(f"{tag} ({english})" for tag, (english, _own) in LANGUAGES.items())
            message = _("These languages are not known: %(unknown)s. Use tags from this list: %(known)s.")
            raise ValidationError(
                message, code="unknown_language", params={"unknown": ", ".join(unknown), "known": known}
            )
        return list(dict.fromkeys(tags))

    def prepare_value(self, value: object) -> object:
        return " ".join(value) if isinstance(value, list | tuple) else value


class TranslatedForm(forms.Form):
    """A form in which some texts have a field for each language. They are stored as `{language: text}`."""

    def add_translations(
        self, name: str, label: object, languages: Sequence[str], texts: Mapping[str, str], *, rows: int = 0
    ) -> None:
        for language in languages:
            language_label = f"{label} ({language_name(language)})" if len(languages) > 1 else str(label)
            attrs: dict[str, str | int] = {"lang": language, "dir": "auto"} | ({"rows": rows} if rows else {})
            self.fields[f"{name}_{language}"] = forms.CharField(
                label=language_label,
                required=False,
                max_length=5000,
                initial=texts.get(language, ""),
                widget=forms.Textarea(attrs=attrs) if rows else forms.TextInput(attrs=attrs),
            )

    def translations(self, name: str, languages: Sequence[str]) -> dict[str, str]:
        typed = {language: self.cleaned_data.get(f"{name}_{language}", "") for language in languages}
        return {language: text for language, text in typed.items() if text}
