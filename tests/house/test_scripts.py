"""Scripts and styles of widgets: formatted, linted and typed by tools from npm."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from paynet_nb.widgets.scripts import script
from tests.helpers.programs import TIMEOUT_S
from tests.house.repo import PACKAGE, ROOT

TOOLS = ROOT / "tests" / "house" / "js"
STATIC = PACKAGE / "widgets" / "static"
WIDGETS = ["credential_form", "history_view", "key_form", "request_form", "token_card"]
NO_NPM = "no npm on this machine; install it to check the widgets' scripts"

LONG = "export function long() {\n" + "  long();\n" * 51 + "}\n"
FAULTS = {
    "lint/complexity/noExcessiveLinesPerFunction": LONG,
    "lint/correctness/noUndeclaredVariables": "export const a = b;\n",
    "lint/correctness/noUnusedVariables": "function a() {}\n",
    "lint/correctness/noUnusedImports": 'import { find } from "./view.js";\n',
    "lint/suspicious/noImportCycles": (
        'import { b } from "./other.js";\n\nexport const a = b;\n'
    ),
    "lint/suspicious/noShadow": "export const a = 1;\nexport const b = (a) => a;\n",
    "lint/style/useThrowOnlyError": "export function a() {\n  throw { a };\n}\n",
    "format": "export const a  = 1\n",
}


@pytest.fixture(scope="module")
def tools() -> Path:
    """Install biome and tsc as locked, unless they are there; give their folder."""
    npm = shutil.which("npm")
    if npm is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(NO_NPM)
    locked = (TOOLS / "package-lock.json").read_text("utf-8")
    installed = TOOLS / "node_modules" / "installed-from-package-lock.json"
    if not installed.is_file() or installed.read_text("utf-8") != locked:
        done = run(npm, "ci", "--no-audit", "--no-fund", folder=TOOLS)
        assert done.returncode == 0, done.stdout + done.stderr
        installed.write_text(locked, "utf-8")
    return TOOLS / "node_modules" / ".bin"


def run(*words: str | Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a program."""
    return subprocess.run(
        words,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=10 * TIMEOUT_S,
    )


def biome(tools: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run biome's formatter and linter with the settings of the folder."""
    return run(tools / "biome", "check", "--error-on-warnings", folder=folder)


def test_the_formatter_and_the_linter_find_nothing(tools: Path) -> None:
    """Biome, as set up in .biome.jsonc, is content with each script and style."""
    found = biome(tools, ROOT)

    assert found.returncode == 0, found.stdout + found.stderr
    assert f"Checked {len([*STATIC.iterdir()])} files" in found.stderr


@pytest.mark.parametrize("rule", FAULTS)
def test_the_linter_finds(tools: Path, tmp_path: Path, rule: str) -> None:
    """What the house wants of scripts is an error: biome says which."""
    shutil.copy(ROOT / ".biome.jsonc", tmp_path)
    folder = tmp_path / STATIC.relative_to(ROOT)
    shutil.copytree(STATIC, folder)
    (folder / "fault.js").write_text(FAULTS[rule], "utf-8")
    other = 'import { a } from "./fault.js";\n\nexport const b = a;\n'
    (folder / "other.js").write_text(other, "utf-8")

    found = biome(tools, tmp_path)

    assert found.returncode != 0
    assert rule in found.stdout + found.stderr


def test_the_types_are_right(tools: Path) -> None:
    """What JSDoc says of types holds: tsc has looked at each script."""
    found = run(tools / "tsc", "-p", TOOLS, "--listFiles", folder=ROOT)

    assert found.returncode == 0, found.stdout + found.stderr
    looked_at = {Path(line).name for line in found.stdout.splitlines()}
    assert {path.name for path in STATIC.glob("*.js")} <= looked_at


@pytest.mark.parametrize("widget", WIDGETS)
@pytest.mark.usefixtures("tools")
def test_the_module_that_a_front_end_gets_is_one(tmp_path: Path, widget: str) -> None:
    """Node reads the joined scripts; a name that two of them declare would stop it."""
    joined = tmp_path / "joined.mjs"
    joined.write_text(script(f"{widget}.js"), "utf-8")

    found = run("node", "--check", joined, folder=tmp_path)

    assert found.returncode == 0, found.stderr
