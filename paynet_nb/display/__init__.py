"""What every room stands on: text, clocks, HTML, a kernel, names loaded late."""

from typing import TYPE_CHECKING

from paynet_nb.display.late import names_loaded_late as names_loaded_late

if TYPE_CHECKING:
    from paynet_nb.display.bar import progress_bar as progress_bar
    from paynet_nb.display.html import (
        Html as Html,
        badge as badge,
        card as card,
        compared as compared,
        details as details,
        escape as escape,
        facts as facts,
        joined as joined,
        line as line,
        narrow as narrow,
        preformatted as preformatted,
        scrolling as scrolling,
        stacked as stacked,
        table as table,
    )
    from paynet_nb.display.kernel import (
        complete as complete,
        has_kernel as has_kernel,
        running_cell as running_cell,
        show as show,
        show_text as show_text,
        variables as variables,
    )
    from paynet_nb.display.live import (
        show_live as show_live,
        show_with_still as show_with_still,
    )
    from paynet_nb.display.outcomes import (
        COLOURS as COLOURS,
        SIGNS as SIGNS,
        signed as signed,
    )
    from paynet_nb.display.text import (
        KUALA_LUMPUR as KUALA_LUMPUR,
        both_clocks as both_clocks,
        count as count,
        duration as duration,
        moment as moment,
        path_of as path_of,
        plain as plain,
        shortened as shortened,
        visible as visible,
        whole as whole,
    )
    from paynet_nb.display.watchers import Watchers as Watchers
else:
    __all__, __getattr__, __dir__ = names_loaded_late(
        __name__,
        {
            "bar": "progress_bar",
            "html": (
                "Html badge card compared details escape facts joined line narrow "
                "preformatted scrolling stacked table"
            ),
            "kernel": "complete has_kernel running_cell show show_text variables",
            "live": "show_live show_with_still",
            "outcomes": "COLOURS SIGNS signed",
            "text": (
                "KUALA_LUMPUR both_clocks count duration moment path_of plain "
                "shortened visible whole"
            ),
            "watchers": "Watchers",
        },
    )
