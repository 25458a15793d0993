"""Tables to open elsewhere: read back as they were, and nothing in them is a formula."""

import csv
import io

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unlimited.jobs.tables import make_csv, make_xlsx, safe_cell

# What a spreadsheet and XML can hold.
TEXT = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=40)


@pytest.mark.parametrize("text", ["=1+1", "+47 22", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_cell_that_begins_like_a_formula_is_text(text):
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize("cell", ["a=b", "", -1, 0, None, 1.5])
def test_all_else_stays(cell):
    assert safe_cell(cell) == cell


@given(st.lists(st.tuples(TEXT, st.integers()), max_size=5))
def test_csv_is_read_back_as_it_was(rows):
    text = make_csv(rows).decode("utf-8-sig")
    read = list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))
    assert read == [[safe_cell(name), str(number)] for name, number in rows]


def test_workbook_is_read_back_with_its_sheets_and_no_formula():
    long = "A heading that is much longer than a sheet may be called"
    sheets = [("About", [["Report", ""]]), (long, [["What", "Number"], ["=1+1", 5], ["hidden", None]]), (long, [["x"]])]
    book = openpyxl.load_workbook(io.BytesIO(make_xlsx(sheets)))
    assert [len(name) <= 31 for name in book.sheetnames] == [True] * 3
    assert len(set(book.sheetnames)) == 3
    sheet = book.worksheets[1]
    assert [[cell.value for cell in row] for row in sheet.rows] == [["What", "Number"], ["=1+1", 5], ["hidden", None]]
    assert sheet["A2"].data_type == "s"


@pytest.mark.parametrize("name", ["", "[]:*?/\\'", "What / why?"])
def test_sheet_is_named_as_spreadsheets_take_it(name):
    assert openpyxl.load_workbook(io.BytesIO(make_xlsx([(name, [["x"]])]))).sheetnames[0]
