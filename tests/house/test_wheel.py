"""What a user installs: the wheel, without extras, in an environment of its own."""

from __future__ import annotations

import sys
import tarfile
from pathlib import Path

import pytest

from tests.helpers.environments import environment_with, run
from tests.house.repo import ROOT, notebooks

pytestmark = pytest.mark.slow

USE_ALL_NAMES = """
import importlib.resources, paynet_nb
for name in paynet_nb.__all__:
    getattr(paynet_nb, name)
client = paynet_nb.Client(None, environment=paynet_nb.CERTIFICATION)
assert len(paynet_nb.codes()) > len(client.endpoints()) > 40  # files of the package
inside = importlib.resources.files("paynet_nb")
print(inside, inside.joinpath("py.typed").is_file())
print(*sorted(f.name for f in inside.joinpath("notebooks").iterdir()))
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build an sdist, and a wheel from that sdist, as for a release."""
    folder = tmp_path_factory.mktemp("dist")
    build = ("-m", "build", "--installer=uv", "--outdir", folder, ROOT)
    run(sys.executable, *build, cwd=folder)
    return folder


def test_the_wheel_works_without_extras(built: Path, tmp_path: Path) -> None:
    """Every public name can be used with the declared dependencies alone."""
    [wheel] = built.glob("*.whl")
    programs = environment_with(tmp_path / "venv", str(wheel))

    printed = run(programs / "python", "-I", "-c", USE_ALL_NAMES, cwd=tmp_path)
    usage = run(programs / "paynet-nb", "--help", cwd=tmp_path)

    place, names = printed.splitlines()
    assert place.startswith(str(tmp_path))
    assert place.endswith("True")
    assert set(names.split()) >= {path.name for path in notebooks()}
    assert "demo" in usage


def test_the_sdist_holds_what_its_tests_need(built: Path) -> None:
    """A packager can build and test from the sdist."""
    [sdist] = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        held = {name.partition("/")[2] for name in archive.getnames()}

    assert held >= {"LICENSE", "README.md", "tests/house/test_wheel.py"}
    assert held >= {f"notebooks/{path.name}" for path in notebooks()}
