"""A progress bar where a person looks on: by tqdm, which draws it."""

from __future__ import annotations

from typing import Any

from paynet_nb.display.kernel import has_kernel


def progress_bar(total: int, *, shown: bool = True, **look: Any) -> Any:
    """Begin a bar: in a notebook a widget, in a terminal a line, in a log nothing.

    Args:
        total: How many steps there are.
        shown: Show it at all.
        look: What tqdm may be told besides: `desc`, `unit`, `initial`, `leave`.
    """
    # Loaded when a bar is made: in a kernel it loads ipywidgets.
    from tqdm.auto import tqdm

    # Where a kernel has no widgets (a Qt console), its stderr is no terminal, but read.
    in_sight = False if has_kernel() else None  # None: tqdm looks whether it is one
    return tqdm(total=total, disable=in_sight if shown else True, **look)
