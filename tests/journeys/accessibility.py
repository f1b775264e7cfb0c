"""axe-core on an open page, in both themes and on two screens."""

from weakref import WeakSet

from django.conf import settings
from playwright.sync_api import expect

AXE = settings.NODE_MODULES / "axe-core" / "axe.min.js"
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa")
WIDTHS = (1280, 390)
SCHEMES = ("light", "dark")
SCREENS = tuple((scheme, width) for scheme in SCHEMES for width in WIDTHS)

RUN = """async ([tags, rules]) => {
  const result = await axe.run(document, {runOnly: {type: 'tag', values: tags}, rules, resultTypes: ['violations']});
  return result.violations.flatMap((rule) => rule.nodes.map((node) =>
    `${rule.id}: ${node.target.join(' ')} -- ${node.html.slice(0, 160)} -- ` +
    node.failureSummary.replace(/\\s+/g, ' ')));
}"""
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


# Pages that axe is at work on: it sets inline styles while it measures, which the policy rightly refuses.
under_axe = WeakSet()


def violations(page, without, screens=SCREENS):
    """Each violation in one line, by screen. A page that has to be scrolled sideways is one, too (WCAG 1.4.10)."""
    assert all(reason.strip() for reason in without.values()), "an exclusion needs its reason"
    before = page.viewport_size
    # A form that was submitted is answered by a script, which then opens the next page.
    expect(page.locator("form[inert]")).to_have_count(0)
    page.wait_for_load_state()
    under_axe.add(page)
    if not page.evaluate("'axe' in window"):
        # Through the protocol, so that the page's own policy against foreign scripts stays in force.
        page.evaluate(AXE.read_text())
    rules = {rule: {"enabled": False} for rule in without}
    found = []
    for scheme, width in screens:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.set_viewport_size({"width": width, "height": 900})
        # A colour that still fades from the other theme would be measured half-way.
        page.evaluate("Promise.all(document.getAnimations().map((fade) => fade.finished.catch(() => null)))")
        where = f"[{scheme} {width}]"
        found += [f"{where} {line}" for line in page.evaluate(RUN, [list(TAGS), rules])]
        if page.evaluate(OVERFLOW) > 0:
            found.append(f"{where} the page is wider than the screen by {page.evaluate(OVERFLOW)} px")
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(before)
    page.evaluate("new Promise((done) => setTimeout(done, 50))")
    under_axe.discard(page)
    return found
