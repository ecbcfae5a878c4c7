"""What went over the wire: `History`, its store, comparisons, charts, exports."""

from typing import TYPE_CHECKING

from paynet_nb.display import names_loaded_late

if TYPE_CHECKING:
    from paynet_nb.history.comparison import compare as compare
    from paynet_nb.history.drift import write_drift as write_drift
    from paynet_nb.history.history import History as History
else:
    __all__, __getattr__, __dir__ = names_loaded_late(
        __name__,
        {
            "comparison": "compare",
            "drift": "write_drift",
            "history": "History",
        },
    )
