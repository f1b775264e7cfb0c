"""An address that will go says so in each answer and in the description of the API, a year before."""

from datetime import date

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from rest.deprecation import Deprecation
from rest.schema import Schema
from rest.viewsets import ApiView

GOES = Deprecation(date(2027, 1, 1), date(2028, 1, 31), "https://example.org/api/v1/places/")


class Old(ApiView):
    deprecation = GOES

    def get(self, request):
        return HttpResponse("{}", content_type="application/json")


class Today(Old):
    deprecation = None


def test_each_answer_says_since_when_and_until_when_and_what_takes_its_place(db):
    answer = Old.as_view()(RequestFactory().get("/api/v1/old/"))
    assert answer.status_code == 200
    assert answer["Deprecation"] == "@1798761600"
    assert answer["Sunset"] == "Mon, 31 Jan 2028 23:59:59 GMT"
    assert answer["Link"] == '<https://example.org/api/v1/places/>; rel="successor-version"'
    assert not Today.as_view()(RequestFactory().get("/api/v1/today/")).has_header("Deprecation")


@pytest.mark.parametrize(("view", "is_marked"), [(Old, True), (Today, False)])
def test_the_description_of_the_api_marks_it(view, is_marked):
    schema = Schema()
    schema.view = view()
    assert schema.is_deprecated() is is_marked


def test_nothing_goes_within_a_year():
    with pytest.raises(ValueError, match="365 days"):
        Deprecation(date(2027, 1, 1), date(2027, 12, 1), "/")
