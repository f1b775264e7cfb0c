"""Every form of the site that a person can type in keeps what is typed: generated from the permission table.

Each form of each page is filled in, submitted without a connection, answered by a server whose session has ended, and
opened again in another tab after its own was closed: the fields that are sent and those that come back are the typed
ones. Nothing is stored, so that one world serves for all forms of a room.
"""

import re
from urllib.parse import parse_qsl

import pytest
from django.test import Client

from tests.journeys.test_every_page import OPENERS, cast, pages_of, sign_in
from tests.permissions.test_matrix import ROOMS

__all__ = ["cast"]
# Forms that are left out, by the address of their page, with the reason.
LEFT_OUT = {
    "/field-notes/": "the form of a note keeps itself (static/casestudies/note-page.js)",
    "/my-account/": "the answer shows a token once, and is not asked for by script",
    "/accounts/": "passwords and second factors",
    "/s/": "respondents have no account; their answers are stored page by page",
}
FORM = re.compile(r'<form[^>]*method="post".*?</form>', re.DOTALL)
FIELD = re.compile(r"<textarea|<select|<input(?![^>]*type=.(hidden|submit|file))")
# How many forms there are at least: a page that loses its form is noticed.
FORMS = {"casestudies": 13, "coding": 12, "surveys": 8, "imports": 5, "site": 2, "accounts": 4,
         "versions": 1}  # fmt: skip

# Fill in everything a person can, and say of each form whether that changed it: a choice can have one option only.
FILL = """() => [...document.querySelectorAll('form[data-kept]')].map((form, place) => {
  const radios = new Set();
  const enter = (one, i) => {
    if (one.type === 'radio') { if (!radios.has(one.name)) one.click(); radios.add(one.name); return; }
    if (one.type === 'checkbox') { one.checked = !one.checked; return; }
    if (one.options) { const last = one.options.length - 1; if (one.multiple) one.options[last].selected = true;
      else one.selectedIndex = last; return; }
    const words = `Typed ${place}-${i} éß`;
    const by = {number: '3', date: '2026-11-29', 'datetime-local': '2026-11-29T10:00', email: 'bea@example.org',
      url: 'https://example.org/', color: '#123456', time: '10:00'};
    one.value = (by[one.type] ?? words).slice(0, one.maxLength > 0 ? one.maxLength : undefined);
  };
  const typed = [...form.elements].filter((one) => one.name && one.type !== 'hidden' && one.type !== 'file'
    && one.type !== 'submit' && one.type !== 'button' && one.tagName !== 'FIELDSET' && !one.disabled);
  const before = JSON.stringify([...new FormData(form)].map(String));
  typed.forEach(enter);
  typed[0].dispatchEvent(new Event('input', {bubbles: true}));
  return before !== JSON.stringify([...new FormData(form)].map(String));
})"""
CONTAINED = """() => [...document.querySelectorAll('form[data-kept]')].map((form) =>
  [...new FormData(form)].filter(([name, value]) => name !== 'csrfmiddlewaretoken' && typeof value === 'string'
    && form.querySelector(`[name="${CSS.escape(name)}"]:not([type=hidden])`)))"""
UNKEPT = """() => [...document.querySelectorAll('form')].filter((form) => form.method === 'post'
  && !('kept' in form.dataset) && [...form.elements].some((one) => one.name && one.type !== 'hidden'
  && one.tagName !== 'BUTTON' && one.type !== 'submit' && one.type !== 'file')).length"""
SUBMIT = "() => document.querySelectorAll('form[data-kept]').forEach((form) => form.requestSubmit())"
STATES = "(state) => document.querySelectorAll(`.form-draft[data-state=${state}]`).length"


def has_fields(browser, address):
    """Whether the page has a form that sends something and has fields."""
    answer = browser.get(address)
    if "text/html" not in answer.headers.get("content-type", ""):
        answer.close()
        return False
    return any(FIELD.search(form) for form in FORM.findall(answer.content.decode()))


def until(page, question, wanted, *, argument=None, tries=100):
    """Ask the page until it answers with what is wanted; the last answer, after some seconds."""
    for _ in range(tries):
        if (found := page.evaluate(question, argument)) == wanted:
            break
        page.wait_for_timeout(100)
    return found


def plain(fields):
    return sorted((name, value.replace("\r\n", "\n")) for name, value in fields)


def checked(page, address):
    """How many forms the page has, and what was lost, in lines."""
    page.goto(address)
    until(page, "document.querySelectorAll('form[data-kept]').length > 0", True, tries=20)
    lost = []
    if page.evaluate(UNKEPT) and not any(address.startswith(start) for start in LEFT_OUT):
        lost.append(f"{address}: a form keeps nothing")
    number = page.evaluate("document.querySelectorAll('form[data-kept]').length")
    if not number:
        return 0, lost
    changed = sum(page.evaluate(FILL))
    typed = [plain(fields) for fields in page.evaluate(CONTAINED)]
    if until(page, STATES, changed, argument="kept") != changed:
        lost.append(f"{address}: not said to be kept")
    lost += _submitted(page, address, number, typed)
    # The tab lets its drafts go when its page is left, as when it is closed: see test_offline_forms.py for that.
    page.goto(address)
    found = _restored(page, typed)
    if found != typed:
        lost.append(f"{address}: after its tab was closed: {_differences(typed, found)}")
    return number, lost


def _submitted(page, address, number, typed):
    """Submitted without a connection, then to a server whose session has ended: what is sent."""
    sent = []

    def end_session(route):
        if route.request.method != "POST" or "x-submission" not in route.request.headers:
            return route.continue_()
        sent.append(plain(parse_qsl(route.request.post_data or "", keep_blank_values=True)))
        return route.fulfill(status=401, content_type="application/problem+json", body='{"type": "x"}')

    page.context.set_offline(True)
    page.evaluate(SUBMIT)
    waiting = until(page, STATES, number, argument="waiting")
    page.route("**/*", end_session)
    page.context.set_offline(False)
    for _ in range(100):
        if len(sent) >= number:
            break
        page.wait_for_timeout(50)
    lost = [] if waiting == number else [f"{address}: {waiting} of {number} say that they wait for a connection"]
    for fields in typed:
        if not any(set(fields) <= set(one) for one in sent):
            lost.append(f"{address}: sent {_differences(fields, max(sent, key=len, default=[]))}")
    page.wait_for_timeout(50)
    page.evaluate("() => document.querySelectorAll('.form-draft [data-act=edit]').forEach((button) => button.click())")
    page.wait_for_timeout(100)
    page.unroute("**/*")
    return lost


def _restored(page, typed):
    for _ in range(60):
        found = [plain(fields) for fields in page.evaluate(CONTAINED)]
        if found == typed:
            break
        page.wait_for_timeout(50)
    return found


def _differences(one, other):
    pairs = zip(one, other, strict=False) if one and isinstance(one[0], list) else [(one, other)]
    return [sorted(set(map(tuple, a)) ^ set(map(tuple, b)))[:4] for a, b in pairs]


@pytest.mark.parametrize("room", FORMS)
def test_every_form_of_a_room_loses_no_field(room, cast, live_server, new_page):
    module = ROOMS[room]
    world = module.world(cast) if hasattr(module, "world") else {}
    browsers, clients = {}, {}
    lost, forms = [], 0
    for address, who in pages_of(module, world):
        if who not in OPENERS or who == "anonymous":
            continue
        if who not in browsers:
            browsers[who] = new_page()
            sign_in(browsers[who], cast[who], live_server)
            clients[who] = Client()
            clients[who].force_login(cast[who])
        if not has_fields(clients[who], address):
            continue
        number, wrong = checked(browsers[who], address)
        forms, lost = forms + number, lost + wrong
    assert not lost, "\n" + "\n".join(map(str, lost))
    assert forms >= FORMS[room], forms
