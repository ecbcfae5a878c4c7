"""`paynet-nb sandbox --learners` and `paynet-nb trust`: how a class gets in."""

from __future__ import annotations

import csv
import re
import signal
import stat
from pathlib import Path

import pytest
import requests

import paynet_nb as pn
from paynet_nb.sandbox import Classroom
from paynet_nb.start import main
from tests.helpers.programs import TIMEOUT_S, running
from tests.start.test_command import read_until


def test_a_class_gets_its_keys_in_a_file_of_the_trainers(tmp_path: Path) -> None:
    """One key set a learner, for the trainer's eyes alone, for as long as it serves."""
    keys = tmp_path / "class.csv"

    words = ("sandbox", "--learners", "2", "--keys", keys.name)
    with running(*words, folder=tmp_path) as process:
        text = read_until(process, "Ctrl-C")
        mode = stat.S_IMODE(keys.stat().st_mode)
        rows = [*csv.DictReader(keys.read_text().splitlines())]
        line = re.findall(r"pn.login\((.+)\)$", text, re.MULTILINE)[0]
        # The printed line's environment, as the notebook has it.
        environment = eval(line, {"pn": pn})  # noqa: S307  # our own words
        sessions = [
            pn.login(
                environment,
                client_id=row["client_id"],
                client_secret=row["client_secret"],
            )
            for row in rows
        ]
        scopes = [session.auth.get_token().scope for session in sessions]
        process.send_signal(signal.SIGINT)
        rest, errors = process.communicate(timeout=TIMEOUT_S)

    assert mode == 0o600
    assert [row["learner"] for row in rows] == ["1", "2"]
    assert scopes == ["rpp:merchant"] * 2
    assert not [row for row in rows if row["client_secret"] in text + rest + errors]
    assert "programs of this machine only" in text
    assert (process.returncode, errors, keys.exists()) == (0, "", False)


def test_without_a_file_the_keys_are_printed(tmp_path: Path) -> None:
    """In the same form, to cut up and hand out."""
    with running("sandbox", "--learners", "2", folder=tmp_path) as process:
        text = read_until(process, "Ctrl-C")

    head, *rows = re.findall(r"^(?:learner|\d),.+$", text, re.MULTILINE)
    assert head == "learner,client_id,client_secret,base_url,token_url"
    assert [row.split(",")[0] for row in rows] == ["1", "2"]


def test_another_address_is_for_a_class(capsys: pytest.CaptureFixture[str]) -> None:
    """A sandbox of one's own serves its own machine only."""
    assert main(["sandbox", "--host", "0.0.0.0"]) == 1  # noqa: S104
    assert "add --learners" in capsys.readouterr().err


def test_a_learners_machine_trusts_what_has_the_fingerprint(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is saved serves as REQUESTS_CA_BUNDLE; another fingerprint saves nothing."""
    saved = tmp_path / "class.pem"
    with Classroom(1, host="0.0.0.0") as room:  # noqa: S104
        assert room.certificate
        other = room.certificate.fingerprint[:-2] + "zz"
        refused = main(["trust", room.url, other, "--out", str(saved)])
        assert (refused, saved.exists()) == (1, False)

        shown = room.certificate.fingerprint
        assert main(["trust", room.url, shown, "--out", str(saved)]) == 0
        page = requests.get(f"{room.url}/trainer", verify=str(saved), timeout=TIMEOUT_S)

    assert page.status_code == 401
    printed = capsys.readouterr()
    assert "another certificate" in printed.err
    assert f'os.environ["REQUESTS_CA_BUNDLE"] = {str(saved)!r}' in printed.out


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1", "127.0.0.1", "https://127.0.0.1:1"]
)
def test_what_has_no_certificate_is_told_in_one_line(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Plain HTTP, no URL, nobody there."""
    assert main(["trust", url, "AB", "--out", str(tmp_path / "x")]) == 1
    assert re.fullmatch(r"paynet-nb: .+\n", capsys.readouterr().err)
