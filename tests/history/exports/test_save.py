"""`History.save`: what other tools read in the files."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
import time
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet  # it has no types
import pytest
from werkzeug import Response

import paynet_nb as pn
from paynet_nb import frames
from paynet_nb.wire import fit_to_share
from tests.helpers.gateway import Gateway, answer
from tests.helpers.programs import TIMEOUT_S
from tests.helpers.records import call_of

SHEETS = {"xlsx": frames.xlsx_texts, "parquet": frames.parquet_texts}
ENDINGS = ["csv", "xlsx", "parquet", "jsonl", "har"]
FORMULA = re.compile("[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")


def sample(gateway: Gateway) -> pn.History:
    """Record a token request, a call that went well, and one without an answer."""
    client = gateway.client()
    status = {"code": "ACSP", "reason": "U000"}
    message = {"header": {"status": status, "messageId": "00123"}, "amount": "10.00"}
    gateway.api = lambda _: answer(message)
    sent = {"amount": Decimal("10.00"), "name": "Nurul 张 😀"}
    client.post("/x", params={"a": ["1", "2"]}, json=sent, label="Café, \"A\" 'B'")
    client.history.append(
        replace(client.history[-1], status=None, headers={}, body=b"", error="no way")
    )
    return client.history


@pytest.mark.parametrize("ending", ENDINGS)
def test_each_format_is_saved_for_its_owner_only(
    gateway: Gateway, tmp_path: Path, ending: str
) -> None:
    """One file, mode 0600, and nothing left beside it; an older one is replaced."""
    path = tmp_path / f"calls.{ending.upper()}"
    path.write_text("older")

    sample(gateway).save(str(path))

    assert list(tmp_path.iterdir()) == [path]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_bytes() != b"older"


def test_parquet_keeps_the_types(gateway: Gateway, tmp_path: Path) -> None:
    """They are the same in each file, of an empty history, too."""
    history = sample(gateway)
    history.save(tmp_path / "calls.parquet")
    pn.History().save(tmp_path / "none.parquet")

    table = pyarrow.parquet.read_table(tmp_path / "calls.parquet")
    none = pyarrow.parquet.read_table(tmp_path / "none.parquet")

    types = {name: str(table.schema.field(name).type) for name in table.column_names}
    assert list(types) == list(history.to_frame())
    assert types["sent_at"] == "timestamp[us, tz=UTC]"
    assert types["status"] == "int64"
    assert types["message_id"] in ("string", "large_string")
    assert table.schema.equals(none.schema)
    assert table.column("message_id").to_pylist()[1] == "00123"
    assert table.column("status").to_pylist() == [200, 200, None]


def test_json_lines_hold_headers_and_bodies(gateway: Gateway, tmp_path: Path) -> None:
    """One object a line, bodies as they were; a digit more or less would be a fault."""
    history = sample(gateway)
    history.save(tmp_path / "calls.jsonl")

    lines = (tmp_path / "calls.jsonl").read_text("utf-8").splitlines()

    token, call, failed = map(json.loads, lines)
    assert set(history.to_frame()) <= call.keys()
    assert token["kind"] == "token"
    assert token["request_body"].endswith("client_secret=[client secret]")
    assert call["request_headers"]["Authorization"].startswith("Bearer [token #")
    assert call["request_body"] == '{"amount":10.00,"name":"Nurul 张 😀"}'
    assert json.loads(call["response_body"])["amount"] == "10.00"
    assert (call["status"], call["code"], call["reason"]) == (200, "ACSP", "U000")
    assert (failed["status"], failed["error"]) == (None, "no way")


@pytest.mark.parametrize("ending", ["jsonl", "har"])
@pytest.mark.parametrize("body", [b"\x89PNG\r\n\xff", "PNG".encode("utf-16-le")])
def test_a_body_that_is_no_text_is_left_out(
    gateway: Gateway, tmp_path: Path, ending: str, body: bytes
) -> None:
    """Its length is there."""
    gateway.api = lambda _: Response(body * 9, 200)
    client = gateway.client()
    client.get("/x")
    client.history.save(tmp_path / f"calls.{ending}")

    text = (tmp_path / f"calls.{ending}").read_text("ascii")

    assert "PNG" not in text.replace("\\u0000", "")
    assert f'_bytes": {len(body * 9)},' in text or f'"size": {len(body * 9)},' in text


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_empty_history_can_be_saved(tmp_path: Path, ending: str) -> None:
    """So that a program need not ask first."""
    pn.History().save(tmp_path / f"calls.{ending}")

    assert (tmp_path / f"calls.{ending}").exists()


def test_position_and_address_are_masked_unless_asked_for(
    gateway: Gateway, tmp_path: Path
) -> None:
    """Also where an answer repeats them; the history keeps them."""
    place, address = "3.1390, 101.6869", "203.0.113.7"
    gateway.api = lambda request: answer(dict(request.headers), X_Ip_Address=address)
    client = gateway.client()
    client.get("/x", headers={"x-gps-coordinates": place, "X-Ip-Address": address})

    for ending in ENDINGS:
        path = tmp_path / f"calls.{ending}"
        client.history.save(path)
        masked = path.read_bytes().decode("utf-8", "replace")
        client.history.save(path, personal=True)
        whole = path.read_bytes().decode("utf-8", "replace")

        assert place not in masked
        assert address not in masked
        if ending in ("jsonl", "har"):
            assert place in whole
            assert address in whole
    assert place in str(client.history[-1].request_headers)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("X-Forwarded-For", "203.0.113.77, 10.0.0.1"),
        ("Forwarded", 'for="203.0.113.77";proto=https;by=10.0.0.1'),
        ("x-real-ip", "203.0.113.77"),
        ("X-Client-IP", "203.0.113.77"),
        ("True-Client-IP", "203.0.113.77"),
        ("CF-Connecting-IP", "203.0.113.77"),
    ],
)
def test_an_address_that_a_proxy_tells_is_masked(
    gateway: Gateway, tmp_path: Path, name: str, value: str
) -> None:
    """As PayNet's own header is, also where an answer repeats one of several."""
    gateway.api = lambda _: answer({"from": "203.0.113.77", "proto": "https"})
    client = gateway.client()
    client.get("/x", headers={name: value})

    client.history.save(tmp_path / "calls.har")
    client.history.report(tmp_path / "calls.html")

    for path in tmp_path.iterdir():
        assert "203.0.113.77" not in path.read_text("utf-8")
        assert "https" in path.read_text("utf-8")
    assert "203.0.113.77" not in client.history[-1].to_curl()
    assert value in str(client.history[-1].request_headers)


@pytest.mark.parametrize(
    ("told", "name", "written"),
    [
        ("203.0.113.77", "X-IP-Address", "203.0.113.77"),
        ("203.0.113.77", "X-IP-Address", "203%2E0%2E113%2E77"),
        ("203.0.113.77", "X-Device-IP", "::ffff:203.0.113.77"),
        ("2001:db8::1", "x_ip_address", "2001:DB8:0:0:0:0:0:1"),
        ("2001:db8::1", "X-IP-Address", "2001%3Adb8%3A%3A1"),
        ("3.139003,101.686855", "X-GPS-Coordinates", "3.139003%2C101.686855"),
        ("3.139003,101.686855", "X-GPS-Coordinates", "lat=3.1390030;lon=101.686855E"),
        ("lat 3 lon 101", "X-Gps-Position", "lat+3+lon+101"),
    ],
)
def test_position_and_address_are_masked_wherever_they_stand(
    tmp_path: Path, told: str, name: str, written: str
) -> None:
    """In URL, other headers, bodies and labels, of this call and of the next one."""
    history = pn.History()
    for headers in ({name: told}, {}):
        history.append(
            call_of(
                url=f"https://api.example.my/x/{written}?a={written}&b=10.0000",
                request_headers={**headers, "X-Note": f"at {written} now"},
                headers={"X-Seen-From": written, "Server": "nginx/203.0.113.7"},
                body=f'{{"from": "{written}", "amount": "10.0000"}}'.encode(),
                label=f"from {written}",
                error=f"no answer to {written}",
            )
        )

    for ending in ENDINGS:
        path = tmp_path / f"calls.{ending}"
        history.save(path)
        read = SHEETS.get(ending)
        kept = read(path) if read else path.read_text("utf-8")
        assert written not in kept
        assert "10.0000" in kept
    history.report(tmp_path / "calls.html")
    assert written not in (tmp_path / "calls.html").read_text("utf-8")
    assert written not in history[0].to_curl() + history[0].to_python()
    assert "nginx/203.0.113.7" in (tmp_path / "calls.har").read_text("utf-8")
    assert written in history[0].url


@pytest.mark.parametrize("piece", ["1.23456 ", ":", "1:", "%3A", "1.2.3.4:", "f", "1."])
def test_looking_for_addresses_takes_time_as_a_body_is_long(piece: str) -> None:
    """Whatever a server sends; by the square it were minutes."""
    body = (piece * 300_000)[:300_000].encode()
    call = call_of(request_headers={"X-IP-Address": "203.0.113.77"}, body=body)

    started = time.process_time()
    fit_to_share(call)

    assert time.process_time() - started < 5


@pytest.mark.parametrize("name", ["calls.txt", "calls", ".csv", "calls.csv.gz"])
def test_another_ending_is_refused(tmp_path: Path, name: str) -> None:
    """The message lists those that there are."""
    with pytest.raises(pn.ConfigurationError, match=r"\.csv, \.xlsx, \.parquet"):
        pn.History().save(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_a_tilde_is_the_home_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For the journal, the file and the report alike; no shell opens it here."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))

    history = pn.History("~/calls.sqlite")
    history.append(call_of())
    history.save("~/calls.csv")
    history.report(Path("~/calls.html"))

    for name in ("calls.sqlite", "calls.csv", "calls.html"):
        assert (tmp_path / name).stat().st_size


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    """It is not made: it may be a slip of the pen."""
    with pytest.raises(pn.ConfigurationError, match=r"there is no folder .*nowhere"):
        pn.History().save(tmp_path / "nowhere" / "calls.csv")


@pytest.mark.parametrize(
    ("ending", "package"), [("xlsx", "openpyxl"), ("parquet", "pyarrow")]
)
def test_without_its_package_a_format_says_what_to_install(
    tmp_path: Path, ending: str, package: str
) -> None:
    """And leaves nothing behind."""
    missing, folder = tmp_path / "missing", tmp_path / "folder"
    missing.mkdir()
    folder.mkdir()
    # Not None in sys.modules: pandas 2 would take that for the package.
    (missing / f"{package}.py").write_text("raise ImportError")
    program = (
        "import paynet_nb as pn\n"
        f"try: pn.History().save('calls.{ending}')\n"
        "except pn.ConfigurationError as error: print(error)\n"
    )

    printed = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": f"{missing}{os.pathsep}{Path(pn.__file__).parents[1]}"},
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
    ).stdout

    assert "pip install 'paynet_nb[files]'" in printed
    assert list(folder.iterdir()) == []
