"""Each engine does what the journeys ask of it, on a page of the test's own."""

import http.server
import os
import signal
import threading
import time

import pytest

from tests.engines.proxy import Proxy
from tests.engines.websocket import Gone

PAGE = b"""<!doctype html><html lang="en"><title>Diary</title><main>
<form action="/second"><label for="words">Words</label><textarea id="words"></textarea><button>Save it</button></form>
<p id="trusted"></p></main><script>
const words = document.querySelector("textarea");
words.value = localStorage.getItem("words") ?? "";
words.addEventListener("input", (event) => {
  localStorage.setItem("words", words.value);
  document.querySelector("#trusted").textContent = event.isTrusted;
});
addEventListener("beforeunload", (event) => event.preventDefault());
</script>"""


# Comes after the rest of its page.
LATE_S = 0.5


class Pages(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if self.path == "/late":
            time.sleep(LATE_S)
        pages = {"/first": PAGE, "/with-late": b"<!doctype html><title>With a late picture</title><img src=/late>"}
        second = b"<!doctype html><title>Second</title><main>Second page</main>"
        self._answer(pages.get(self.path.partition("?")[0], second))

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.append(self.path)
        self._answer(b"{}")

    def _answer(self, body):
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def proxy():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    server.received = []
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    made = Proxy(server.server_address[1])
    made.received = server.received
    yield made
    made.close()
    server.shutdown()
    thread.join()
    server.server_close()


POST = """return fetch("/note", {method: "POST", body: "text"})
    .then((answer) => answer.text()).then((text) => text, () => "no answer")"""


def test_a_person_types_leaves_comes_back_and_starts_the_browser_again(proxy, new_browser):
    browser = new_browser(proxy.address)
    tab = browser.tab()
    assert tab.open("/first")
    assert tab.type("Words", "Twelve came, õ")
    assert tab.value("Words") == "Twelve came, õ"
    # The events are those of a person, not of a script.
    assert tab.text("#trusted") == "true"
    assert tab.press("Save it")
    assert tab.until("return location.pathname === '/second'")
    tab.back()
    assert tab.address() == "/first"
    tab.reload()
    assert tab.value("Words") == "Twelve came, õ"
    assert not tab.has("Nothing of the kind")
    other = browser.tab()
    assert other.open("/first")
    other.type("Words", "!")
    tab.close()
    assert other.value("Words") == "Twelve came, õ!"
    other.run("await new Promise((done) => setTimeout(done, 1500))")
    # What a page wrote to IndexedDB must survive the kill; this asks for it as the site does.
    kept(other)
    browser.kill()
    browser.start()
    again = browser.tab()
    assert again.open("/first")
    assert found(again) == "kept"


OPEN = """const database = await new Promise((done, failed) => {
  const request = indexedDB.open("probe", 1);
  request.onupgradeneeded = () => request.result.createObjectStore("notes");
  request.onsuccess = () => done(request.result);
  request.onerror = () => failed(request.error);
});"""


def kept(tab):
    assert tab.run(
        OPEN
        + """const work = database.transaction("notes", "readwrite", {durability: "strict"});
        work.objectStore("notes").put("kept", 1);
        return new Promise((done) => { work.oncomplete = () => done(true); work.onerror = () => done(false); });"""
    )


def found(tab):
    return tab.run(
        OPEN
        + """const request = database.transaction("notes").objectStore("notes").get(1);
        return new Promise((done) => { request.onsuccess = () => done(request.result); });"""
    )


def test_a_page_that_was_opened_is_there_with_all_that_belongs_to_it(proxy, new_browser):
    tab = new_browser(proxy.address).tab()
    for come in (lambda: tab.open("/with-late"), tab.reload, lambda: tab.open("/with-late?again"), tab.back):
        come()
        assert tab.run("return document.readyState + ' ' + document.title") == "complete With a late picture"


def test_a_browser_that_ended_by_itself_is_gone_and_not_only_unable(proxy, new_browser):
    browser = new_browser(proxy.address)
    tab = browser.tab()
    tab.open("/first")
    os.killpg(browser.process.pid, signal.SIGKILL)
    with pytest.raises(Gone):
        tab.run("return 1")
    browser.kill()
    assert browser.start().tab().open("/second")


def test_the_network_fails_as_it_is_told(proxy, new_browser):
    tab = new_browser(proxy.address).tab()
    assert tab.open("/first")
    assert tab.run(POST) == "{}"
    for fault, arrives in (("lost", False), ("swallowed", True), ("cut", True)):
        proxy.fault, before = fault, len(proxy.received)
        # Of a head without its end Chromium makes an answer without a body.
        assert tab.run(POST) in ("no answer", "")
        # More than once where the browser sends it again by itself.
        assert (len(proxy.received) > before) is arrives
    proxy.fault, before = None, len(proxy.received)
    proxy.set_offline(True)
    assert tab.run(POST) == "no answer"
    assert not tab.open("/second")
    proxy.set_offline(False)
    assert tab.open("/second")
    assert len(proxy.received) == before


def test_a_clock_can_be_wrong_and_storage_full(proxy, new_browser):
    tab = new_browser(proxy.address).tab()
    tab.open("/first")
    before = tab.run("return Date.now()")
    tab.set_clock(10 * 365 * 24 * 3600 * 1000)
    assert tab.run("return new Date().getFullYear() - new Date(args[0]).getFullYear()", before) >= 9
    tab.refuse_storage()
    assert (
        tab.run(
            OPEN
            + """const store = database.transaction("notes", "readwrite").objectStore("notes");
        try { store.put("more", 2); return "taken" } catch (error) { return error.name }"""
        )
        == "QuotaExceededError"
    )
    tab.refuse_storage(False)
    kept(tab)
