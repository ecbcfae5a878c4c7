"""What goes over the wires between a page, its server and its kernel."""

from __future__ import annotations

from playwright.sync_api import Page, WebSocket

from tests.helpers.scratch import encodings


def sent_frames(page: Page) -> list[bytes]:
    """Give the list that collects what the page will send to kernels."""
    frames: list[bytes] = []

    def on_frame(payload: bytes | str) -> None:
        frames.append(payload if isinstance(payload, bytes) else payload.encode())

    def on_websocket(websocket: WebSocket) -> None:
        websocket.on("framesent", on_frame)

    page.on("websocket", on_websocket)
    return frames


def told(text: str, messages: list[bytes]) -> bool:
    """Tell whether messages hold a text, as it is or in base64."""
    assert messages
    return any(form in message for form in encodings(text) for message in messages)
