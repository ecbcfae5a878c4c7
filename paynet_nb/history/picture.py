"""A figure that says in words what it shows, to those who cannot see it."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from paynet_nb.display import escape

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class DescribedFigure(Figure):
    """A figure whose picture in a notebook has an alternative text.

    As HTML beside the PNG that IPython makes: JupyterLab writes no text to a PNG.
    """

    def _repr_html_(self) -> str:
        png = io.BytesIO()
        self.savefig(png, dpi=self.dpi, bbox_inches="tight")
        source = f"data:image/png;base64,{base64.b64encode(png.getvalue()).decode()}"
        told = escape(" ".join(map(_in_words, self.axes)))
        return f'<img alt="{told}" src="{source}" style="max-width:100%">'


def _in_words(axes: Axes) -> str:
    _, labels = axes.get_legend_handles_labels()
    drawn = "; ".join(labels).replace(r"\$", "$").replace("\n", " ") or "nothing"
    across, up = axes.get_xlabel(), axes.get_ylabel()
    return f"{axes.get_title()}. Across: {across}; up: {up}. Drawn: {drawn}."
