"""The colours in tokens.css, measured: text 4.5 to 1, the page's text 7, controls 3."""

import re

import pytest

from tests.architecture.house import ROOT

TOKENS = (ROOT / "wellbeing/static/wellbeing/tokens.css").read_text()
TEXT, PAGE, CONTROL = 4.5, 7.0, 3.0
PAIRS = [
    *[("ink", ground, PAGE) for ground in ("bg", "surface", "sunk")],
    *[("muted", ground, TEXT) for ground in ("bg", "surface", "sunk")],
    *[("primary", ground, TEXT) for ground in ("bg", "surface")],
    ("on-primary", "primary", TEXT),
    ("on-primary", "primary-hover", TEXT),
    ("on-soft", "soft", TEXT),
    *[(name, f"{name}-soft", TEXT) for name in ("clay", "honey", "sage", "plum")],
    ("error", "error-soft", TEXT),
    ("error", "surface", TEXT),
    *[("field", ground, CONTROL) for ground in ("bg", "surface")],
    *[("bar", ground, CONTROL) for ground in ("surface", "sunk")],
    ("over", "surface", CONTROL),
    *[("focus", ground, CONTROL) for ground in ("bg", "surface", "focus-halo")],
]


def block(start):
    """The colours set by the rule that begins with these characters."""
    text = TOKENS[TOKENS.index(start) :]
    rule = text[text.index("{") : text.index("}")]
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6});", rule))


SCHEMES = {
    "light": block(":root {"),
    "dark by choice": block(':root[data-theme="dark"]'),
    "dark by device": block(':root:not([data-theme="light"])'),
}


def brightness(colour):
    """Relative luminance of `#rrggbb`, as WCAG 2 defines it."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    low, high = sorted((brightness(one), brightness(other)))
    return (high + 0.05) / (low + 0.05)


def test_black_on_white_is_twenty_one_to_one():
    assert round(contrast("#000000", "#ffffff"), 2) == 21


@pytest.mark.parametrize("scheme", SCHEMES)
def test_colours_can_be_told_apart(scheme):
    colours = SCHEMES[scheme]
    weak = [
        (front, ground, round(contrast(colours[front], colours[ground]), 2))
        for front, ground, least in PAIRS
        if contrast(colours[front], colours[ground]) < least
    ]
    assert weak == []


def test_dark_by_choice_and_dark_by_device_are_the_same():
    assert SCHEMES["dark by choice"] == SCHEMES["dark by device"]
