"""The cells of one line of CSV: an open quote must not swallow the rest of the file."""

import csv


def csv_cells(line: str, delimiter: str = ",") -> list[str] | None:
    """Return the cells of a line, or None where a quote is left open."""
    if '"' not in line:
        return line.split(delimiter)
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=True), [])
    except csv.Error:
        return None
