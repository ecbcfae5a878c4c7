"""The repository, as the house's tests look at it."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.helpers.programs import TIMEOUT_S

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "paynet_nb"
README = ROOT / "README.md"


def modules() -> dict[str, Path]:
    """Find the package's modules: dotted name below the package, and file."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        found[".".join(parts)] = path
    assert len(found) > 10, "the package's modules were not found"
    return found


def files(*kinds: str) -> list[Path]:
    """List the files that are in the repository, or would be after `git add`."""
    kinds = kinds or ("--cached", "--others", "--exclude-standard")
    listed = subprocess.run(
        ["git", "ls-files", *kinds, "-z"],  # noqa: S607
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
    ).stdout
    found = [ROOT / name for name in listed.split("\0") if (ROOT / name).is_file()]
    assert README in found, "the repository's files were not found"
    return found


def notebooks() -> list[Path]:
    """List the guided notebooks, in their order."""
    found = sorted((ROOT / "notebooks").glob("*.ipynb"))
    assert found, "no notebook was found"
    return found
