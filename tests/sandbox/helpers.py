"""Plain HTTP calls to a sandbox, without anything else of paynet_nb."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import time
import uuid
from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

import requests

from paynet_nb.paynet import (
    Operation,
    find_operation,
    message_ids,
    operations,
    sample,
    sample_payment,
)
from paynet_nb.paynet.contract import written
from paynet_nb.paynet.contract.validation import kind_of
from paynet_nb.sandbox import Sandbox
from paynet_nb.sandbox.signed_tokens import minified

TIMEOUT_S = 10
_NOTHING = object()

IDS = message_ids("650", day="20260102")
PAYMENT: dict[str, Any] = sample_payment(7, day="20260102")


def port_of(box: Sandbox) -> int:
    """Read the port from the address."""
    return int(box.url.rpartition(":")[2])


def until(condition: Callable[[], bool]) -> None:
    """Wait for *condition*, but not for ever."""
    end = time.monotonic() + TIMEOUT_S
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def token_form(box: Sandbox) -> dict[str, str]:
    """Give the three fields of the API-keys page."""
    return {
        "grant_type": "client_credentials",
        "client_id": box.credentials.client_id,
        "client_secret": box.credentials.client_secret.reveal(),
    }


def ask_token(
    box: Sandbox, path: str = "/v1/picasso-guard/auth/token"
) -> requests.Response:
    """Ask for a token as the API-keys page does."""
    url = box.url + path
    form = token_form(box)
    return requests.post(url, data=form, timeout=TIMEOUT_S, allow_redirects=False)


def token_of(box: Sandbox) -> str:
    """Get a token's text."""
    return str(ask_token(box).json()["access_token"])


def call(
    box: Sandbox,
    method: str,
    path: str,
    *,
    token: str | None = None,
    **options: Any,
) -> requests.Response:
    """Make one call, with *token* or with a new one."""
    headers = {"Authorization": f"Bearer {token or token_of(box)}"}
    headers |= options.pop("headers", {})
    return requests.request(
        method,
        box.url + path,
        headers=headers,
        timeout=TIMEOUT_S,
        allow_redirects=False,
        **options,
    )


def bank_list(
    box: Sandbox, token: str | None = None, **changes: str | None
) -> requests.Response:
    """Ask for the bank list; a field changed to None is left out."""
    path = "/merchants/v1/payments/lists/bank"
    return call(box, "GET", path, token=token, params={**IDS, **changes})


def pay(box: Sandbox, token: str | None = None, **changes: Any) -> requests.Response:
    """Make the payment, some fields changed; None: left out."""
    body = {k: v for k, v in {**PAYMENT, **changes}.items() if v is not None}
    return call(box, "POST", "/merchants/v1/payments/redirect", token=token, json=body)


def payment_status(box: Sandbox, payment: str) -> requests.Response:
    """Ask how far a payment is."""
    path = "/merchants/v1/payments/payment/status"
    return call(box, "GET", path, params={**IDS, "endToEndId": payment})


def outcome(response: requests.Response) -> tuple[int, str, str]:
    """Give HTTP status, PayNet's status code and PayNet's reason code."""
    status = response.json()["header"]["status"]
    return response.status_code, status["code"], status["reason"]


OPERATIONS = {one.id: one for one in operations() if one.known}


def ask(
    box: Sandbox,
    name: str,
    changes: Mapping[str, Any] | None = None,
    *,
    headers: Mapping[str, str | None] | None = None,
    **query: str,
) -> requests.Response:
    """Make the contract's sample call, some fields of its body or headers changed.

    Args:
        box: The sandbox.
        name: The call, as the contract names it.
        changes: What to put at places like "appHeader.transactionId"; None: left out.
        headers: The same for headers.
        query: The same for the query, or for the {names} of the path.
    """
    operation = OPERATIONS[name]
    example = sample(operation)
    body = deepcopy(example.body)
    for place, value in (changes or {}).items():
        *way, last = place.split(".")
        inside = body
        for step in way:
            inside = inside[step]
        inside.pop(last, None) if value is None else inside.update({last: value})
    form = name in {"get_token", "get_reports_token"}
    kind = {} if form or body is None else {"Content-Type": "application/json"}
    if form:
        content: dict[str, Any] = {"data": token_form(box)}
    elif body is None:
        content = {}
    else:
        # Half a character becomes the escape that JSON writes it by.
        text = written(body, 10**6).encode(errors="backslashreplace")
        content = {"data": minified(text)}
    given = {**example.headers, **kind, **(headers or {})}
    signed = b"" if form else content.get("data", b"")
    proof = proof_for(box, operation, body=signed, headers=given)
    sent = {**proof, **given}
    named = "{" in operation.path and bool(query)
    path = operation.path.format_map(query) if named else example.path
    return requests.request(
        operation.method,
        box.url + operation.base + path,
        params={} if named else {**example.query, **query},
        headers={name: value for name, value in sent.items() if value is not None},
        timeout=TIMEOUT_S,
        allow_redirects=False,
        **content,
    )


def proof_for(
    box: Sandbox,
    operation: Operation,
    token: str | None = None,
    *,
    body: bytes = b"",
    headers: Mapping[str, Any] | None = None,
) -> dict[str, str]:
    """Give the headers that say who calls, with *token* or with a new one."""
    if operation.scheme == "none":
        return {}
    if operation.scheme in {"jws", "pay-jwt"}:
        own = own_token(box, operation.scheme, body, headers or {})
        return {"Authorization": f"Bearer {own}"}
    proof = {"Authorization": f"Bearer {token or token_of(box)}"}
    if operation.scheme == "reports-hmac":
        secret = box.credentials.client_secret.reveal().encode()
        stamp = str(int(box.clock.now()))
        signed = hmac.new(secret, stamp.encode(), hashlib.sha256).hexdigest()
        proof |= {"X-Timestamp": stamp, "X-Signature": signed}
    return proof


def own_token(
    box: Sandbox, scheme: str, body: bytes, headers: Mapping[str, Any], **changes: Any
) -> str:
    """Sign a participant's or acquirer's call with the sandbox's key."""
    now = int(box.clock.now())
    claims = {"iat": now, "exp": now + 900, "iss": "CTOHMYK1"}
    claims |= {"key": box.participant_key.serial}
    if scheme == "jws":
        message_id = headers.get("X-Business-Message-Id") or "none"
        claims |= {"jti": message_id, "ds": hashlib.sha256(body).hexdigest()}
    else:
        claims |= {"sub": "M0000001", "jti": str(uuid.uuid4())}
        claims |= {"data": body.decode("utf-8", "replace")} if body else {}
    return box.participant_key.jws(json.dumps({**claims, **changes}).encode())


def code_in(response: requests.Response) -> str:
    """Find PayNet's reason code in an answer of any family."""
    body = response.json()
    if "resp" in body:
        return str(body["resp"].get("reason", body["resp"]).get("code"))
    if "header" in body:
        return str(body["header"]["status"]["reason"])
    data = body.get("data")
    return str(body.get("message") or (data or {}).get("reason"))


def shape_at(box: Sandbox, call: str, element: str) -> set[str]:
    """Give the kinds of what the sandbox answers a sample call at one place."""
    method, _, path = call.partition(" ")
    operation = find_operation(method, path)
    if operation is None or not operation.known:
        url = box.url + re.sub(r"\{.*?\}|\.\.\.", "1", path)
        found = requests.request(method, url, timeout=TIMEOUT_S)
        return {f"status {found.status_code}"}
    answer = ask(box, operation.id)
    if element == "status":
        return {str(answer.status_code)}
    if element == "content type":
        return {answer.headers["Content-Type"].partition(";")[0]}
    if element.startswith("headers."):
        there = element.removeprefix("headers.") in answer.headers
        return {"a header" if there else "nothing"}
    values = [answer.json()]
    for step in re.findall(r"\[\]|[^.\[\]]+", "" if element == "answer" else element):
        if step == "[]":
            values = [one for several in values for one in several]
        else:
            values = [one.get(step, _NOTHING) for one in values]
    return {"nothing" if one is _NOTHING else kind_of(one) for one in values}
