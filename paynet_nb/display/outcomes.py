"""How an outcome looks: one sign and one colour, wherever its word stands."""

from __future__ import annotations

from collections.abc import Mapping

SIGNS: Mapping[str, str] = {
    "good": "\N{CHECK MARK}",
    "refused": "!",
    "unknown": "?",
    "failed": "\N{BALLOT X}",
}
# JupyterLab's own, and what stands for them elsewhere. For edges and grounds: letters
# are mixed half with the text's colour, since these alone have too little contrast.
COLOURS: Mapping[str, str] = {
    "good": "var(--jp-success-color1, #1a7f37)",
    "refused": "var(--jp-warn-color1, #9a6700)",
    "unknown": "var(--jp-warn-color1, #9a6700)",
    "failed": "var(--jp-error-color1, #b42318)",
}


def signed(outcome: str) -> str:
    """Put its sign before an outcome, which tells it without colour: "! refused"."""
    # As text (U+FE0E): as an emoji a sign would be a picture of its own colour.
    return f"{SIGNS[outcome]}\ufe0e {outcome}"
