"""`contract.apply`: confirmed differences become the contract's word and a test."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

import paynet_nb as pn
from paynet_nb.history.drift import write_drift
from paynet_nb.paynet.contract.apply import main
from paynet_nb.sandbox import Sandbox
from tests.helpers.environments import run
from tests.helpers.records import call_of
from tests.history.test_drift import SECRET, WAYS, Proof
from tests.sandbox.helpers import OPERATIONS, shape_at

PACKAGE = Path(pn.__file__).parent
# In a process of its own: a contract is read once in one.
LOOK = """
import json, os, sys
import openapi_spec_validator, paynet_nb
from paynet_nb import History
from paynet_nb.paynet import document, written
openapi_spec_validator.validate(json.loads(written(document())))
assert paynet_nb.__file__.startswith(os.getcwd())
for row in History(path=sys.argv[1]).drift().to_dict("records"):
    print(row)
"""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Copy the package to where its contract may be changed."""
    shutil.copytree(
        PACKAGE,
        tmp_path / "copy/paynet_nb",
        ignore=shutil.ignore_patterns("__pycache__", "static"),
    )
    (tmp_path / "copy/tests").mkdir()
    return tmp_path / "copy"


def applied(copy: Path, drift: Path) -> int:
    """Apply a file to the copy."""
    folder = copy / "paynet_nb/paynet/contract"
    tests = str(copy / "tests")
    return main([str(drift), "--contract", str(folder), "--tests", tests])


def test_what_was_confirmed_is_the_contracts_word(
    httpserver: HTTPServer, copy: Path, tmp_path: Path
) -> None:
    """Fourteen ways and an unknown call: taken over, valid, and no drift any more."""
    journal, drift = tmp_path / "calls.sqlite", tmp_path / "drift.yaml"
    url = httpserver.url_for("").rstrip("/")
    place = pn.Environment(
        name="other", base_url=url, token_url=f"{url}/auth/token", stage="sandbox"
    )
    history = pn.History(path=journal)
    client = pn.Client(Proof({}), environment=place, history=history)
    for name, _, _, answer in WAYS:
        one = OPERATIONS[name]
        httpserver.expect_ordered_request(one.base + one.path).respond_with_response(
            answer
        )
        client.call(one.method, one.base + one.path)
    history.append(call_of(url=f"{url}/v9/accounts/1234567801/look", status=200))
    assert write_drift(history, drift) == len(WAYS) + 1
    text = drift.read_text("utf-8").replace("confirmed: false", "confirmed: true")
    code = 'element: "reason code"'
    text = text.replace(code, f'{code}\n    code: "X123"')
    drift.write_text(text, "utf-8")

    assert applied(copy, drift) == 0
    assert run(sys.executable, "-c", LOOK, journal, cwd=copy) == ""
    merchant = (copy / "paynet_nb/paynet/contract/merchant-v1.json").read_text("utf-8")
    field = """"maxLength": 19, "x-source": {"sure": "observed", "page": "drift"}"""
    assert field in " ".join(merchant.split())
    [test] = (copy / "tests").iterdir()
    written = test.read_text("utf-8")
    assert "'banks[].colour', 'a text of 19 characters')" in written
    assert SECRET not in text + written + merchant
    compile(written, str(test), "exec")


def test_the_test_fails_until_the_sandbox_answers_so() -> None:
    """Each way is one in which the sandbox's answer is not as was seen."""
    with Sandbox() as box:
        for name, element, came, _ in WAYS:
            one = OPERATIONS[name]
            if element != "reason code":
                kinds = shape_at(box, f"{one.method} {one.path}", element)
                assert kinds
                assert not any(kind.startswith(came) for kind in kinds), element
        assert shape_at(box, "GET /v9/accounts/.../look", "call") == {"status 404"}
        echo = "POST /v3/admin/echo"
        assert shape_at(box, echo, "headers.X-Api-Version") == {"a header"}


def test_what_is_not_confirmed_or_cannot_be_told_is_left(
    copy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A code without the code, a place that is not there; no file changes."""
    row = (
        '  - call: "GET /merchants/v1/payments/lists/bank"\n    status: "200"\n'
        '    element: "{}"\n    contract: "x"\n    came: "null"\n    confirmed: {}\n'
    )
    drift = tmp_path / "drift.yaml"
    whole = "".join(
        row.format(*one)
        for one in (("banks", "false"), ("reason code", "true"), ("no.where", "true"))
    )
    drift.write_text("# words\n\ndifferences:\n" + whole, "utf-8")

    assert applied(copy, drift) == 1
    assert [*(copy / "tests").iterdir()] == []
    out = capsys.readouterr().out.splitlines()
    assert out[0] == "0 of 2 confirmed differences taken over"
    assert len(out) == 3
    drift.write_text("differences:\n  - call GET\n", "utf-8")
    with pytest.raises(SystemExit, match="1"):
        applied(copy, drift)
    assert "line 2" in capsys.readouterr().err
