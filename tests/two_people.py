"""Two people who open the same form: what a browser sends of it, with the fields that each of them changed."""

from rest.edits import BEGAN


def as_opened(answer):
    """The fields of the form of a page as a browser sends them when nobody touches them."""
    form = answer.context["form"]
    fields = {form.add_prefix(name): values for name, values in form.state().items() if name in form.fields}
    return fields | {form.add_prefix(BEGAN): form[BEGAN].value()}


def as_shown(answer):
    """The fields of the form of an answered page, after a refusal."""
    form = answer.context["form"]
    return {name: form.data.getlist(name) for name in form.data}
