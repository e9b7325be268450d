"""Prints the rows of a table as JSON, read by the library for its format."""

import json
import sys

path = sys.argv[1]
if path.endswith(".parquet"):
    import pyarrow.parquet

    table = pyarrow.parquet.read_table(path)
    result = {"rows": table.to_pylist(), "compression": pyarrow.parquet.ParquetFile(path).metadata.row_group(0).column(0).compression}
else:
    import openpyxl

    sheet = openpyxl.load_workbook(path).active
    result = {"rows": [["" if cell is None else cell for cell in row] for row in sheet.iter_rows(values_only=True)], "sheet": sheet.title}
json.dump(result, sys.stdout)
