"""Files as independent readers see them: openpyxl, pyarrow, pandas (Stata), ReadStat (SPSS, Stata)."""

import io
import re
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pandas
import pyarrow.parquet
import pyreadstat

from exports.tables import Table
from exports.writers import AGGREGATES, write_file


def written(fmt, columns, rows, **known):
    """The bytes of a file of a table, and the number of rows that the writer gave."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"a.{fmt}"
        count = write_file(AGGREGATES[fmt], Table(columns, iter(rows), **known), path)
        assert [found.name for found in Path(folder).iterdir()] == [path.name]
        return path.read_bytes(), count


def naive(*parts):
    """A time without a zone, as these programs have it."""
    return datetime(*parts, tzinfo=UTC).replace(tzinfo=None)


def excel(data, sheet="data"):
    """Rows of a sheet, its heading first, as openpyxl reads them; `_x000D_` as the character that it stands for."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert [cell.data_type for row in book[sheet] for cell in row if cell.data_type == "f"] == []
    return [[_unescaped(value) for value in row] for row in book[sheet].iter_rows(values_only=True)]


def _unescaped(value):
    if not isinstance(value, str):
        return value
    return re.sub("_x([0-9A-Fa-f]{4})_", lambda found: chr(int(found[1], 16)), value)


def parquet(data):
    return pyarrow.parquet.read_table(io.BytesIO(data))


def spss(data):
    """Columns by name, and what is known of them, as ReadStat reads them."""
    return _read_by(pyreadstat.read_sav, data)


def stata(data):
    return _read_by(pyreadstat.read_dta, data)


def _read_by(read, data):
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        return read(file.name, output_format="dict", user_missing=True)


def stata_by_pandas(data):
    """The data frame with kinds of missing; labels of values, labels of variables, and the label of the file."""
    options = {"convert_categoricals": False, "convert_missing": True, "convert_dates": False}
    with pandas.io.stata.StataReader(io.BytesIO(data), **options) as reader:
        return reader.read(), reader.value_labels(), reader.variable_labels(), reader.data_label
