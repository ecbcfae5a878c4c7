"""`BankPage`: a bank's page, where a payer approves or refuses; a sandbox plays it.

A merchant sends the payer there with what PayNet answered: at the bank's address come
EndtoEndId, EndtoEndIdSignature and DbtrAgt, the bank's BIC.

Sandbox assumptions: all that is on the page; that it is open for an hour, after which
PayNet's page has a merchant ask how a payment ended; that the payment of an opened page
waits for the press, and that one of a page left open is refused (D107), as a cancelled
one is (D104); ReturnUrl, in place of the address that a merchant registers at PayNet,
and that EndtoEndId comes back with it.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import Flask, Response, request

from paynet_nb.display import escape
from paynet_nb.errors import ConfigurationError
from paynet_nb.paynet import is_loopback
from paynet_nb.sandbox import rules
from paynet_nb.sandbox.answers import status_of, words_of
from paynet_nb.sandbox.asked import Asked
from paynet_nb.sandbox.banks import made_up_banks
from paynet_nb.sandbox.clock import Clock
from paynet_nb.sandbox.ledger import Ledger
from paynet_nb.sandbox.pages import HEADERS, is_of_another_site, whole_page
from paynet_nb.sandbox.tokens import TokenDesk

# PayNet's simulator has it below the bank's address (laravel-duitnow).
PATH = "/RPP/MY/Redirect/RTP"
ENDPOINT = "bank page"
OPEN_S = 3600.0
APPROVE, REFUSE = "approve", "refuse"
_CANCELLED, _LEFT = "D104", "D107"
_OPEN = frozenset({"RECEIVED", "PDNG", "PDAU"})
_UNPRESSED = "cause if approved"  # what a row of an opened page has and no other
_SEEN = "seen"  # whether a look was answered with the state that it has

# A browser asks the page whether it may be sent back to the merchant, too.
_BACK = " ".join(
    f"{scheme}://{host}:*"
    for scheme in ("http", "https")
    for host in ("127.0.0.1", "localhost")
)
_POLICY = "Content-Security-Policy"
_HEADERS = {**HEADERS, _POLICY: HEADERS[_POLICY].replace("'self'", f"'self' {_BACK}")}

Tell = Callable[[str, dict[str, Any]], None]


class _Payment(NamedTuple):
    """A payment or a consent: its name from start to end, its row, the row's table."""

    end_to_end_id: str
    row: dict[str, Any]
    table: str

    @property
    def is_consent(self) -> bool:
        return self.row.get("terms") is not None


class BankPage:
    """The bank's page of one sandbox.

    Args:
        app: Gets the page.
        desk: Signed the end-to-end IDs.
        ledger: What was told so far.
        clock: The sandbox's time.
        tell: Notifies of what was decided: a kind, and what it says.
        secret: What the page's forms are known by.
    """

    def __init__(
        self,
        app: Flask,
        desk: TokenDesk,
        ledger: Ledger,
        clock: Clock,
        tell: Tell,
        secret: str,
    ) -> None:
        self._desk = desk
        self._ledger = ledger
        self._clock = clock
        self._tell = tell
        self._secret = secret.encode()
        app.add_url_rule(PATH, ENDPOINT, self._respond, methods=["GET", "POST"])

    def address(self, root: str, end_to_end_id: str) -> str:
        """Give the page of a payment, at the first bank that has one.

        Raises:
            ConfigurationError: No such payment was started.
        """
        with self._found(end_to_end_id) as found:
            if found is None:
                raise _unknown(end_to_end_id)
            issuer = found.row.get("issuer", "")
        return page_at(root, end_to_end_id, self._desk.sign(end_to_end_id), issuer)

    def press(self, end_to_end_id: str, decision: str) -> str:
        """Approve or refuse as the payer; give the state that came of it.

        Raises:
            ConfigurationError: No such payment is open, it was decided before, or the
                decision is neither "approve" nor "refuse".
        """
        if decision not in {APPROVE, REFUSE}:
            raise ConfigurationError(
                f'{decision!r} is no decision; give "{APPROVE}" or "{REFUSE}"'
            )
        with self._found(end_to_end_id) as found:
            if found is None:
                raise _unknown(end_to_end_id)
            if found.row["status"] not in _OPEN:
                state = found.row["status"]
                raise ConfigurationError(
                    f"this payment was decided before: {state}; start another one, and "
                    "press before its status is asked for twice"
                )
            _decide(found, decision)
            state = str(found.row["status"])
        self._tell(*_told(found, self._desk.sign(found.end_to_end_id)))
        return state

    def _respond(self) -> Response:
        if is_of_another_site(request):
            return _page("Not from here", "<p>The form was on another site.</p>", 403)
        asked = request.args
        name, session = asked.get("EndtoEndId", ""), asked.get("session", "")
        due = self._desk.sign(name) if name else ""
        given = asked.get("EndtoEndIdSignature", "")
        is_signed = bool(name) and hmac.compare_digest(given.encode(), due.encode())
        with self._found(name if is_signed else "", session) as found:
            if found is None:
                return _page("No payment is open here", _UNKNOWN, 404)
            if found.row["status"] not in _OPEN:
                status = 409 if request.method == "POST" else 200
                title = "This payment was decided before"
                return _page(title, _ended(found), status)
            if request.method != "POST":
                if request.method == "GET":  # HEAD changes nothing
                    found.row.setdefault(_UNPRESSED, found.row["cause"])
                    found.row["cause"] = found.row[_UNPRESSED] or _LEFT
                form = _form(found, asked.get("DbtrAgt", ""), self._token(found))
                return _page("Approve this payment?", form)
        return self._pressed(found)

    def _pressed(self, found: _Payment) -> Response:
        given = request.form.get("token", "").encode()
        if not hmac.compare_digest(given, self._token(found).encode()):
            return _page(
                "Not from here", "<p>Open the page again, then press.</p>", 403
            )
        decision = request.form.get("decision", "")
        try:
            self.press(found.end_to_end_id, decision)
        except ConfigurationError as error:
            # Decided meanwhile, or by no button of the page.
            return _page("Nothing was done", f"<p>{escape(error)}</p>", 409)
        back = _way_back(request.args.get("ReturnUrl", ""), found.end_to_end_id)
        if back:
            return Response(status=303, headers={**_HEADERS, "Location": back})
        done = "approved" if decision == APPROVE else "refused"
        return _page(f"You {done}", _ended(found))

    def _token(self, found: _Payment) -> str:
        named = found.end_to_end_id.encode()
        return hmac.new(self._secret, named, "sha256").hexdigest()

    @contextmanager
    def _found(self, name: str, session: str = "") -> Iterator[_Payment | None]:
        """Find what has not been left for too long, nobody else at it meanwhile."""
        with (
            self._ledger.table("payments") as payments,
            self._ledger.table("checkouts") as checkouts,
        ):
            found = None
            if name in payments:
                found = _Payment(name, payments[name], "payments")
            for row in checkouts.values():
                if name == row["endToEndId"] or session == row.get("session"):
                    found = _Payment(row["endToEndId"], row, "checkouts")
            now = self._clock.now()
            too_late = found and now - found.row.get("at", now) >= OPEN_S
            yield None if too_late else found


def page_at(root: str, end_to_end_id: str, signature: str, issuer: str = "") -> str:
    """Write the address of a payment's page as merchants do.

    Args:
        root: Where the sandbox is.
        end_to_end_id: The payment's name.
        signature: PayNet's signature of it.
        issuer: The bank's BIC; "": the first of the list.
    """
    query = {
        "EndtoEndId": end_to_end_id,
        "EndtoEndIdSignature": signature,
        "DbtrAgt": issuer or made_up_banks()[0]["code"],
    }
    return f"{root.rstrip('/')}{PATH}?{urlencode(query)}"


def link_to_page(
    asked: Asked, end_to_end_id: str, signature: str, issuer: str = ""
) -> dict[str, str]:
    """Give the header `Link` (RFC 8288) that leads from an answer to the page."""
    page = page_at(asked.request.url_root, end_to_end_id, signature, issuer)
    return {"Link": f'<{page}>; rel="payment"'}


def moves_on(row: dict[str, Any], asked: Asked) -> bool:
    """Tell whether a look at a payment moves it on, and remember that it was looked at.

    The first look does not, nor any while its page is open: the payer may decide still.
    """
    now = asked.at.timestamp()
    if _UNPRESSED in row and now - row.get("at", now) < OPEN_S:
        return False
    was_seen: bool = row.get(_SEEN, False)
    row[_SEEN] = True
    return was_seen


def _decide(found: _Payment, decision: str) -> None:
    row = found.row
    row.pop(_SEEN, None)
    own_cause = row.pop(_UNPRESSED, row["cause"])
    row["cause"] = own_cause if decision == APPROVE else _CANCELLED
    if row["cause"]:
        ended = "CANC" if found.is_consent else "REJECTED"
        row["status"] = "REJECT" if found.table == "payments" else ended
    else:
        row["status"] = "ACTV" if found.is_consent else row.get("then") or "CLEARED"


def _told(found: _Payment, signature: str) -> tuple[str, dict[str, Any]]:
    """Give the notification of a decision: its kind and what it says."""
    row, state = found.row, found.row["status"]
    reason = row["cause"] or rules.ACCEPTED
    code = "ACTC" if state == "PENDAUTH" else status_of(reason)
    if found.table == "payments":
        info = {
            "PaymentStatus": {"Code": code},
            "EndToEndID": found.end_to_end_id,
            "Signature": signature,
        }
        return "merchant-payment-status", {"Notification": {"EventInfo": info}}
    named = ("checkoutId", "endToEndId", "issuer")
    ids = {name: row[name] for name in named}
    if found.is_consent:
        told = {"consentId": row["consentId"], "code": state, "message": reason}
        return "pay-consent", {**ids, "consentStatus": told}
    told = {"code": code, "substate": state, "message": reason}
    return "pay-payment-status", {
        **ids,
        "paymentMethod": row["method"],
        "paymentStatus": told,
    }


_UNKNOWN = (
    "<p>The sandbox knows no such payment, its link was changed on the way, or it was "
    "open for an hour and nobody decided.</p><p>Start the payment again, and open the "
    "link that comes with it.</p>"
)


def _form(found: _Payment, bank: str, token: str) -> str:
    """Ask for the decision."""
    row = found.row
    names = {one["code"]: one["name"] for one in made_up_banks()}
    terms = row.get("terms") or {}
    amount = row.get("amount") or f"up to {terms.get('maxAmount', '?')} each time"
    facts = {
        "Bank": names.get(bank, "a made-up bank"),
        "Amount": f"RM {amount}",
        "Merchant": row.get("merchant") or "not named",
        "Payment": found.end_to_end_id,
    }
    listed = "".join(f"<dt>{n}</dt><dd>{escape(v)}</dd>" for n, v in facts.items())
    return (
        "<p>A sandbox plays the bank here: no money moves. You are the payer.</p>"
        f'<dl>{listed}</dl><form method="post">'
        f'<input type="hidden" name="token" value="{token}">'
        f'<button name="decision" value="{APPROVE}">Approve</button> '
        f'<button name="decision" value="{REFUSE}">Refuse</button></form>'
    )


def _ended(found: _Payment) -> str:
    state, cause = found.row["status"], found.row["cause"]
    why = f" ({cause}: {words_of(cause)})" if cause else ""
    return (
        f'<p role="status">The state is now {escape(state + why)}.</p>'
        "<p>You can close this page. The merchant sees the state by a status call.</p>"
    )


def _way_back(url: str, end_to_end_id: str) -> str:
    """Give the merchant's own page of this machine to go back to; "": none."""
    try:
        parts = urlsplit(url)
        is_own = parts.scheme in {"http", "https"} and is_loopback(parts.hostname or "")
    except ValueError:
        return ""
    query = urlencode([*parse_qsl(parts.query), ("EndtoEndId", end_to_end_id)])
    return parts._replace(query=query).geturl() if is_own else ""


def _unknown(end_to_end_id: str) -> ConfigurationError:
    return ConfigurationError(
        f"no payment {end_to_end_id!r} is open; give the endToEndId of one that was "
        "started within the last hour"
    )


def _page(title: str, body: str, status: int = 200) -> Response:
    return Response(whole_page(title, body), status, _HEADERS, mimetype="text/html")
