"""Plain HTTP calls to a sandbox, without anything else of paynet_nb."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import requests

from paynet_nb.paynet import message_ids, sample_payment
from paynet_nb.sandbox import Sandbox

TIMEOUT_S = 10

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


def pay(box: Sandbox, **changes: Any) -> requests.Response:
    """Make the payment, some fields changed; None: left out."""
    body = {k: v for k, v in {**PAYMENT, **changes}.items() if v is not None}
    return call(box, "POST", "/merchants/v1/payments/redirect", json=body)


def payment_status(box: Sandbox, payment: str) -> requests.Response:
    """Ask how far a payment is."""
    path = "/merchants/v1/payments/payment/status"
    return call(box, "GET", path, params={**IDS, "endToEndId": payment})


def outcome(response: requests.Response) -> tuple[int, str, str]:
    """Give HTTP status, PayNet's status code and PayNet's reason code."""
    status = response.json()["header"]["status"]
    return response.status_code, status["code"], status["reason"]
