"""From the cells of one row to one activity. Pure."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from wellbeing.imports import cells
from wellbeing.imports.cells import BadCell
from wellbeing.imports.headings import Headings

# A log of transcripts knows the day, not the hour. The end of a working day keeps the
# days in order and never falls on a change of the clocks.
CODED_BY = time(17)
TWICE = "This time came twice when the clocks went back. The first of the two is taken."
TO_COME = "This is still to come. A log holds what has happened."
Value = TypeVar("Value")


@dataclass(frozen=True)
class Problem:
    """What stands in the way. Row 0 is the whole file."""

    row: int
    column: str
    sentence: str

    def __str__(self) -> str:
        if not self.row:
            return self.sentence
        column = f", {self.column}" if self.column else ""
        return f"Row {self.row}{column}: {self.sentence}"


@dataclass(frozen=True)
class Row:
    """One activity, in UTC. `people` are (role, name) as written. `key` is what makes
    it the same activity when it comes again. `said` names a choice that was made."""

    number: int
    key: str
    code: str
    starts_at: datetime
    ends_at: datetime
    people: tuple[tuple[str, str], ...]
    mode: str = ""
    companion: bool | None = None
    said: str = ""


@dataclass
class RowCells:
    """The cells of one row by column. Collects what is wrong instead of stopping, so
    that one look shows all there is to mend."""

    number: int
    row: list[str]
    headings: Headings
    problems: list[Problem] = field(default_factory=list)

    def take(self, column: str, read: Callable[[str], Value]) -> Value | None:
        """The value of a cell; a cell that is not there reads as an empty one."""
        place = self.headings.places.get(column, len(self.row))
        text = self.row[place] if place < len(self.row) else ""
        try:
            return read(text)
        except BadCell as problem:
            self.say(column, str(problem))
            return None

    def instant(
        self, column: str, day: date | None, wall: time | None, zone: str
    ) -> tuple[datetime, bool] | None:
        """See `cells.instant_of`. Nothing while day or time are still unread."""
        if day is None or wall is None:
            return None
        try:
            return cells.instant_of(day, wall, zone)
        except BadCell as problem:
            self.say(column, str(problem))
            return None

    def say(self, column: str, sentence: str) -> None:
        title = self.headings.log.columns[column].title if column else ""
        self.problems.append(Problem(self.number, title, sentence))


def interview(one: RowCells, zone: str, at: datetime) -> Row | None:
    """An interview, or nothing when `one.problems` says why not."""
    code = one.take("code", cells.code_of)
    span = _span(one, zone, at)
    people = _pair(one)
    mode = one.take("mode", cells.mode_of)
    companion = one.take("companion", cells.answer_of)
    if one.problems or code is None or span is None or mode is None:
        return None
    return Row(
        number=one.number,
        key=_key("interview", code),
        code=code,
        starts_at=span[0],
        ends_at=span[1],
        people=people,
        mode=mode,
        companion=companion,
        said=span[2],
    )


def _span(
    one: RowCells, zone: str, at: datetime
) -> tuple[datetime, datetime, str] | None:
    day = one.take("day", cells.day_of)
    start = one.instant("start", day, one.take("start", cells.wall_of), zone)
    finish = one.instant("finish", day, one.take("finish", cells.wall_of), zone)
    if start is None or finish is None:
        return None
    if finish[0] <= start[0]:
        one.say("finish", "The finish is not after the start.")
    elif finish[0] > at:
        one.say("day", TO_COME)
    return start[0], finish[0], TWICE if start[1] or finish[1] else ""


def _pair(one: RowCells) -> tuple[tuple[str, str], ...]:
    interviewer = one.take("interviewer", cells.name_of) or ""
    facilitator = one.take("facilitator", cells.name_or_nobody) or ""
    if not facilitator:
        return (("interviewer", interviewer),)
    if cells.same(facilitator) == cells.same(interviewer):
        one.say("facilitator", "This is the same person as the interviewer.")
    return ("interviewer", interviewer), ("facilitator", facilitator)


def coding(one: RowCells, zone: str, at: datetime) -> Row | None:
    """A transcript that somebody coded, or nothing when `one.problems` says why not."""
    code = one.take("code", cells.code_of)
    day = one.take("day", cells.day_of)
    end = one.instant("day", day, CODED_BY, zone)
    coder = one.take("coder", cells.name_of)
    minutes = one.take("minutes", cells.minutes_of)
    reading = one.take("pass", cells.pass_of)
    if day and day > at.astimezone(ZoneInfo(zone)).date():
        one.say("day", TO_COME)
    if one.problems or not (code and end and coder and minutes and reading):
        return None
    return Row(
        number=one.number,
        key=_key("coding", code, "" if reading == "first" else reading),
        code=code,
        starts_at=end[0] - timedelta(minutes=minutes),
        ends_at=end[0],
        people=(("coder", coder),),
    )


def _key(kind: str, code: str, more: str = "") -> str:
    """A second reading of a transcript is another piece of work, not the same one."""
    return ":".join(part for part in (kind, cells.same(code), more) if part)
