"""The oldest versions that are supported, which `lowest-direct` tries."""

from __future__ import annotations

import tomllib

from packaging.requirements import Requirement

from tests.house.repo import README, ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def oldest() -> dict[str, str | None]:
    """Give the oldest version of each package that is named, None: of any age."""
    extras = PROJECT["optional-dependencies"].values()
    found: dict[str, str | None] = {}
    for line in (*PROJECT["dependencies"], *(one for some in extras for one in some)):
        wanted = Requirement(line)
        found[wanted.name] = next((one.version for one in wanted.specifier), None)
    del found[PROJECT["name"]]  # an extra that names another one
    return found


def test_each_package_has_an_oldest_version() -> None:
    """Without one `lowest-direct` takes the first that there ever was."""
    versions = oldest()

    assert len(versions) > 40
    assert [name for name, version in versions.items() if version is None] == []
    told = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    assert '--resolution lowest-direct -e ".[test]"' in told


def test_the_oldest_jupyter_is_binders() -> None:
    """So the tests in Binder's JupyterLab are those of the oldest one."""
    image = (ROOT / "binder" / "image.txt").read_text("utf-8").splitlines()
    versions = oldest()

    for line in image:
        if not line.startswith("#"):
            name, _, version = line.partition("==")
            assert versions.get(name, version) == version
    lab = ".".join(str(versions["jupyterlab"]).split(".")[:2])
    assert f"| JupyterLab {lab} and " in README.read_text("utf-8")
