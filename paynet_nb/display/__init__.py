"""What every room stands on: text, clocks, HTML, a kernel, names loaded late."""

from paynet_nb.display.html import Html, card, details, escape, facts, narrow, table
from paynet_nb.display.kernel import has_kernel, running_cell, show, variables
from paynet_nb.display.late import names_loaded_late
from paynet_nb.display.live import show_live
from paynet_nb.display.text import (
    KUALA_LUMPUR,
    both_clocks,
    duration,
    path_of,
    plain,
    shortened,
    visible,
    whole,
)
from paynet_nb.display.watchers import Watchers

__all__ = [
    "KUALA_LUMPUR",
    "Html",
    "Watchers",
    "both_clocks",
    "card",
    "details",
    "duration",
    "escape",
    "facts",
    "has_kernel",
    "names_loaded_late",
    "narrow",
    "path_of",
    "plain",
    "running_cell",
    "shortened",
    "show",
    "show_live",
    "table",
    "variables",
    "visible",
    "whole",
]
