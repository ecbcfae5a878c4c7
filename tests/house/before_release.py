"""What must hold of a release, and cannot before the repository has its address.

Not collected by itself, so that it fails no ordinary run:

    python -m pytest -n0 tests/house/before_release.py
"""

from __future__ import annotations

from tests.house.repo import ROOT

PLACEHOLDER = "OWNER"


def test_no_address_is_a_placeholder() -> None:
    """Binder's badge, and all other pages, name the repository's real owner."""
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("notebooks/*")]
    left = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in pages
        if path.suffix in {".md", ".ipynb"}
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if f"/{PLACEHOLDER}/" in line
    ]

    assert left == [], f"put the repository's owner in the place of {PLACEHOLDER}"
