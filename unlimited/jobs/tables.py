"""Tables to open elsewhere: CSV and XLSX. No cell of ours is ever run as a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

import xlsxwriter

Cell = str | int | float | None
# What a spreadsheet takes for the beginning of a formula, also after it has stripped it.
BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def safe_cell(value: Cell) -> Cell:
    """Return `value` as a spreadsheet reads it as text: an apostrophe before what begins like a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(BEGINS_FORMULA) else value


def make_csv(rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return rows as CSV with semicolons, as Norwegian spreadsheets read it, in UTF-8 with a mark that says so."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    return ("\ufeff" + out.getvalue()).encode()


def make_xlsx(sheets: Iterable[tuple[str, Iterable[Sequence[Cell]]]]) -> bytes:
    """Return a workbook of sheets: each a name and its rows, the first of them a heading. Written as they come."""
    out = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        bold, wide = book.add_format({"bold": True}), {"text_wrap": True}
        text = book.add_format(wide)
        for name, rows in sheets:
            sheet = book.add_worksheet(_sheet_name(name, {one.get_name().lower() for one in book.worksheets()}))
            sheet.set_column(0, 0, 46)
            sheet.set_column(1, 8, 16)
            for number, row in enumerate(rows):
                for column, cell in enumerate(row):
                    sheet.write(number, column, cell, text if number else bold)
    return out.getvalue()


def _sheet_name(name: str, taken: set[str]) -> str:
    """Return `name` as Excel takes it: 31 letters at most, none of its own signs, not twice in a book."""
    clean = "".join(" " if letter in "[]:*?/\\'" else letter for letter in name).strip()[:31] or "1"
    number = 2
    while clean.lower() in taken:
        clean = f"{clean[:28]} {number}"
        number += 1
    return clean
