"""Moving through a page with the keys alone."""

ABOUT_FOCUS = """() => {
  const at = document.activeElement;
  const box = at.getBoundingClientRect();
  const style = getComputedStyle(at);
  return {
    name: (at.getAttribute('aria-label') || at.labels?.[0]?.innerText || at.innerText || at.value || '').trim(),
    tag: at.tagName.toLowerCase(),
    shown: box.width > 0 && box.height > 0,
    outlined: style.outlineStyle !== 'none' || style.boxShadow !== 'none' || style.borderBottomWidth > '1px',
  };
}"""


def tab_to(page, name, *, limit=80):
    """Press Tab until what has this name has the focus. Every stop on the way must be visible."""
    for _ in range(limit):
        page.keyboard.press("Tab")
        focus = page.evaluate(ABOUT_FOCUS)
        assert focus["shown"] or focus["tag"] == "body", f"the focus is on something invisible: {focus}"
        assert focus["outlined"] or focus["tag"] == "body", f"the focus cannot be seen: {focus}"
        if focus["name"].startswith(name):
            return
    raise AssertionError(f"{name!r} cannot be reached in {limit} presses of Tab on {page.url}")
