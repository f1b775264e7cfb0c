"""A journey ends only when the server has answered what its pages asked."""

import threading
from http.client import HTTPConnection

import pytest
from django.contrib.auth import get_user_model
from django.core.signals import request_started

SLOWNESS_S = 2


@pytest.fixture(scope="module")
def held_up():
    """A request with `?held-up` waits two seconds, then asks the database.

    The fixture outlives the test, so it sees how the request ended that the test left behind.
    """
    arrived, ends, never = threading.Event(), [], threading.Event()

    def hold(environ, **_signal):
        if environ["QUERY_STRING"] == "held-up":
            arrived.set()
            never.wait(SLOWNESS_S)
            ends.append(get_user_model().objects.count())

    request_started.connect(hold)
    yield arrived
    request_started.disconnect(hold)
    assert ends == [1], "The test gave the database back before the request was answered."


def test_a_journey_waits_for_the_request_of_a_page_that_was_left(held_up, page, fay):
    page.goto("/accounts/login/")
    page.evaluate("void fetch('/accounts/login/?held-up')")
    assert held_up.wait(20)


def test_a_request_that_comes_when_a_test_has_ended_is_not_begun(live_server):
    server = live_server.thread.httpd

    server.answer_everything()
    late = HTTPConnection(live_server.thread.host, live_server.thread.port)
    with pytest.raises(ConnectionError):
        late.request("GET", "/healthz")
        late.getresponse()
    late.close()

    server.open()
    late.request("GET", "/healthz")
    assert late.getresponse().status == 200
    late.close()
