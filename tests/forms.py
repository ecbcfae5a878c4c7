"""Press a credential form's button and read its status line, without a browser."""

from __future__ import annotations

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
    """Give the line that the form shows."""
    return str(form.get_state()["_progress"]["text"])
