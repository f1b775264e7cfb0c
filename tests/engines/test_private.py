"""After signing out nothing that was typed is anywhere in the profile of the browser (docs/adr/0120).

50 sentences are typed into notes and forms, with a connection and without one; the person signs out and the browser is
closed. Then every file of its profile is searched, also what is compressed in it, and leftovers of deleted records.
"""

import contextlib
import secrets
import signal
import subprocess
import time

import pytest

from tests.conftest import PASSWORD
from tests.engines import firefox
from tests.engines.chromium import Chromium
from tests.engines.driver import ENTER
from tests.engines.profile_search import found_in, readings
from tests.engines.proxy import Proxy
from tests.factories.casestudies import make_case_study

pytestmark = pytest.mark.journey
SENTENCES = 50
# Browsers write what they restore their windows from every few seconds; Firefox every 15, here every 2.
WRITTEN_WITHIN_S = 5
FIELDS = """const all = [...document.querySelectorAll("main form :is(textarea, input:is([type=text], :not([type])))")]
  .filter((one) => one.checkVisibility() && !one.readOnly);
"""
FOCUS = f"{FIELDS} all[args[0]].focus(); all[args[0]].select(); return all[args[0]].name"


def test_the_search_finds_what_browsers_compress(tmp_path):
    text = b"the harbour master said so " * 20
    lz4 = bytes([0xFF, len(text[:27]) - 15]) + text[:27] + (27).to_bytes(2, "little") + bytes([255, 255, 3])
    (tmp_path / "recovery.jsonlz4").write_bytes(b"mozLz40\0" + len(text).to_bytes(4, "little") + lz4)
    (tmp_path / "plain").write_bytes("the ferry".encode("utf-16-le"))
    assert found_in(tmp_path, ["harbour master said so the harbour", "the ferry", "the bridge"]) == {
        "harbour master said so the harbour": ["recovery.jsonlz4"],
        "the ferry": ["plain"],
    }
    assert list(readings(b"\x57\xfb\x80\x8b\x24\x75\x47\xdb"))


def fill(tab, planted, most):
    """A sentence into each field of the page until there are `most`."""
    for index in range(tab.run(f"{FIELDS} return all.length") or 0):
        if len(planted) >= most:
            return
        name = tab.run(FOCUS, index)
        sentence = f"{secrets.token_hex(4)} waits at the quay {len(planted)}"
        planted[sentence] = f"{name} of {tab.address()}"
        tab.keys(sentence)


def close(browser):
    """As a person closes it, so that it writes what it means to keep."""
    if isinstance(browser, Chromium):
        with contextlib.suppress(Exception):
            browser.commands.ask("Browser.close")
    else:
        browser.process.send_signal(signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        browser.process.wait(timeout=20)
    browser.kill()


def test_nothing_that_was_typed_is_in_the_profile_after_signing_out(engine, new_browser, live_server, fay, monkeypatch):
    # As a person has them: the files from which windows are restored are written.
    for name in ("browser.sessionstore.resume_from_crash", "toolkit.startup.max_resumed_crashes"):
        monkeypatch.delitem(firefox.PREFERENCES, name)
    monkeypatch.setitem(firefox.PREFERENCES, "browser.sessionstore.interval", 2000)
    monkeypatch.setattr("tests.engines.chromium.BROWSERS", ("chromium", "google-chrome", "chromium-headless-shell"))
    case_study = make_case_study(fay)
    proxy = Proxy(live_server.thread.port, live_server.thread.host)
    planted = {}
    try:
        browser = new_browser(proxy.address)
        tab = browser.tab()
        tab.open("/accounts/login/")
        tab.type("Username or email", fay.username)
        tab.type("Password", PASSWORD)
        tab.keys(ENTER)
        assert tab.until("return document.body.dataset.person")
        while len(planted) < SENTENCES - 23:
            tab.open("/field-notes/new/")
            fill(tab, planted, SENTENCES - 23)
        time.sleep(2)
        for page in (f"/case-studies/{case_study.slug}/edit/", f"/case-studies/{case_study.slug}/events/new/"):
            tab.open(page)
            fill(tab, planted, SENTENCES - 2)
        while len(planted) < SENTENCES - 2:
            tab.open("/field-notes/new/")
            fill(tab, planted, SENTENCES - 2)
        tab.open("/field-notes/new/")
        tab.until("return document.readyState === 'complete'")
        proxy.set_offline(True)
        fill(tab, planted, SENTENCES)
        time.sleep(WRITTEN_WITHIN_S)
        proxy.set_offline(False)
        tab.open("/accounts/logout/")
        tab.run("document.querySelector('main form [type=submit]').focus()")
        tab.keys(ENTER)
        assert tab.until("return location.pathname === '/signed-out/' && document.readyState === 'complete'")
        time.sleep(WRITTEN_WITHIN_S)
        close(browser)
        found = found_in(browser.profile, planted)
    finally:
        proxy.close()
    assert len(planted) == SENTENCES
    assert {planted[sentence]: files for sentence, files in found.items()} == {}
