"""How the cells of a feature's tables are read."""

from __future__ import annotations

from collections.abc import Iterator

Cell = int | float | str | None


def read_cell(text: str) -> Cell:
    """Return a cell as JSON would have it: a number, ``null`` as None, anything else as the word that it is."""
    if text == "null":
        return None
    for number in (int, float):
        try:
            value = number(text)
        except ValueError:
            continue
        return text if value != value or value in (float("inf"), float("-inf")) else value
    return text


def read_rows(datatable: list[list[str]]) -> Iterator[dict[str, Cell]]:
    """Yield the table's rows by column name; an empty cell is left out, as a run leaves out what was not measured."""
    names, *rows = datatable
    for row in rows:
        yield {name: read_cell(cell) for name, cell in zip(names, row, strict=True) if cell}


def one_line(text: str) -> str:
    """Return a sentence that was wrapped over several lines."""
    return " ".join(text.split())
