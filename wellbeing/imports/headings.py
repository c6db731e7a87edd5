"""Which log a file is, and which of its columns says what. Pure.

A column that is not in the list is named and left out: whatever it holds is not kept.
"""

from dataclasses import dataclass

from wellbeing.imports.cells import plain, word

SHOWN_OF_A_HEADING = 40
SHOWN_HEADINGS = 12


class BadHeadings(Exception):
    """The first row is not that of a log; the message says what it should be."""


@dataclass(frozen=True)
class Column:
    """One column: its usual heading, the other headings, whether it must be there."""

    title: str
    also: tuple[str, ...]
    needed: bool = True


@dataclass(frozen=True)
class Log:
    """One kind of log. `kind` is that of the activities in it."""

    kind: str
    called: str
    columns: dict[str, Column]

    @property
    def first_row(self) -> str:
        return ", ".join(column.title for column in self.columns.values())

    def column_of(self, heading: str) -> str | None:
        """The column that a heading names, whatever its case and spaces."""
        found = word(heading)
        for name, column in self.columns.items():
            if found == word(column.title) or found in column.also:
                return name
        return None


INTERVIEWS = Log(
    kind="interview",
    called="a log of interviews",
    columns={
        "code": Column(
            "Interview", ("interview number", "interview no", "interview id", "number")
        ),
        "day": Column("Date", ("day", "interview date", "date of interview")),
        "start": Column("Start", ("started", "start time", "from")),
        "finish": Column(
            "Finish", ("finished", "finish time", "end", "ended", "end time", "to")
        ),
        "interviewer": Column("Interviewer", ("interviewed by",)),
        "facilitator": Column("Facilitator", ("facilitated by",), needed=False),
        "mode": Column("Mode", ("how", "how held"), needed=False),
        "companion": Column(
            "Someone else present",
            ("companion", "companion present", "somebody else present"),
            needed=False,
        ),
    },
)
CODING = Log(
    kind="coding",
    called="a log of coded transcripts",
    columns={
        "code": Column(
            "Transcript",
            ("transcript number", "transcript no", "transcript id", "number"),
        ),
        "day": Column(
            "Date finished", ("date", "day", "finished", "finished on", "date coded")
        ),
        "coder": Column("Coder", ("coded by",)),
        "minutes": Column("Minutes", ("mins", "minutes spent", "length in minutes")),
        "pass": Column("Pass", ("reading", "round"), needed=False),
    },
)


@dataclass(frozen=True)
class Headings:
    """`places` says in which cell of a row each column stands; `left_out` names the
    headings that were not known."""

    log: Log
    places: dict[str, int]
    left_out: tuple[str, ...]
    width: int


def known(headings: list[str]) -> int:
    """How many of the headings the better of the two logs knows."""
    return max(_score(log, headings) for log in (INTERVIEWS, CODING))


def recognise(headings: list[str]) -> Headings:
    """Which log it is. Raises BadHeadings for a column missing or given twice."""
    log = max((INTERVIEWS, CODING), key=lambda log: _score(log, headings))
    places: dict[str, int] = {}
    left_out: list[str] = []
    for place, heading in enumerate(headings):
        column = log.column_of(heading)
        if column is None:
            left_out += [plain(heading)[:SHOWN_OF_A_HEADING]] if heading.strip() else []
        elif column in places:
            raise BadHeadings(
                f"Two columns are called {log.columns[column].title}, or mean the same."
            )
        else:
            places[column] = place
    _check_needed(log, places, left_out)
    return Headings(log, places, tuple(left_out[:SHOWN_HEADINGS]), len(headings))


def _score(log: Log, headings: list[str]) -> int:
    return len({log.column_of(heading) for heading in headings} - {None})


def _check_needed(log: Log, places: dict[str, int], left_out: list[str]) -> None:
    unknown = f" Not known: {', '.join(left_out[:SHOWN_HEADINGS])}." if left_out else ""
    if not places:
        raise BadHeadings(
            f"These are not the headings of a log.{unknown} The first row of "
            f"{INTERVIEWS.called} is: {INTERVIEWS.first_row}. The first row of "
            f"{CODING.called} is: {CODING.first_row}."
        )
    missing = [
        column.title
        for name, column in log.columns.items()
        if column.needed and name not in places
    ]
    if missing:
        raise BadHeadings(
            f"Not there: {', '.join(missing)}.{unknown} The first row of {log.called} "
            f"is: {log.first_row}."
        )
