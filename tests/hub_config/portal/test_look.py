"""What the style sheet promises: readable in light and in dark, whole without anybody else's server."""

import re
from itertools import product

import pytest

from hub_config.portal.render import STATIC

CSS = (STATIC / "portal.css").read_text("utf-8")
READABLE = 4.5
"""WCAG 2.2, 1.4.3: contrast of text of ordinary size."""


def colours(scheme: str) -> dict[str, str]:
    """The named colours of a scheme; dark overrides light."""
    light, dark = (
        CSS.split("@media (prefers-color-scheme: dark)")[0],
        CSS.split("@media (prefers-color-scheme: dark)")[1],
    )
    found = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", light))
    return found if scheme == "light" else found | dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", dark.split("}")[0]))


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_from_every_ground_it_is_written_on(scheme: str) -> None:
    named = colours(scheme)
    pairs = [*product(("ink", "soft", "accent", "good", "warn"), ("paper", "card"))]
    pairs += [("accent-ink", "accent"), ("ink", "wash"), ("ink", "good-wash"), ("ink", "warn-wash")]
    faint = {pair: round(contrast(named[pair[0]], named[pair[1]]), 2) for pair in pairs}
    assert {pair: ratio for pair, ratio in faint.items() if ratio < READABLE} == {}


def test_contrast_is_counted_as_the_standard_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


def test_nothing_is_loaded_from_elsewhere() -> None:
    for file in STATIC.iterdir():
        text = file.read_text("utf-8").replace("http://www.w3.org/", "")
        assert not re.search(r"https?:|//[\w.]+/|@import|<script", text), file.name


def test_no_template_has_a_script_or_a_style_of_its_own() -> None:
    for file in (STATIC.parent / "templates").glob("*.html"):
        assert not re.search(r"<script|\bon\w+=|\sstyle=|https?:|\|\s*safe", file.read_text("utf-8")), file.name
