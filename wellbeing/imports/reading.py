"""From the bytes of a file to the rows of a log. Pure: nothing is looked up or kept.

`read` never raises. Whatever is wrong comes back as sentences with row numbers as a
spreadsheet shows them, so that the file can be mended where it was written.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from wellbeing.imports import headings, rows
from wellbeing.imports.headings import BadHeadings, Headings
from wellbeing.imports.rows import Problem, Row, RowCells

LARGEST_FILE = 1_000_000
MOST_ROWS = 5_000
LONGEST_CELL = 500
LONGEST_FIRST_LINE = 5_000
Table = Iterator[tuple[int, list[str]]]


@dataclass(frozen=True)
class Reading:
    """`kind` is empty when the file is no log. `left_out` names unknown columns."""

    kind: str
    rows: list[Row]
    problems: list[Problem]
    left_out: tuple[str, ...] = ()


class BadFile(Exception):
    """The file as a whole cannot be read; `row` is where that was seen, or 0."""

    def __init__(self, sentence: str, row: int = 0) -> None:
        super().__init__(sentence)
        self.row = row


def read(data: bytes, *, zone: str, at: datetime) -> Reading:
    """The rows of a log whose wall times are in `zone` and of which none is to come."""
    number = 0
    try:
        table = _table(_text(data))
        number, first = next(table, (0, []))
        if not first:
            raise BadFile("The file is empty.")
        return _reading(headings.recognise(first), table, zone, at)
    except BadHeadings as problem:
        return Reading("", [], [Problem(number, "", str(problem))])
    except BadFile as problem:
        return Reading("", [], [Problem(problem.row, "", str(problem))])


def _text(data: bytes) -> str:
    if len(data) > LARGEST_FILE:
        raise BadFile("The file is larger than 1 MB. Split it into smaller ones.")
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise BadFile(
            "This is a spreadsheet, whatever its name says. Open it, choose Save as, "
            "and then CSV."
        )
    if b"\x00" in data:
        raise BadFile("This is not a text file. Save it as CSV in UTF-8.")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return _not_empty(data.decode(encoding))
        except UnicodeDecodeError:
            continue
    raise BadFile("The letters of this file cannot be read. Save it as CSV in UTF-8.")


def _not_empty(text: str) -> str:
    if not text.strip():
        raise BadFile("The file is empty.")
    return text


def _delimiter(text: str) -> str:
    """The one of `,` `;` and tab with which the first line reads best."""
    line = text.lstrip().splitlines()[0]
    if len(line) > LONGEST_FIRST_LINE:
        raise BadFile("The first row is too long to be the headings of a log.", 1)

    def known(delimiter: str) -> int:
        return headings.known(next(csv.reader([line], delimiter=delimiter), []))

    return max((",", ";", "\t"), key=known)


def _table(text: str) -> Table:
    """The rows that hold something, with the number that a spreadsheet gives them.

    The first is the row of headings.
    """
    number = 0
    try:
        lines = csv.reader(
            io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True
        )
        for number, row in enumerate(lines, start=1):
            if any(len(cell) > LONGEST_CELL for cell in row):
                raise BadFile("A cell is longer than 500 characters.", number)
            if any(cell.strip() for cell in row):
                yield number, row
    except csv.Error:
        raise BadFile(
            "A quotation mark here is not closed, or stands inside a cell.",
            number + 1,
        ) from None


def _reading(found: Headings, table: Table, zone: str, at: datetime) -> Reading:
    read_row = rows.interview if found.log.kind == "interview" else rows.coding
    good: list[Row] = []
    problems: list[Problem] = []
    seen: dict[str, int] = {}
    for count, (number, row_cells) in enumerate(table, start=1):
        if count > MOST_ROWS:
            raise BadFile("There are more than 5,000 rows. Split the file.")
        one = RowCells(number, row_cells, found)
        if any(cell.strip() for cell in row_cells[found.width :]):
            one.say("", "This row has more cells than there are headings.")
        row = read_row(one, zone, at)
        if row and (earlier := seen.setdefault(row.key, number)) != number:
            one.say("code", f"This is the same as row {earlier}.")
        problems += one.problems
        good += [row] if row and not one.problems else []
    if not good and not problems:
        raise BadFile("There is nothing under the headings.")
    return Reading(found.log.kind, good, problems, found.left_out)
