"""Recipes for tests of the pure files: fields of letters, and no tables behind them."""

from imports.recipe import Recipe, RecipeField

COUNTRIES = {"NL": "Netherlands", "DE": "Germany"}
FINDINGS = {"upheld": "Upheld", "not_upheld": "Not upheld"}
FIELDS = {
    field.name: field
    for field in (
        RecipeField("reference", "Reference", required=True, headers=("id", "case id", "docket"), max_length=200),
        RecipeField("petition", "Petition", groups=True, headers=("petition number", "joint number")),
        RecipeField("answers_to", "Answers to", points=True, headers=("original id", "first letter id")),
        RecipeField("received_on", "Received", type="date", headers=("date received", "arrived")),
        RecipeField("pages", "Pages", type="integer", headers=("sheets",)),
        RecipeField("amount", "Amount", type="decimal", headers=("sum", "price")),
        RecipeField("country", "Country", type="country", choices=COUNTRIES, words={"holland": "NL"}),
        RecipeField("language", "Language", type="language", choices={"nl": "Dutch", "de": "German", "en": "English"},
                    words={"nederlands": "nl"}),
        RecipeField("finding", "Finding", type="choice", choices=FINDINGS, words={"begründet": "upheld"},
                    headers=("outcome", "result")),
        RecipeField("status", "Status", type="choice", choices={"open": "Open", "closed": "Closed"},
                    headers=("state",), raw_field="status_raw"),
        RecipeField("subject", "Subject", max_length=1_000, headers=("topic", "theme", "case")),
        RecipeField("narrative", "Narrative", headers=("story", "a1", "a2", "a3", "a4", "letter")),
        RecipeField("category", "Category"),
        RecipeField("tags", "Tags", type="list"),
    )
}  # fmt: skip


def recipe_of(*names, fields_too=(), **changes):
    """A recipe with these of the fields, or with all."""
    fields = tuple(FIELDS[name] for name in names) or tuple(FIELDS.values())
    return Recipe("letters", "Letters", (*fields, *fields_too), publisher=None, **changes)
