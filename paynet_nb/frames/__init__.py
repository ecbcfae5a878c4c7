"""JSON text -> Python data -> pandas tables -> a page; pandas enters the house here."""

from paynet_nb.frames.batches import Sheet
from paynet_nb.frames.files import (
    csv_texts,
    parquet_texts,
    write_csv,
    write_parquet,
    write_xlsx,
    xlsx_texts,
)
from paynet_nb.frames.json_text import parse, repeated_names
from paynet_nb.frames.pages import to_html
from paynet_nb.frames.tabulate import main_table, rebuild, tables
from paynet_nb.frames.typed import Coded, columns_to_frame

__all__ = [
    "columns_to_frame",
    "Sheet",
    "Coded",
    "csv_texts",
    "main_table",
    "parquet_texts",
    "parse",
    "rebuild",
    "repeated_names",
    "tables",
    "to_html",
    "write_csv",
    "write_parquet",
    "write_xlsx",
    "xlsx_texts",
]
