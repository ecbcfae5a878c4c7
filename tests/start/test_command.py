"""`paynet-nb`: its commands, their exit codes, and what they leave behind."""

from __future__ import annotations

import contextlib
import io
import os
import re
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from paynet_nb.start import main
from tests.helpers.programs import TIMEOUT_S, running

# Told on stderr: each address that the process connected to, and its exit code.
WATCHED = """
import sys
hosts = set()
def watch(event, args):
    if event == "socket.connect":
        hosts.add(args[1][0])
sys.addaudithook(watch)
from paynet_nb.start import main
code = main({argv!r})
print(code, *hosts, file=sys.stderr)
"""
NO_ROOM = """
import resource, sys
import paynet_nb.sandbox
from paynet_nb.start import main
resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
sys.exit(main({argv!r}))
"""
WITHOUT = """
import sys
sys.modules[{name!r}] = None
from paynet_nb.start import main
sys.exit(main({argv!r}))
"""


def python(source: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run Python code in a process of its own, with further environment variables."""
    return subprocess.run(
        [sys.executable, "-c", source],
        env={**os.environ, **variables},
        check=False,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
    )


def read_until(process: subprocess.Popen[str], last: str) -> str:
    """Read what a process prints, up to the line that begins with *last*."""
    assert process.stdout
    text = ""
    for line in process.stdout:
        text += line
        if line.startswith(last):
            return text
    raise AssertionError(text)


# demo


def test_the_demo_runs_on_this_machine_alone() -> None:
    """It ends by itself, asks nothing, and connects to 127.0.0.1 only."""
    done = python(WATCHED.format(argv=["demo"]))

    assert done.stderr.split() == ["0", "127.0.0.1"]
    assert "8. Where next" in done.stdout


def test_ctrl_c_ends_a_command_without_a_traceback() -> None:
    """The exit code is the one that shells give for it."""

    class Interrupted(io.StringIO):
        def write(self, text: str) -> int:
            raise KeyboardInterrupt

    with contextlib.redirect_stdout(Interrupted()):
        code = main(["demo"])

    assert code == 130


@pytest.mark.parametrize(
    ("name", "command"),
    [("flask", "demo"), ("authlib", "sandbox"), ("jupyterlab", "lab")],
)
def test_a_missing_extra_is_told_in_one_line(
    name: str, command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line has the command that installs it, and nothing has been done yet."""
    monkeypatch.chdir(tmp_path)

    done = python(WITHOUT.format(name=name, argv=[command]))

    assert (done.returncode, done.stdout) == (2, "")
    assert re.fullmatch(r"paynet-nb: .*pip install \"paynet_nb\[\w+\]\"\n", done.stderr)
    assert list(tmp_path.iterdir()) == []


def test_a_reader_that_leaves_early_is_no_error(tmp_path: Path) -> None:
    """`paynet-nb demo | head` ends without a traceback."""
    with running("demo", folder=tmp_path) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()

        assert process.stderr.read() == ""


# sandbox


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_the_sandbox_serves_until_it_is_stopped(
    stop: signal.Signals, tmp_path: Path
) -> None:
    """It tells its addresses, answers there, and ends with 0 and nothing on stderr."""
    with running("sandbox", folder=tmp_path) as process:
        text = read_until(process, "Ctrl-C")
        jwks_url = re.findall(r"JWKS URL +(\S+)", text)[0]
        jwks = requests.get(jwks_url, timeout=TIMEOUT_S).json()
        process.send_signal(stop)
        _, errors = process.communicate(timeout=TIMEOUT_S)

    assert jwks["keys"]
    assert re.search(
        r"token URL +http://127.0.0.1:\d+/v1/picasso-guard/auth/token", text
    )
    assert (process.returncode, errors) == (0, "")


GET_TOKEN = """
import paynet_nb as pn
token = pn.ClientCredentialsAuth(pn.Credentials.from_env()).get_token()
print(token.scope)
"""


def test_the_sandbox_hands_its_keys_over_in_a_file(tmp_path: Path) -> None:
    """Only its owner can read it, from_env takes them, and it goes with the sandbox."""
    keys = tmp_path / "sandbox.env"

    with running("sandbox", "--keys", keys.name, folder=tmp_path) as process:
        text = read_until(process, "Ctrl-C")
        mode = stat.S_IMODE(keys.stat().st_mode)
        pairs = dict(line.split("=", 1) for line in keys.read_text().splitlines())
        used = python(GET_TOKEN, **pairs)
        process.send_signal(signal.SIGINT)
        rest, errors = process.communicate(timeout=TIMEOUT_S)

    assert (used.stdout, used.stderr) == ("rpp:merchant\n", "")
    assert mode == 0o600
    assert pairs["PAYNET_CLIENT_SECRET"] not in text + rest + errors
    assert not keys.exists()


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGHUP])
def test_the_keys_go_however_the_sandbox_is_ended(
    stop: signal.Signals, tmp_path: Path
) -> None:
    """`kill`, a container that stops, a terminal that is closed."""
    keys = tmp_path / "sandbox.env"

    with running("sandbox", "--keys", keys.name, folder=tmp_path) as process:
        read_until(process, "Ctrl-C")
        assert keys.exists()
        process.send_signal(stop)
        _, errors = process.communicate(timeout=TIMEOUT_S)

    assert (process.returncode, errors) == (0, "")
    assert not keys.exists()


def test_the_sandbox_overwrites_no_file_with_its_keys(tmp_path: Path) -> None:
    """A file that is there is left as it is, and the sandbox does not serve."""
    keys = tmp_path / "keys"
    keys.write_text("mine")

    with running("sandbox", "--keys", keys.name, folder=tmp_path) as process:
        text, errors = process.communicate(timeout=TIMEOUT_S)

    assert (process.returncode, text, keys.read_text()) == (1, "", "mine")
    assert re.fullmatch(r"paynet-nb: keys cannot be made: .+\n", errors)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
@pytest.mark.parametrize(
    "argv", [["sandbox", "--keys", "keys.env"], ["lab", "--copy-only", "books"]]
)
def test_a_disk_without_room_is_told_in_one_line(
    tmp_path: Path, argv: list[str]
) -> None:
    """No half of a file is left, which the next run would keep."""
    ended = subprocess.run(
        [sys.executable, "-B", "-c", NO_ROOM.format(argv=argv)],
        cwd=tmp_path,
        check=False,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
    )

    assert ended.returncode == 1, ended.stderr
    assert re.fullmatch(r"paynet-nb: .* cannot be .*file too large.*\n", ended.stderr)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_an_unknown_scenario_is_told_in_one_line(tmp_path: Path) -> None:
    """The line lists those that there are."""
    with running("sandbox", "--scenario", "no-such", folder=tmp_path) as process:
        text, errors = process.communicate(timeout=TIMEOUT_S)

    assert (process.returncode, text) == (1, "")
    assert re.fullmatch(r"paynet-nb: .*no-such.*token-revoked.*\n", errors)
