"""Python data -> pandas tables -> pages and files; pandas enters the house here."""

from typing import TYPE_CHECKING

from paynet_nb.display import names_loaded_late

if TYPE_CHECKING:
    from paynet_nb.frames.coded import Coded as Coded
    from paynet_nb.frames.differences import (
        Change as Change,
        Difference as Difference,
        Differences as Differences,
    )
    from paynet_nb.frames.files import (
        csv_lines as csv_lines,
        csv_text as csv_text,
        parquet_texts as parquet_texts,
        write_parquet as write_parquet,
        write_xlsx as write_xlsx,
        xlsx_texts as xlsx_texts,
    )
    from paynet_nb.frames.pages import (
        fitting as fitting,
        record_texts as record_texts,
        to_html as to_html,
    )
    from paynet_nb.frames.sheet import Sheet as Sheet
    from paynet_nb.frames.summary import (
        by_endpoint as by_endpoint,
        summarize as summarize,
    )
    from paynet_nb.frames.tabulate import (
        main_table as main_table,
        rebuild as rebuild,
        tables as tables,
    )
    from paynet_nb.frames.typed import columns_to_frame as columns_to_frame
else:
    __all__, __getattr__, __dir__ = names_loaded_late(
        __name__,
        {
            "coded": "Coded",
            "differences": "Change Difference Differences",
            "files": (
                "csv_lines csv_text parquet_texts write_parquet write_xlsx xlsx_texts"
            ),
            "pages": "fitting record_texts to_html",
            "sheet": "Sheet",
            "summary": "by_endpoint summarize",
            "tabulate": "main_table rebuild tables",
            "typed": "columns_to_frame",
        },
    )
