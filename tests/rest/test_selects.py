"""Drop-down lists are written as Django's templates write them."""

import re

from django.forms import ChoiceField, Form, Select, SelectMultiple
from django.forms.renderers import DjangoTemplates
from hypothesis import given
from hypothesis import strategies as st

from rest.selects import FormRenderer

texts = st.text("ab<>&\"' é", max_size=8)
options = st.tuples(st.one_of(texts, st.integers(), st.booleans()), texts)
groups = st.tuples(texts, st.lists(options, max_size=3).map(tuple))
attributes = st.dictionaries(st.sampled_from(["id", "class", "required", "data-of"]), st.one_of(texts, st.booleans()))


def without_lines(page):
    return re.sub(r"\n *", "", page)


@given(st.lists(st.one_of(options, groups), max_size=5), st.one_of(texts, st.integers()), attributes)
def test_a_list_is_the_same_as_djangos(choices, value, attrs):
    for kind, chosen in ((Select, value), (SelectMultiple, [value])):
        widget = kind(choices=choices, attrs=attrs)
        ours, theirs = (widget.render("of", chosen, renderer=one()) for one in (FormRenderer, DjangoTemplates))
        assert without_lines(ours) == without_lines(theirs)


class _Own(Select):
    option_template_name = "django/forms/widgets/multiple_input.html"
    input_type = "radio"


def test_options_with_a_template_of_their_own_keep_it():
    field = ChoiceField(choices=[("a", "A")], widget=_Own)

    page = str(type("AForm", (Form,), {"of": field})(renderer=FormRenderer())["of"])

    assert "<option" not in page
