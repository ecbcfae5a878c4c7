"""How an outcome or a state looks: one sign, word and colour, wherever it stands."""

from __future__ import annotations

from collections.abc import Mapping

SIGNS: Mapping[str, str] = {
    "good": "\N{CHECK MARK}",
    "refused": "!",
    "unknown": "?",
    "failed": "\N{BALLOT X}",
    "production": "!",
    "forged": "\N{BALLOT X}",
    "expired": "\N{BALLOT X}",
}
_SUCCESS = "var(--jp-success-color1, #1a7f37)"
_WARNING = "var(--jp-warn-color1, #9a6700)"
_ERROR = "var(--jp-error-color1, #b42318)"
# JupyterLab's own, and what stands for them elsewhere. For edges and grounds: letters
# are mixed half with the text's colour, since these alone have too little contrast.
COLOURS: Mapping[str, str] = {
    "good": _SUCCESS,
    "refused": _WARNING,
    "unknown": _WARNING,
    "failed": _ERROR,
    "production": _WARNING,
    "forged": _ERROR,
    "expired": _ERROR,
}
_WORDS: Mapping[str, str] = {
    "production": "PRODUCTION",
    "forged": "signature WRONG",
    "expired": "ended",
}


def signed(state: str, word: str = "") -> str:
    """Write a state with its sign, which tells it without colour: "! refused"."""
    # As text (U+FE0E): as an emoji a sign would be a picture of its own colour.
    return f"{SIGNS[state]}\ufe0e {word or _WORDS.get(state, state)}"
