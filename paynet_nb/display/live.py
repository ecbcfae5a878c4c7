"""Show a value by its widget where a front end has widgets, else by its HTML."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Protocol

_VIEW = "application/vnd.jupyter.widget-view+json"
# In JupyterLab: hides the HTML while its widget is there, and once it is not, the words
# "model not found" in the widget's place, which alone has no MIME type written on it.
_ONE = (
    ".jp-OutputArea-child:has(.paynet-still):has(+* .paynet-live),"
    ".jp-OutputArea-child:has(.paynet-still)"
    "+:has(>.jp-OutputArea-output:not([data-mime-type])):not(:has(.paynet-live))"
    "{display:none}"
)


class Shown(Protocol):
    """What has HTML for a notebook."""

    def _repr_html_(self) -> str: ...


def show_live(value: Shown, widget: str) -> None:
    """Show *value* by a widget of `paynet_nb.widgets`, and by its HTML where none is.

    For `_ipython_display_`. The widget's element has the class "paynet-live". This is
    the house's one look upwards: a value knows its widget's name, and widgets are
    loaded when the first one is shown.

    Two outputs, of which one is seen: given both in one output JupyterLab takes the
    widget, and once the kernel is gone that is an error in the HTML's place.
    """
    made = getattr(import_module("paynet_nb.widgets"), widget)(value)
    show_with_still(made, value._repr_html_(), str(value))


def show_with_still(made: Any, html: str, text: str) -> None:
    """Show a widget, and *html* where there is none any more, or *text*."""
    from IPython.display import display

    still = f'<div class="paynet-still">{html}</div>'
    one = f"<style>{_ONE}</style>"
    display({"text/html": still + one, "text/plain": text}, raw=True)
    # The metadata, too: Colab finds its widget manager there.
    data, metadata = made._repr_mimebundle_()
    display({_VIEW: data[_VIEW]}, metadata=metadata, raw=True)
