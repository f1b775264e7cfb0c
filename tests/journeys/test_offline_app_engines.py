"""The app in each engine of this machine: it starts its worker, and opens without a server to a note that is kept."""

import pytest

from casestudies.models import FieldNote
from tests.conftest import PASSWORD
from tests.engines.driver import ENTER
from tests.engines.proxy import Proxy
from tests.factories.casestudies import make_case_study, make_note
from tests.waiting import until

INSTALLED = """
const worker = await navigator.serviceWorker?.getRegistration();
if (!worker?.active) return false;
const {Table} = await import("/static/device/database.js");
return (await new Table("copies").keys()).length > 1;
"""
IS_SHELL = "return Boolean(document.querySelector('[data-shell][data-ready]'))"
IS_KEPT = "return document.querySelector('[data-note-state]')?.dataset.state === 'waiting'"


@pytest.fixture
def proxy(live_server):
    made = Proxy(live_server.thread.port, live_server.thread.host)
    yield made
    made.close()


def test_each_engine_opens_the_app_without_a_server_to_a_note_that_is_kept(engine, new_browser, proxy, fay):
    note = make_note(make_case_study(fay), fay, text="Twelve people came.")
    tab = new_browser(proxy.address).tab()
    tab.open("/accounts/login/")
    tab.type("Username or email", fay.username)
    tab.type("Password", PASSWORD)
    # The header has a link of the same name as the button.
    tab.keys(ENTER)
    assert tab.until("return Boolean(document.body.dataset.person)"), tab.text()
    tab.open("/today/")
    assert tab.until(INSTALLED, seconds=60), tab.text()

    proxy.set_offline(True)
    tab.open(f"{note.get_absolute_url()}edit/")
    assert tab.until(IS_SHELL, seconds=60)
    assert tab.value("Text") == "Twelve people came."
    tab.type("Text", " And rain.")
    assert tab.until(IS_KEPT)
    tab.open("/today/")
    assert tab.until(IS_SHELL)
    assert "not on the server yet" in tab.text()

    proxy.set_offline(False)
    tab.open(f"{note.get_absolute_url()}edit/")
    until(lambda: FieldNote.objects.get(pk=note.pk).text == "Twelve people came. And rain.", seconds=60)
