"""Press the buttons of forms and read what they say, without a browser."""

from __future__ import annotations

import json
from typing import Any

import paynet_nb as pn


def submit(
    form: pn.CredentialForm, *typed: str, environment: int = 0
) -> dict[str, Any]:
    """Press the button as the browser does; give the message that the kernel keeps."""
    message = {
        "content": {
            "data": {"method": "custom", "content": {"environment": environment}}
        },
        "buffers": [memoryview(text.encode()) for text in typed],
    }
    form.comm.handle_msg(message)
    return message


def status(form: pn.CredentialForm) -> str:
    """Give the lines that the form shows, as one."""
    return _joined(form.get_state()["_progress"])


def send(
    form: pn.RequestForm,
    method: str,
    path: str,
    *,
    seen: int | None = None,
    **typed: Any,
) -> dict[str, Any]:
    """Press "Send" as the browser does; give the message that the kernel keeps.

    *seen* is how many answers the browser has seen; None: all.
    """
    content = {"sent": form.get_state("_sent")["_sent"] if seen is None else seen}
    fields = {"query": [], "headers": [], "json": "", **typed}
    text = json.dumps({"method": method, "path": path, **fields})
    message = {
        "content": {"data": {"method": "custom", "content": content}},
        "buffers": [memoryview(text.encode())],
    }
    form.comm.handle_msg(message)
    return message


def shown_python(
    form: pn.RequestForm, method: str, path: str, **typed: Any
) -> dict[str, str]:
    """Press "Show as Python" as the browser does; give what the kernel answers."""
    told: list[dict[str, Any]] = []
    wire: Any = form.comm
    wire.publish_msg = lambda _kind, **message: told.append(message["data"])
    fields = {"query": [], "headers": [], "json": "", **typed}
    text = json.dumps({"method": method, "path": path, **fields})
    content = {"method": "custom", "content": {"python": "view-1"}}
    wire.handle_msg(
        {"content": {"data": content}, "buffers": [memoryview(text.encode())]}
    )
    [message] = told  # nothing else: no state was synchronised
    assert message["content"].pop("asked") == "view-1"
    return dict(message["content"])


def unlock(form: pn.RequestForm, name: str) -> None:
    """Type an environment's name and press "Unlock"."""
    content = {"method": "custom", "content": {"unlock": name}}
    form.comm.handle_msg({"content": {"data": content}, "buffers": []})


def answer_of(form: pn.RequestForm) -> dict[str, str]:
    """Give what the form shows of the answer: state, text (its lines as one), html."""
    answer = dict(form.get_state()["_answer"])
    return {**answer, "text": _joined(answer)}


def _joined(said: dict[str, str]) -> str:
    lines = (said.get(name) for name in ("text", "advice", "where"))
    return "; ".join(filter(None, lines))
