"""Anything at all is sent to the sandbox: it answers, by its contract, and never 500.

Seeds are fixed here; others by `--hypothesis-seed=7` and `PAYNET_NB_FUZZ=10000`, the
number of requests. `python -m tests.benchmarks.hammer` sends ten thousand, and looks at
the memory, too.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import random
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests
from hypothesis import HealthCheck, Phase, given, settings

from paynet_nb.paynet import Operation
from paynet_nb.paynet.contract import sample, written
from paynet_nb.sandbox import Sandbox
from tests.benchmarks.hammer import answer_to, drawn as hammered, fault_in, send_slowly
from tests.sandbox.helpers import OPERATIONS, TIMEOUT_S, port_of, proof_for, token_of

REQUESTS = int(os.environ.get("PAYNET_NB_FUZZ", "300"))
# One call each of four families: a strategy is slow to make, and the calls of a family
# are made alike. The fuzz below has them all.
CHOSEN = ("list_banks", "transfer_v3", "start_refund", "download_report")
STRANGE: list[Any] = [
    *(None, True, 0, -1, 1e308, 10**400, "", "\x00", "\ud800", "é" * 9, "9" * 5000),
    *([], {}, [[]], {"": {}}, "2026-13-45", "NaN", "' or 1=1 --", "%00", "../../etc"),
]
PATHS = ["//", "/..", "/%00", "/%ff", "/%2e%2e/", "/?a=%ff", "/#", "/;x", "/*", "/v3/"]


def signer(box: Sandbox, called: Operation) -> Any:
    """Give what has a request of requests say who calls."""
    token = token_of(box)

    def sign(request: requests.PreparedRequest) -> requests.PreparedRequest:
        sent: Any = request.body or b""
        body = sent.encode() if isinstance(sent, str) else sent
        proof = proof_for(box, called, token, body=body, headers=request.headers)
        request.headers.update(proof)
        return request

    return sign


@pytest.mark.parametrize("name", CHOSEN)
def test_schemathesis_finds_no_answer_that_the_contract_has_not(
    common: Sandbox, name: str
) -> None:
    """An independent reader of the document: good and bad requests that it makes up."""
    if not os.environ.get("CI"):
        pytest.importorskip("schemathesis")
    import schemathesis
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi.checks import (
        content_type_conformance,
        response_schema_conformance,
        status_code_conformance,
    )

    url = f"{common.url}/openapi.json"
    called = OPERATIONS[name]
    path = called.base + called.path
    document: Any = schemathesis.openapi.from_url(url)
    loaded = document.include(path=path, method=called.method)
    operation = next(loaded.get_all_operations()).ok()
    sign = signer(common, called)
    checks = [
        *(not_a_server_error, status_code_conformance),
        *(content_type_conformance, response_schema_conformance),
    ]

    for mode in (
        schemathesis.GenerationMode.POSITIVE,
        schemathesis.GenerationMode.NEGATIVE,
    ):

        @settings(
            max_examples=2,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def answers_by_the_contract(case: Any) -> None:
            answer = case.call(base_url=common.url, auth=sign, timeout=TIMEOUT_S)
            case.validate_response(answer, checks=checks)

        answers_by_the_contract()


def test_whatever_is_sent_is_answered_without_a_fault_of_its_own(
    common: Sandbox,
) -> None:
    """Fields, headers, paths, methods and bytes drawn by chance, for every call."""
    chance = random.Random(13)  # noqa: S311 - the same in each run
    token = token_of(common)
    connection = http.client.HTTPConnection("127.0.0.1", port_of(common), TIMEOUT_S)
    for method, path, headers, body in drawn(common, chance, token):
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        text = answer.read()

        assert answer.status < 500, (method, path, body)
        assert b"Traceback" not in text
    connection.close()
    assert [one.answer_faults for one in common.requests if one.answer_faults] == []


def drawn(
    box: Sandbox, chance: random.Random, token: str
) -> Iterator[tuple[str, str, dict[str, str], bytes | None]]:
    """Draw requests: samples of calls, each with something strange in it."""
    for _ in range(REQUESTS):
        operation = chance.choice([*OPERATIONS.values()])
        example = sample(operation)
        headers = {**proof_for(box, operation, token), **example.headers}
        path = operation.base + example.path
        method = operation.method
        query = {**example.query}
        body = json.loads(written(example.body)) if example.body is not None else None
        match chance.randrange(6):
            case 0:
                path += chance.choice(PATHS)
            case 1:
                method = chance.choice(["GET", "POST", "PUT", "DELETE", "HEAD", "X"])
            case 2 if headers:
                headers[chance.choice([*headers])] = chance.choice(["", "0", "é" * 9])
            case 3 if query:
                query[chance.choice([*query])] = chance.choice(
                    ["", "0", "%ff", "9" * 99]
                )
            case _:
                spoil(body, chance)
        if query:
            path += "?" + "&".join(f"{name}={value}" for name, value in query.items())
        sent = None if body is None else json.dumps(body).encode()
        if sent and chance.random() < 0.2:
            cut = chance.randrange(len(sent))
            sent = sent[:cut] + chance.randbytes(chance.randrange(4))
        headers.setdefault("Content-Type", "application/json")
        if operation.scheme in {"jws", "pay-jwt"} and chance.random() < 0.9:
            # Signed once more, so that what is strange is not refused for that alone.
            headers |= proof_for(box, operation, body=sent or b"", headers=headers)
        yield method, path, {n: v.encode() for n, v in headers.items()}, sent  # type: ignore[misc]


def spoil(value: Any, chance: random.Random) -> None:
    """Put something strange somewhere into an object, or take a field away."""
    while isinstance(value, dict) and value:
        name = chance.choice([*value])
        if isinstance(value[name], dict) and chance.random() < 0.7:
            value = value[name]
        elif chance.random() < 0.2:
            del value[name]
            return
        else:
            value[name] = chance.choice(STRANGE)
            return


@pytest.mark.parametrize(
    "sent",
    [
        b"GET / HTTP/9.9\r\n\r\n",
        b"\x00\xff\r\n\r\n",
        b"POST /token HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -1\r\n\r\n",
        b"POST /token HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 2000001\r\n\r\n",
        b"POST /token HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        b"Transfer-Encoding: chunked\r\n\r\nzz\r\nno\r\n",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nA" + b"a" * 300_000,
        b"GET /%zz/../x HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n",
    ],
)
def test_broken_http_is_refused_in_a_line(common: Sandbox, sent: bytes) -> None:
    """Without a trace of the program, and the next one is served."""
    with socket.create_connection(("127.0.0.1", port_of(common)), TIMEOUT_S) as wire:
        wire.sendall(sent)
        answer = wire.recv(65536)

    assert answer.split(b" ", 2)[1] in {b"400", b"404", b"413", b"431"}
    assert b"Traceback" not in answer
    assert token_of(common)


def test_what_no_client_sends_is_no_malfunction(
    common: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    """Bytes at random, tricks in paths, broken heads and chunks, too large bodies."""
    port = port_of(common)
    sent = hammered(random.Random(13), port, 120)  # noqa: S311 - the same in each run
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda one: answer_to(one, port, 0.5), sent))

    assert [
        (one, f) for one, a in zip(sent, answers, strict=True) if (f := fault_in(a))
    ] == []
    assert any(one.startswith(b"HTTP/1.1 404 ") for one in answers)
    assert caplog.text == ""


def test_many_slow_senders_are_answered_beside_others(common: Sandbox) -> None:
    """Each sends a piece now and then; no thread waits for one of them."""
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(asyncio.run, send_slowly(port_of(common), 200, 5, 0.1))
        # More of them than there are threads to answer.
        assert [bool(token_of(common)) for _ in range(3)] == [True] * 3

    assert slow.result() == 200
