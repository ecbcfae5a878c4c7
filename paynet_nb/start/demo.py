"""The whole path, from a key to a table, on the sandbox: what `paynet-nb demo` shows.

What this module does not do: it prints nothing, and it speaks to this machine only.
"""

from __future__ import annotations

import textwrap
import time
from collections.abc import Iterator, Sequence
from decimal import Decimal

from paynet_nb import frames
from paynet_nb.auth import ClientCredentialsAuth, Token, inspect_token
from paynet_nb.client import Client
from paynet_nb.history import History
from paynet_nb.paynet import machine, meaning, message_ids, sample_payment
from paynet_nb.sandbox import Sandbox
from paynet_nb.start.demo_signing import PAYMENT, Signed, signed_payments
from paynet_nb.wire import Call

WIDTH = 80  # columns
INDENT = "   "

ECHO = "/v1/picasso-guard/echo"
BANK_LIST = "/merchants/v1/payments/lists/bank"
NOWHERE = "/merchants/v1/payments/lists/shop"


def story() -> Iterator[str]:
    """Take each step of the path and tell it, one block of text after the other.

    A block is plain ASCII in at most 80 columns; neither secret nor token is in it.
    """
    started = time.perf_counter()
    with Sandbox() as box:
        auth = ClientCredentialsAuth(box.credentials)
        client = Client(auth)
        yield _gateway(box)
        token = auth.get_token()
        yield _token(token, box, client.history[0])
        yield _jwt(token, box)
        calls = [client.put(ECHO, json={"hello": "PayNet", "amount": Decimal("10.00")})]
        pages = _bank_pages(client)
        calls += pages
        calls.append(client.post(PAYMENT, json=sample_payment(1, Decimal("10.00"))))
        calls.append(client.post(PAYMENT, json=sample_payment(2, Decimal("100000.00"))))
        calls.append(client.get(NOWHERE))
        yield _calls(calls)
        yield _banks(pages)
        yield _history(client.history)
        yield _signed([*signed_payments(box, auth)])
    yield _where_next(time.perf_counter() - started)


def _gateway(box: Sandbox) -> str:
    return _block(
        "1. The gateway",
        f"It runs on {machine()} and answers in the form that PayNet publishes.",
        "It is not PayNet: its keys, banks and payments are made up, and where PayNet",
        "publishes nothing its answers are assumptions of ours.",
        "",
        f"address        {box.url}",
        f"Client ID      {box.credentials.client_id}, the name of an application",
        "Client Secret  redacted, the password of the application",
    )


def _token(token: Token, box: Sandbox, asked: Call) -> str:
    return _block(
        "2. The token: one request, as the curl line of PayNet's API-keys page",
        f"{asked.method} {asked.path}, and as a form:",
        *(f"  {field}" for field in box.requests[0].body.split("&")),
        f"answer: {asked.status_in_words}, {asked.elapsed_s * 1000:.0f} ms",
        "  access_token  redacted: whoever has it can act as the application",
        f"  token_type    {token.token_type}",
        f"  scope         {token.scope}",
        f"  expires_in    {token.expires_in:.0f} s, {token.life_s / 3600:.0f} hours",
    )


def _jwt(token: Token, box: Sandbox) -> str:
    report = inspect_token(token, keys=box.environment.jwks_url)
    table = report.to_frame()
    lines = []
    for name, value, text in zip(
        table["name"], table["value"], table["meaning"], strict=True
    ):
        # In one place both clocks: on three times they would hide what matters.
        explained = text.partition(",")[0] if name in ("nbf", "iat") else text
        first, *more = textwrap.wrap(explained, 41)
        lines.append(f"{name:<5}  {_short(value):<27}  {first}")
        lines += [f"{'':<36}{line}" for line in more]
    odd = ", ".join(found.code for found in report.findings) or "none"
    return _block(
        "3. Inside the token, a JWT: claim, value, meaning",
        *lines,
        f"signature fits the gateway's public key: {report.verified}; remarks: {odd}",
    )


def _bank_pages(client: Client) -> list[Call]:
    pages = [client.get(BANK_LIST, params=message_ids("650"))]
    while next_page := pages[-1].json().get("pageKey"):
        params = {**message_ids("650", len(pages) + 1), "pageKey": next_page}
        pages.append(client.get(BANK_LIST, params=params))
    return pages


def _calls(calls: Sequence[Call]) -> str:
    lines = [
        f"{call.method:<5} {call.path:<34} "
        f"{call.outcome:<8}{call.status:<4} "
        f"{call.code or '':<5} {call.reason or '':<8}"
        f"{call.elapsed_s * 1000:>3.0f} ms"
        for call in calls
    ]
    return _block(
        "4. Calls, each with the header Authorization: Bearer and the token",
        *lines,
        "",
        *_meanings(calls),
        "A refusal can come with 200: HTTP status and PayNet's code are two things.",
    )


def _meanings(calls: Sequence[Call]) -> list[str]:
    codes = [code for call in calls for code in (call.code, call.reason)]
    known = [f"{code}: {meaning(code)}" for code in dict.fromkeys(filter(None, codes))]
    return textwrap.wrap("; ".join(known), WIDTH - len(INDENT))


def _banks(pages: Sequence[Call]) -> str:
    banks = frames.main_table([bank for page in pages for bank in page.json()["banks"]])
    shown = banks[["code", "name", "active", "iosApplicationId"]].head()
    return _block(
        f"5. The bank list as a table: {len(pages)} pages, one row for each bank",
        *shown.fillna({"iosApplicationId": ""}).to_string().splitlines(),
        f"The first {len(shown)} of {len(banks)}. IDs stay text: no zero is lost.",
    )


def _history(history: History) -> str:
    table = history.to_frame()
    table["sent_at"] = table["sent_at"].dt.strftime("%H:%M:%S")
    columns = ["sent_at", "kind", "method", "outcome", "status", "elapsed_ms"]
    columns += ["code", "token"]
    shown = table[columns].fillna({"code": ""}).to_string(float_format="{:.0f}".format)
    return _block(
        "6. The history: what was sent, times in UTC",
        *shown.splitlines(),
        "Row 0 is the token request: asked for once, used by all that follows.",
        "The column token has a fingerprint of the token, not the token.",
    )


def _signed(payments: Sequence[Signed]) -> str:
    return _block(
        "7. Signed payments: one that is good, four that are broken, and why",
        f"{'what was done':<27}{'answer':<17}what explain_signature found",
        *(
            f"{one.mistake or 'as it must be':<27}{one.outcome:<17}"
            f"{one.cause or 'nothing wrong'}"
            for one in payments
        ),
        "The gateway says the same of all four. pn.explain_signature compares each",
        "step with what the server computed, and says what to do.",
    )


def _where_next(elapsed_s: float) -> str:
    return _block(
        f"8. Where next (this took {elapsed_s:.1f} s, and nothing left {machine()})",
        "paynet-nb lab       the same step by step, in eight lessons",
        "paynet-nb sandbox   this gateway for a program of yours, until Ctrl-C",
        "paynet-nb --help    all that there is",
        "",
        "With keys of your own: set PAYNET_CLIENT_ID and PAYNET_CLIENT_SECRET, and",
        "write pn.Credentials.from_env() where the notebooks have box.credentials.",
        "Calls then go to PayNet's Certification Centre.",
    )


def _block(title: str, *lines: str) -> str:
    return "\n".join([title, *(f"{INDENT}{line}".rstrip() for line in lines)])


def _short(value: object) -> str:
    """Cut a long number in hex, which says nothing to a person."""
    text = str(value)
    return f"{text[:8]}..." if len(text) == 32 else text
