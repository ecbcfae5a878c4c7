"""Binder: the files that it reads, and what it makes of them."""

from __future__ import annotations

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.helpers.binder import frozen, rendered, steps
from tests.house.repo import README, ROOT, notebooks


@pytest.fixture(scope="module")
def dockerfile() -> str:
    """Render what Binder does with this repository."""
    return rendered()


def test_binder_installs_our_requirements_and_then_warms_up(dockerfile: str) -> None:
    """These steps and no others, once the whole repository is there."""
    install, *warm_up = steps(dockerfile)

    assert install.startswith("${KERNEL_PYTHON_PREFIX}/bin/pip install ")
    assert install.endswith('-r "binder/requirements.txt"')
    assert warm_up == ["chmod +x binder/postBuild", "./binder/postBuild"]


def test_the_image_has_the_versions_that_are_tried(dockerfile: str) -> None:
    """runtime.txt is read, and what tests install of the image is in its lock."""
    runtime = (ROOT / "binder" / "runtime.txt").read_text("utf-8").strip()
    image = (ROOT / "binder" / "image.txt").read_text("utf-8").splitlines()
    tried = dict(one.split("==") for one in image if not one.startswith("#"))
    brought = frozen(dockerfile)

    assert f"python-{brought['python']}".startswith(f"{runtime}.")
    assert "jupyterlab" in tried
    assert tried.items() <= brought.items()


def test_binder_can_build_and_opens_the_first_notebook() -> None:
    """Binder reads one folder, knows the Python version, and has the page to open."""
    runtime = (ROOT / "binder" / "runtime.txt").read_text("utf-8")
    requirements = (ROOT / "binder" / "requirements.txt").read_text("utf-8")
    opened = re.findall(r"urlpath=lab/tree/(\S+?\.ipynb)", README.read_text("utf-8"))

    # repo2docker knows python-X.Y only; python-3.11.7 makes it fail.
    assert re.fullmatch(r"python-3\.1[1-3]\n?", runtime)
    assert "-e .[plot,sandbox]" in requirements.splitlines()
    assert not (ROOT / ".binder").exists()
    assert [ROOT / path for path in opened] == notebooks()[:1]


def test_binder_holds_each_version_that_it_installs() -> None:
    """The constraints name all that the package asks for, within what it asks."""
    folder = ROOT / "binder"
    held = {
        canonicalize_name(name): version
        for name, version in re.findall(
            r"^([\w.-]+)==(\S+)$",
            (folder / "constraints.txt").read_text(),
            re.MULTILINE,
        )
    }
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    wanted = [
        Requirement(one)
        for one in (*project["dependencies"], *extras["plot"], *extras["sandbox"])
    ]
    image = (folder / "image.txt").read_text().splitlines()
    wanted += [Requirement(one) for one in image if not one.startswith("#")]

    unheld = {
        str(one): held.get(canonicalize_name(one.name))
        for one in wanted
        if held.get(canonicalize_name(one.name), "") not in one.specifier
    }
    assert len(wanted) > 15
    assert unheld == {}
    assert "-c constraints.txt" in (folder / "requirements.txt").read_text()


def test_binder_warms_up_when_it_is_built() -> None:
    """repo2docker runs the file only if it may be run, and fails if it fails."""
    script = ROOT / "binder" / "postBuild"

    assert script.stat().st_mode & 0o111
    assert script.read_text().startswith("#!/bin/bash\n")
    assert "set -euo pipefail" in script.read_text()
