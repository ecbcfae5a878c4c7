"""What Binder makes of this repository, as repo2docker renders it without Docker."""

from __future__ import annotations

import re
import sys
from importlib.util import find_spec
from pathlib import Path

from tests.helpers.environments import run
from tests.house.repo import ROOT

_COPIED = "src/ ${REPO_DIR}/\n"  # from here on, the steps are this repository's
_LOCK = re.compile(r"environment-2epy-2d3-2e(\d+)-2dlinux")
# .../name-version-build.conda#hash; a build for Python has "py" in it.
_PACKAGE = re.compile(r"/([^/]+)-([^/-]+)-[^/-]*py[^/-]*\.(?:conda|tar\.bz2)#")
# Conda's name of a package, and PyPI's.
_ON_PYPI = {
    "brotli-python": "brotli",
    "jupyterhub-base": "jupyterhub",
    "nbconvert-core": "nbconvert",
    "python-fastjsonschema": "fastjsonschema",
}


def rendered(repository: Path = ROOT) -> str:
    """Give the Dockerfile that repo2docker makes of a repository."""
    only_render = ("--no-build", "--no-run", "--debug")
    user = ("--user-id", "1000", "--user-name", "jovyan")
    words = (*only_render, *user, ".")
    return run(sys.executable, "-m", "repo2docker", *words, cwd=repository)


def steps(dockerfile: str) -> list[str]:
    """Give the commands that are run once the repository is there."""
    return re.findall(r"^RUN (.+)$", dockerfile.partition(_COPIED)[2], re.MULTILINE)


def frozen(dockerfile: str) -> dict[str, str]:
    """Give Python and its packages in the image before that: PyPI's name, version.

    They are those of the lock that repo2docker brings along for the image's Python.
    """
    (minor,) = set(_LOCK.findall(dockerfile))
    spec = find_spec("repo2docker")
    assert spec is not None
    assert spec.origin is not None
    locks = Path(spec.origin).parent / "buildpacks" / "conda"
    lock = (locks / f"environment.py-3.{minor}-linux-64.lock").read_text("utf-8")
    return {
        _ON_PYPI.get(name, name).replace("_", "-"): version
        for name, version in _PACKAGE.findall(lock)
    }
