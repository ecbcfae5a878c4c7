"""What a notebook's kernel offers, if one runs this code.

IPython is looked for among the modules that are loaded already: in a kernel it is, and
a plain script need not load it to hear that it has none.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any


def has_kernel() -> bool:
    """Tell whether a kernel runs this, which can carry a widget's messages."""
    return getattr(_shell(), "kernel", None) is not None


def show(*objects: object) -> None:
    """Show objects below the cell that runs, whatever its last line is."""
    from IPython.display import display

    display(*objects)


def show_text(text: str) -> None:
    """Show a text below the cell that runs, as that of a value, without quotes."""
    from IPython.display import display

    display({"text/plain": text}, raw=True)


def variables() -> list[Any]:
    """List what the person's own variables hold; IPython's begin with an underscore."""
    names: dict[str, Any] = getattr(_shell(), "user_ns", {})
    # A copy: JupyterLab handles messages in a thread beside the cells.
    return [value for name, value in dict(names).items() if name[:1] != "_"]


def complete(
    offered: Callable[[str, Mapping[str, Any]], tuple[str, list[str]]],
) -> None:
    """Have the Tab key offer words of ours, alone where there are any.

    Args:
        offered: Gets the line up to the cursor and the person's variables; gives the
            end of that line which is typed so far, and what it can become. It is asked
            once, however often it is given.
    """
    matchers = getattr(getattr(_shell(), "Completer", None), "custom_matchers", None)
    if matchers is None or any(getattr(one, "of", None) is offered for one in matchers):
        return
    from IPython.core.completer import SimpleCompletion, context_matcher

    def answer(context: Any) -> dict[str, Any]:
        typed, words = offered(context.text_until_cursor, _shell().user_ns)
        return {
            "completions": [SimpleCompletion(text=word) for word in words],
            "matched_fragment": typed,
            "suppress": bool(words),
        }

    matcher: Any = context_matcher()(answer)
    matcher.of = offered
    matchers.append(matcher)


def running_cell() -> str | None:
    """Name the cell that runs: by the id that JupyterLab sends along, else its code."""
    if not has_kernel():
        return None
    request: dict[str, Any] = _shell().kernel.get_parent("shell")
    named: str | None = request.get("metadata", {}).get("cellId")
    code: str | None = request.get("content", {}).get("code")
    return named or code


def _shell() -> Any:
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython else None
