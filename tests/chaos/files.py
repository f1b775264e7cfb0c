"""Two files of one dataset, generated: rows that are invalid, repeated, changed, new and missing."""

from tests.factories.imports import csv_of, letters


def deliveries(folder, rows):
    """Paths of the first and the second."""
    first, second = folder / "first.csv", folder / "second.csv"
    first.write_bytes(csv_of(spoilt(letters(rows))))
    changed = letters(rows + rows // 10, outcome="Not upheld")
    unchanged = letters(rows)
    changed[: rows // 2] = unchanged[: rows // 2]
    second.write_bytes(csv_of(spoilt(changed[rows // 20 :])))
    return first, second


def spoilt(lines):
    lines[11::97] = [line.replace("2019-03", "2019-33") for line in lines[11::97]]
    lines[40] += ",surplus"
    lines[41] = lines[41].replace("Letter", "Let\0ter")
    return [*lines, *lines[100:160], *(line.replace("Letter", "Other") for line in lines[200:230])]
