"""The README's pictures show widgets as they are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PIL import Image, ImageStat
from playwright.sync_api import Page

from tests.browser.lab import Lab
from tests.browser.notebook import change_theme
from tests.browser.pictures import FOLDER, take
from tests.house.repo import README, ROOT

LARGEST = 60_000  # bytes
# With other fonts lines break elsewhere; what was added or lost makes more than that.
ALIKE = pytest.approx(1, abs=0.15)


def brightness(picture: Image.Image) -> float:
    """Give the mean of all its points: 0 is black, 255 is white."""
    return ImageStat.Stat(picture.convert("L")).mean[0]


def test_the_pictures_are_of_the_widgets_as_they_are(
    desk: Page, lab: Lab, tmp_path: Path
) -> None:
    """Taken now, each has about the size and the brightness of the committed one."""
    take(desk, lab, tmp_path)
    change_theme(desk, "JupyterLab Light")

    names = {path.name for path in tmp_path.iterdir()}
    assert names == {path.name for path in FOLDER.iterdir()}
    for name in names:
        with Image.open(tmp_path / name) as now, Image.open(FOLDER / name) as kept:
            assert len(now.getcolors() or ()) > 10, name  # so it is not blank
            assert now.width / kept.width == ALIKE, name
            assert now.height / kept.height == ALIKE, name
            assert brightness(now) == pytest.approx(brightness(kept), abs=10), name
            assert ("dark" in name) == (brightness(now) < 128), name


def test_the_readme_and_its_pages_show_all_pictures() -> None:
    """Dark and light stand together, the light one for readers who do not choose."""
    trainers = ROOT / "notebooks" / "README.md"
    pages = [README, trainers, *(ROOT / "docs").glob("*.md")]
    assert len(pages) > 5
    shown = re.findall(
        r"<picture>\n"
        r'  <source media="\(prefers-color-scheme: dark\)" srcset="(\S+)">\n'
        r'  <img alt="[^"]{20,}" width="\d+" src="(\S+)">\n'
        r"</picture>",
        "\n".join(page.read_text("utf-8") for page in pages),
    )

    assert all(dark == light.replace("light", "dark") for dark, light in shown)
    named = {Path(name).name for pair in shown for name in pair if FOLDER.name in name}
    assert named == {path.name for path in FOLDER.iterdir()}


def test_the_pictures_are_small() -> None:
    """All who clone this download each version of each picture."""
    sizes = {path.name: path.stat().st_size for path in FOLDER.iterdir()}

    assert sizes
    assert {name: size for name, size in sizes.items() if size > LARGEST} == {}
