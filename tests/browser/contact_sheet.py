"""A contact sheet: each state of each card and form, one picture a theme and width."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

from anywidget import AnyWidget
from playwright.sync_api import Browser, Locator, Page, expect
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

import paynet_nb as pn
from paynet_nb.paynet import sample_payment
from paynet_nb.sandbox import Sandbox
from paynet_nb.widgets import HistoryView, TokenCard
from tests.browser.visits import visiting
from tests.helpers.bare_page import BarePage
from tests.helpers.gateway import Gateway, answer
from tests.helpers.jwts import changed, part

# What JupyterLab 4 sets, as far as the widgets ask for it.
_LIGHT = {
    "layout-color1": "#fff",
    "ui-font-color1": "#000000de",
    "ui-font-color2": "#0000008a",
    "border-color1": "#bdbdbd",
    "border-color2": "#e0e0e0",
    "brand-color1": "#1976d2",
    "success-color1": "#388e3c",
    "warn-color1": "#f57c00",
    "error-color1": "#d32f2f",
}
_DARK = {
    "layout-color1": "#111",
    "ui-font-color1": "#fff",
    "ui-font-color2": "#ffffffb3",
    "border-color1": "#616161",
    "border-color2": "#424242",
    "brand-color1": "#1976d2",
    "success-color1": "#4caf50",
    "warn-color1": "#ff9800",
    "error-color1": "#f44336",
}
# A sheet's name, its theme, and the width of a notebook's output in CSS pixels: on a
# laptop of 1366, and in a window of 700.
SHEETS = [("light", _LIGHT, 940), ("dark", _DARK, 940), ("narrow", _LIGHT, 580)]
_BANKS = "/merchants/v1/payments/lists/bank"
_PAY = "/merchants/v1/payments/redirect"
_ADD = """
([title, html]) => {
  const heading = document.createElement("h2");
  heading.textContent = title;
  const shown = document.createElement("div");
  shown.innerHTML = html;
  document.querySelector("main").append(heading, shown);
}
"""


class State(NamedTuple):
    """One state of what a person sees.

    Attributes:
        title: In words.
        shown: A widget, or what has `_repr_html_`.
        act: What a person does to it then.
    """

    title: str
    shown: Any
    act: Callable[[Locator], object] = lambda _: None


def take(browser: Browser, folder: Path) -> list[Path]:
    """Take a sheet of each kind; give where they are."""
    folder.mkdir(parents=True, exist_ok=True)
    taken = []
    for name, theme, width in SHEETS:
        with visiting(browser) as page, states() as all_states:
            bare = BarePage(page)
            page.set_viewport_size({"width": width + 40, "height": 768})
            page.add_style_tag(content=_style(theme))
            for state in all_states:
                _show(page, bare, state)
            taken.append(folder / f"{name}.png")
            page.screenshot(path=taken[-1], full_page=True, animations="disabled")
    return taken


def _style(theme: dict[str, str]) -> str:
    variables = ";".join(f"--jp-{name}: {value}" for name, value in theme.items())
    return (
        f":root {{ {variables}; background: var(--jp-layout-color1);"
        "color: var(--jp-ui-font-color1); font: 13px sans-serif }"
        "body { margin: 8px 20px } h2 { font-size: 12px; margin: 14px 0 4px }"
    )


def _show(page: Page, bare: BarePage, state: State) -> None:
    html = "" if isinstance(state.shown, AnyWidget) else state.shown._repr_html_()
    page.evaluate(_ADD, [state.title, html])
    if not html:
        state.act(bare.show(state.shown))


@contextmanager
def states() -> Iterator[Iterator[State]]:
    """Give all states, of a sandbox and of a server that answers otherwise."""
    over = threading.Event()
    with Sandbox() as box, HTTPServer(threaded=True) as server:
        try:
            yield _states(box, Gateway(server), over)
        finally:
            over.set()


def _states(box: Sandbox, other: Gateway, over: threading.Event) -> Iterator[State]:
    yield State("A sandbox", box)
    yield State("An environment", pn.CERTIFICATION)
    yield State("Production", pn.REPORTS_PRODUCTION)
    yield from _forms(box)
    yield from _tokens(box)
    yield from _calls(box)
    yield from _calls_elsewhere(other, over)


def _forms(box: Sandbox) -> Iterator[State]:
    yield State("Credentials", pn.CredentialForm(box, pn.CERTIFICATION))
    yield State(
        "Credentials, held", pn.CredentialForm(box), _press("Use the sandbox's keys")
    )
    yield State(
        "Credentials, the page's own text",
        pn.CredentialForm(pn.CERTIFICATION),
        _typed("<your client id>", "YOUR_CLIENT_SECRET"),
    )
    yield State(
        "Credentials, refused",
        pn.CredentialForm(box.environment),
        _typed(box.credentials.client_id, "Zr8-not-the-secret"),
    )
    yield State(
        "Credentials, no network",
        pn.CredentialForm(pn.CERTIFICATION),
        _typed("0123456789abcdef", "Zr8-some-secret"),
    )
    yield State("Credentials, production", pn.CredentialForm(pn.REPORTS_PRODUCTION))
    yield State("A signing key", pn.KeyForm())


def _tokens(box: Sandbox) -> Iterator[State]:
    auth = pn.ClientCredentialsAuth(box.credentials)
    token = auth.get_token()
    yield State("A token", TokenCard(token))
    yield State("A token, without its kernel", token)
    keys = box.environment.jwks_url
    yield State("A token, verified", TokenCard(pn.inspect_token(token, keys=keys)))
    header, _, signature = token.access_token.split(".")
    forged = f"{header}.{part(changed())}.{signature}"
    yield State("A token, forged", TokenCard(pn.inspect_token(forged, keys=keys)))
    yield State("A token, ended", TokenCard(pn.inspect_token(pn.SAMPLE_TOKEN)))
    other = pn.ClientCredentialsAuth(box.credentials)
    yield State("A token, forgotten", TokenCard(other.get_token()), _press("Forget"))


def _calls(box: Sandbox) -> Iterator[State]:
    client = pn.Client(pn.ClientCredentialsAuth(box.credentials))
    yield State("Good", client.get(_BANKS, params=box.example("bank list", 1)))
    payment = {**sample_payment(), "amount": "999999999.00"}
    yield State("Refused under 200", client.post(_PAY, json=payment))
    with box.scenario("api-reset"), suppress(pn.CallError):
        client.post(_PAY, json=box.example("payment", 3))
    yield State("Unknown", client.history[-1])
    yield State("Unknown, explained", client.history[-1].explain())
    yield State("Failed", client.get(f"{_BANKS}s", label="a typo"))
    with box.scenario("api-429"):
        yield State("Failed, busy", client.get(_BANKS))
    key = box.merchant_key
    stranger = pn.MerchantSignature(client.auth, pn.SigningKey.generate(), key.serial)
    refused = pn.Client(stranger, history=client.history).post(
        _PAY, json=box.example("payment", 9), label="a stranger's key"
    )
    yield State("A signature, explained", pn.explain_signature(refused, key))
    rows = [{"params": box.example("bank list", n)} for n in range(10, 30)]
    requests = [{"method": "GET", "path": _BANKS, **row} for row in rows]
    client.call_many(requests, progress=False)
    yield State("History", HistoryView(client.history))
    yield State("History, a still picture", client.history)
    yield State("History, drawn", client.history.plot().figure)
    ids = [call for call in client.history if call.path == _BANKS][-2:]
    yield State("Two answers", pn.compare(*ids))
    yield State("A request", pn.RequestForm(client))
    yield State("A request, refused", pn.RequestForm(client), _send_sample)


def _calls_elsewhere(server: Gateway, over: threading.Event) -> Iterator[State]:
    """Show the outcomes on a server that is not our sandbox."""
    client = server.client(timeout=1)
    answers: dict[str, Callable[[Request], Response]] = {
        "RJCT under 200": lambda _: answer(_status("RJCT", "U112")),
        "ACTC with KMS.002": lambda _: answer(_status("ACTC", "KMS.002")),
        "A code that nobody knows": lambda _: answer(_status("ZZZZ", "X999")),
        "No code": lambda _: answer({"ok": True}),
        "500": lambda _: Response("<h1>oops</h1>", 500, content_type="text/html"),
    }
    for title, script in answers.items():
        server.api = script
        called = client.post(_PAY, json=sample_payment())
        yield State(f"Another server: {title}", called)
    server.api = lambda _: Response(str(over.wait(30)))
    with suppress(pn.CallError):
        client.post(_PAY, json=sample_payment())
    yield State("Another server: no answer in time", client.history[-1])


def _status(code: str, reason: str) -> dict[str, Any]:
    return {"header": {"status": {"code": code, "reason": reason}}}


def _press(button: str) -> Callable[[Locator], None]:
    def act(widget: Locator) -> None:
        widget.get_by_role("button", name=button, exact=True).click()
        _settled(widget)

    return act


def _typed(client_id: str, secret: str) -> Callable[[Locator], None]:
    def act(form: Locator) -> None:
        form.get_by_label("Client ID", exact=True).fill(client_id)
        form.get_by_label("Client Secret", exact=True).fill(secret)
        form.get_by_role("button", name="Get token").click()
        _settled(form)

    return act


def _send_sample(form: Locator) -> None:
    endpoint = form.locator("option", has_text=f"POST {_PAY}").first
    form.get_by_label("Known endpoints").select_option(endpoint.inner_text())
    form.get_by_role("button", name="Send").click()
    _settled(form)


def _settled(widget: Locator) -> None:
    asking = widget.locator("[role=status][data-state=asking]")
    expect(asking).to_have_count(0)
