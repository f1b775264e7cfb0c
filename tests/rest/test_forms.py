"""One way to answer a form or a button: what a page says, and with which status."""

import pytest
from django import forms
from django.contrib.messages import get_messages
from django.contrib.messages.storage.fallback import FallbackStorage
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import formset_factory
from django.http import QueryDict
from django.test import RequestFactory

from rest.forms import Done, attempt, form_page, posted, press, reasons, see_other, sentences, submit
from rest.problems import Conflict, TooLarge
from rest.refusals import Refusal

FACTORY = RequestFactory()
PAGE = "casestudies/form.html"


class TitleForm(forms.Form):
    title = forms.CharField()
    level = forms.ChoiceField(choices=[("a", "Local"), ("b", "National")], required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class OwnerForm(forms.Form):
    owner = forms.CharField()


def asked(request):
    """A request that can carry messages, from nobody."""
    request.session = {}
    request._messages = FallbackStorage(request)
    request.htmx = False
    return request


def sent(**data):
    return asked(FACTORY.post("/", data))


def opened():
    return asked(FACTORY.get("/"))


def bound(request, form_class=TitleForm, **options):
    return form_class(posted(request), **options)


def raising(error):
    def action():
        raise error

    return action


def said(request):
    return [(message.level_tag, str(message)) for message in get_messages(request)]


def test_a_form_that_is_opened_is_not_bound_and_runs_nothing():
    request, ran = opened(), []
    form = bound(request)
    assert submit(request, form, lambda: ran.append(1)) is None
    assert (form.is_bound, form.errors, ran) == (False, {}, [])


def test_a_form_that_is_sent_empty_is_bound_and_names_the_missing_fields():
    request, ran = asked(FACTORY.post("/")), []
    form = bound(request)
    assert submit(request, form, lambda: ran.append(1)) is None
    assert (list(form.errors), ran) == (["title"], [])


def test_a_get_runs_no_action_whatever_its_form_is_bound_to():
    request, ran = asked(FACTORY.get("/", {"title": "One"})), []
    assert submit(request, TitleForm(request.GET), lambda: ran.append(1)) is None
    assert ran == []


@pytest.mark.parametrize("result", [None, 0, "", "a title"])
def test_whatever_an_action_returns_it_was_done(result):
    request = sent(title="One")
    assert submit(request, bound(request), lambda: result) == Done(result)


def test_a_message_reports_the_result():
    request = sent(title="One")
    submit(request, bound(request), lambda: 3, success=lambda number: f"{number} saved.")
    submit(request, bound(request), lambda: 3, success="Saved.")
    submit(request, bound(request), lambda: 3)
    assert said(request) == [("success", "3 saved."), ("success", "Saved.")]


def test_a_refused_action_gives_no_message_of_success():
    request = sent(title="One")
    submit(request, bound(request), raising(ValidationError("No.")), success="Saved.")
    assert said(request) == []


def test_an_error_is_shown_beside_the_field_it_names():
    request = sent(title="One")
    form = bound(request)
    assert submit(request, form, raising(ValidationError({"title": "Taken."}))) is None
    assert form.errors == {"title": ["Taken."]}


@pytest.mark.parametrize("name", ["slug", "__all__", "owner"])
def test_an_error_of_a_field_that_the_form_lacks_is_shown_above_it(name):
    request = sent(title="One")
    form = bound(request)
    submit(request, form, raising(ValidationError({name: ["Taken.", "Too short."]})))
    assert form.errors == {"__all__": ["Taken.", "Too short."]}


def test_an_error_that_names_no_field_is_shown_above_the_form():
    request = sent(title="One")
    form = bound(request)
    submit(request, form, raising(ValidationError("Not on a Sunday.", code="sunday")))
    assert form.non_field_errors().as_data()[0].code == "sunday"


def test_an_error_that_names_no_field_can_be_shown_beside_one():
    request = sent(title="One")
    form = bound(request)
    submit(request, form, raising(Refusal("The file is empty.", code="empty")), field="title")
    assert form.errors.as_data()["title"][0].code == "empty"
    assert form.errors == {"title": ["The file is empty."]}


def test_a_field_that_was_taken_out_of_the_form_is_none_of_its_fields():
    request = sent(title="One")
    form = bound(request)
    del form.fields["level"]
    submit(request, form, raising(ValidationError({"level": "Unknown."})))
    assert form.non_field_errors() == ["Unknown."]


def test_each_form_of_a_page_shows_its_own_errors():
    request = sent(**{"other-owner": "Ada"})
    form, other = bound(request), bound(request, OwnerForm, prefix="third")
    assert submit(request, form, list, also=[other]) is None
    assert (list(form.errors), list(other.errors)) == (["title"], ["owner"])


def test_an_error_goes_to_the_form_of_the_page_that_has_the_field():
    request = sent(**{"title": "One", "other-owner": "Ada"})
    form, other = bound(request), bound(request, OwnerForm, prefix="other")
    submit(request, form, raising(ValidationError({"owner": "Unknown.", "title": "Taken."})), also=[other])
    assert (form.errors, other.errors) == ({"title": ["Taken."]}, {"owner": ["Unknown."]})


def test_rows_of_a_page_are_checked_and_an_error_beside_them_is_no_server_error():
    rows = {"title": "One", "rows-TOTAL_FORMS": "1", "rows-INITIAL_FORMS": "0"}
    wrong = sent(**rows, **{"rows-0-title": "x", "rows-0-level": "z"})
    right = sent(**rows, **{"rows-0-title": "x", "rows-0-level": "a"})
    row_set = formset_factory(TitleForm)
    assert submit(wrong, bound(wrong), list, also=[bound(wrong, row_set, prefix="rows")]) is None
    form = bound(right)
    submit(right, form, raising(ValidationError({"rows": "Twice."})), also=[bound(right, row_set, prefix="rows")])
    assert form.non_field_errors() == ["Twice."]


def stale():
    return Conflict(
        "This was changed since you opened it.",
        theirs={"title": "Theirs", "level": "b"},
        mine={"title": "Mine", "level": "a"},
        differing=["level", "title"],
        version=7,
    )


def test_a_stale_edit_shows_both_texts_and_the_next_save_succeeds():
    request = sent(title="Mine", level="a", version="5")
    form = bound(request)
    assert submit(request, form, raising(stale())) is None
    assert "This was changed since you opened it." in form.non_field_errors()[0]
    assert form.errors["title"] == ["Saved by someone else: “Theirs”"]
    assert form.errors["level"] == ["Saved by someone else: “National”"]
    assert (form["title"].value(), form["level"].value(), form["version"].value()) == ("Mine", "a", "7")


def test_a_stale_edit_of_a_form_with_a_prefix_lets_the_next_save_go_on():
    request = sent(**{"one-title": "Mine", "one-version": "5"})
    form = bound(request, prefix="one")
    submit(request, form, raising(stale()))
    assert form["version"].value() == "7"


def test_a_stale_edit_names_the_version_by_the_name_of_the_form():
    class NoteForm(forms.Form):
        base_version = forms.IntegerField(widget=forms.HiddenInput)

    request = sent(base_version="5")
    form = bound(request, NoteForm)
    submit(request, form, raising(stale()))
    assert form["base_version"].value() == "7"
    assert "version" not in form.data


@pytest.mark.parametrize("error", [Conflict("In use."), TooLarge("Too large."), Refusal("No such sheet.", code="x")])
def test_other_refusals_are_shown_above_the_form(error):
    request = sent(title="One")
    form = bound(request)
    submit(request, form, raising(error))
    assert form.non_field_errors() == reasons(error)


def test_no_permission_is_not_an_error_of_the_form():
    request = sent(title="One")
    with pytest.raises(PermissionDenied):
        submit(request, bound(request), raising(PermissionDenied()))


def test_a_page_is_200_when_it_is_opened_and_422_when_something_is_wrong():
    request = opened()
    assert form_page(request, PAGE, bound(request), page_title="New").status_code == 200
    request = sent(title="", level="b")
    page = form_page(request, PAGE, bound(request), page_title="New")
    assert page.status_code == 422
    assert '<option value="b" selected>' in page.content.decode()


def test_a_page_is_422_when_the_action_refuses_and_shows_what_was_typed():
    request = sent(title="A title of mine")
    form = bound(request)
    submit(request, form, raising(ValidationError({"slug": "Taken."})))
    page = form_page(request, PAGE, form, page_title="New")
    assert page.status_code == 422
    assert "Taken." in page.content.decode()
    assert "A title of mine" in page.content.decode()


def test_a_page_is_422_when_only_its_second_form_is_wrong():
    request = sent(title="One")
    form, other = bound(request), bound(request, OwnerForm)
    assert submit(request, form, list, also=[other]) is None
    assert form_page(request, PAGE, form, other, page_title="New").status_code == 422


def test_after_a_post_comes_303():
    answer = see_other("vocabulary-list")
    assert (answer.status_code, answer["Location"]) == (303, "/vocabularies/")
    assert see_other("/case-studies/#list")["Location"] == "/case-studies/#list"


def test_a_button_reports_the_result_or_the_reason_of_a_refusal():
    request = sent()
    assert press(request, lambda: None, "Closed.") == Done(None)
    assert press(request, raising(ValidationError({"a": "One.", "b": ["Two.", "Three."]})), "Closed.") is None
    assert press(request, raising(Conflict("In use.")), "Closed.") is None
    words = [("success", "Closed."), ("error", "One."), ("error", "Two."), ("error", "Three."), ("error", "In use.")]
    assert said(request) == words


def test_a_button_shows_twenty_reasons_at_most():
    request = sent()
    press(request, raising(ValidationError([f"Reason {number}." for number in range(100)])))
    assert [text for _, text in said(request)] == [f"Reason {number}." for number in range(20)]


def test_an_attempt_passes_its_reason_to_the_callback():
    found = []
    assert attempt(raising(ValidationError("No.")), found.append) is None
    assert attempt(raising(ValidationError("No."))) is None
    assert [reasons(error) for error in found] == [["No."]]


def test_all_errors_of_a_form_fit_in_one_line():
    form = TitleForm(QueryDict("level=z"))
    assert sentences(form).startswith("This field is required. Select a valid choice.")
