"""`TokenCard`: what a token says, how long it lives, and two buttons for its auth.

The countdown runs in the browser: the kernel tells once when the token ends, and once
per view what time it is, since a browser's clock may be wrong.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

import anywidget
import traitlets

from paynet_nb.auth import OPAQUE, Keeper, Token, TokenInspection, seconds_of
from paynet_nb.display import KUALA_LUMPUR, visible
from paynet_nb.errors import PaynetError
from paynet_nb.widgets.scripts import script, style

_WISHES = {"renew": "Asking for a new token ...", "forget": "Forgetting the token ..."}


class TokenCard(anywidget.AnyWidget):
    """A token or an inspected token, without its text and its signature.

    The card of a token follows the auth that asked for it: when another token is in
    use, it shows that one and says so. Neither card nor token keeps the auth alive.

    Args:
        shown: What to show.
    """

    _esm = script("token_card.js")
    _css = style("view.css", "token_card.css")

    # All that is synced, so all that a notebook can save.
    _said = traitlets.Dict().tag(sync=True)
    _life = traitlets.Dict().tag(sync=True)
    _progress = traitlets.Dict({"state": "idle", "text": ""}).tag(sync=True)

    def __init__(self, shown: Token | TokenInspection) -> None:
        self._token = shown if isinstance(shown, Token) else None
        self._kept_by = self._token.kept_by if self._token else lambda: None
        keeper = self._kept_by()
        super().__init__(_said=_said(shown), _life=_life(shown, keeper))
        self.on_msg(self._receive)
        if keeper:
            if keeper.held != shown:
                self._say(
                    "replaced", "Not in use any more: its auth goes on without it."
                )
            keeper.watch(self)

    def token_changed(self) -> None:
        """Follow the auth to the token that it uses now."""
        keeper = self._kept_by()
        held = keeper.held if keeper else None
        if held is None:
            self._say("forgotten", "Forgotten: the next call gets a new token.")
        elif held != self._token:
            self._token = held
            since = f"{held.obtained_at.astimezone(KUALA_LUMPUR):%H:%M} Kuala Lumpur"
            with self.hold_sync():
                self._said, self._life = _said(held), _life(held, keeper)
                self._say(
                    "held",
                    f"A new token since {since}. A variable that was set before still "
                    "holds the old one.",
                )

    def _receive(
        self, _widget: object, content: dict[str, Any], _buffers: list[memoryview]
    ) -> None:
        """Answer a view that asks for the time or had a button pressed."""
        wish = content["wish"]
        if wish == "time":
            self.send({"now": time.time()})
            return
        # First a line of its own: one that stays the same is not sent again, and the
        # browser would go on waiting.
        self._say("asking", _WISHES[wish])
        keeper = self._kept_by()
        if keeper is None:
            self._say("failed", "The auth that asked for this token is gone.")
        elif wish == "forget":
            keeper.forget()
        else:
            self._renew(keeper)

    def _renew(self, keeper: Keeper) -> None:
        # The last word when somebody interrupts the kernel.
        failed = "Interrupted; press the button again."
        try:
            keeper.renew()  # which tells this card, if there is a new one
            failed = ""
        except PaynetError as error:
            reason = str(error).removeprefix("no token: ")
            failed = f"No new token because {reason}"
        finally:
            if failed:
                self._say("failed", failed)

    def _say(self, state: str, text: str) -> None:
        self._progress = {"state": state, "text": visible(text)}


def _said(shown: Token | TokenInspection) -> dict[str, Any]:
    """Write what a card says, as texts."""
    is_token = isinstance(shown, Token)
    found = shown.inspect() if isinstance(shown, Token) else shown
    facts = shown.facts() if isinstance(shown, Token) else {}
    state = "good" if is_token or not found else found.state
    counted = found.contents if found else ""
    return {
        "title": "Access token" if is_token else "JSON Web Token",
        # The end is the browser's to tell, when it comes.
        "state": "unknown" if state == "expired" else state,
        "about": visible(shown.about) if isinstance(shown, Token) else "",
        "verdict": found.verdict if found else OPAQUE,
        "ends": facts.get("ends", ""),
        "renewal": facts.get("renewal", ""),
        "contents": f"What is in it: {counted}" if is_token and counted else counted,
        "parts": _texts(found.three_parts() if found else ()),
        "findings": _texts(found.findings if found else ()),
    }


def _texts(rows: Iterable[Iterable[object]]) -> list[list[str]]:
    return [[visible(cell) for cell in row] for row in rows]


def _life(shown: Token | TokenInspection, keeper: Keeper | None) -> dict[str, Any]:
    """Give the times to count by (Unix time; None: not known); all is in words, too."""
    if isinstance(shown, Token):
        renewal = keeper.renewal_at(shown) if keeper else None
        times = shown.obtained_at, shown.expires_at, renewal
        starts, ends, renews = (x and x.timestamp() for x in times)
    else:
        starts, ends = (seconds_of(shown.claims.get(name)) for name in ("iat", "exp"))
        renews = None
    return {
        "starts": starts,
        "ends": ends,
        "renews": renews,
        "kept": keeper is not None,
    }
