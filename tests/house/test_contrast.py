"""Every pair of colours that text is set in has a contrast of 4.5, lines of controls one of 3, in both themes."""

import re

import pytest
from django.conf import settings

TEXT = [
    ("ink", "paper"),
    ("ink", "ground"),
    ("ink", "accent-soft"),
    ("ink", "mark"),
    ("ink-soft", "paper"),
    ("ink-soft", "ground"),
    ("ink-soft", "accent-soft"),
    ("accent", "paper"),
    ("accent", "ground"),
    ("accent", "accent-soft"),
    ("accent-strong", "paper"),
    ("accent-strong", "accent-soft"),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("good", "good-soft"),
    ("warn", "warn-soft"),
    ("bad", "bad-soft"),
    ("bad", "paper"),
    ("ink", "good-soft"),
    ("ink", "warn-soft"),
    ("ink", "bad-soft"),
]
CONTROLS = [("line-strong", "paper"), ("accent", "paper"), ("bad", "paper")]


def themes():
    text = (settings.BASE_DIR / "static/css/tokens.css").read_text()
    light, dark = text.split("@media screen and (prefers-color-scheme: dark)")
    colours = [dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", part)) for part in (light, dark)]
    return {"light": colours[0], "dark": colours[0] | colours[1]}


def luminance(colour):
    """Relative luminance as WCAG 2.2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    dark, light = sorted([luminance(one), luminance(other)])
    return (light + 0.05) / (dark + 0.05)


def test_contrast_of_black_on_white_is_21():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("pairs", "least"), [(TEXT, 4.5), (CONTROLS, 3)], ids=["text", "controls"])
def test_colours_that_meet_have_enough_contrast(theme, pairs, least):
    colours = themes()[theme]

    too_close = {pair: round(contrast(colours[pair[0]], colours[pair[1]]), 2) for pair in pairs
                 if contrast(colours[pair[0]], colours[pair[1]]) < least}  # fmt: skip

    assert not too_close
