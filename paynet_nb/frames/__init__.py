"""JSON text -> Python data -> pandas tables -> a page; pandas enters the house here."""

from paynet_nb.frames.files import (
    csv_texts,
    parquet_texts,
    write_csv,
    write_parquet,
    write_xlsx,
    xlsx_texts,
)
from paynet_nb.frames.pages import record_texts, to_html
from paynet_nb.frames.sheet import Sheet
from paynet_nb.frames.summary import by_endpoint, failed, path_of, summarize
from paynet_nb.frames.tabulate import main_table, rebuild, tables
from paynet_nb.frames.typed import Coded, columns_to_frame

__all__ = [
    "Coded",
    "Sheet",
    "by_endpoint",
    "columns_to_frame",
    "csv_texts",
    "failed",
    "main_table",
    "parquet_texts",
    "path_of",
    "rebuild",
    "record_texts",
    "summarize",
    "tables",
    "to_html",
    "write_csv",
    "write_parquet",
    "write_xlsx",
    "xlsx_texts",
]
