"""Hours that recur, from wall time and a zone to instants. Pure.

Rules of recurrence are cut to the window that is asked for and never worked out from
their first day, so that an old rule costs what a new one does.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sessions.spans import Span, cut

DAY = timedelta(days=1)
LAST = -1


@dataclass(frozen=True, slots=True)
class Block:
    """Hours open every week, every so many, or on one such weekday of each month.
    `weekday` 0 is Monday, and is the day of the start.

    `ends` at or before `starts` means the next day; 00:00 is midnight. `from_date` is
    the first day, `until_date` the first day without the block. Weeks are counted from
    the first day of the block on or after `from_date`. With `of_month` 1 to 4 it is the
    first to the fourth such weekday of every month, with LAST the last one, and weeks
    are not counted (RFC 5545, BYDAY of a monthly rule).
    """

    weekday: int
    starts: time
    ends: time
    zone: str
    from_date: date
    until_date: date | None = None
    modes: tuple[str, ...] = ()
    place: str = ""
    every_weeks: int = 1
    of_month: int | None = None

    @property
    def on_one_day(self) -> bool:
        """Hours of one day alone. They hold on a closed day too: they were meant."""
        return self.until_date == self.from_date + DAY


def pieces(
    blocks: Iterable[Block], window: Span, closed: Collection[date] = ()
) -> Iterator[tuple[Span, Block]]:
    """The instants, near the window, whose wall time lies inside a block.

    Days around the window are worked out too: what began then may pass midnight, and
    zones differ by up to a day. Nothing that recurs begins on a closed day.
    """
    first = (window.start - 4 * DAY).date()
    last = (window.end + 2 * DAY).date()
    for block in blocks:
        for day in days(block, first, last):
            if day not in closed or block.on_one_day:
                yield from ((span, block) for span in _instants(block, day))


def days(block: Block, first: date, last: date) -> Iterator[date]:
    """The days, from one up to and with another, on which a block begins, in order."""
    last = min(last, block.until_date - DAY) if block.until_date else last
    if block.of_month is None:
        yield from _by_week(block, first, last)
        return
    first = max(first, block.from_date)
    month = first.replace(day=1)
    while month <= last:
        day = _in_month(month, block.weekday, block.of_month)
        if first <= day <= last:
            yield day
        month = _next_month(month)


def _by_week(block: Block, first: date, last: date) -> Iterator[date]:
    ahead = (block.weekday - block.from_date.weekday()) % 7
    day, step = block.from_date + ahead * DAY, 7 * block.every_weeks
    if day < first:
        day += -(-(first - day).days // step) * step * DAY
    while day <= last:
        yield day
        day += step * DAY


def _in_month(month: date, weekday: int, number: int) -> date:
    """The first to fourth such weekday of the month that begins on `month`, or LAST."""
    if number == LAST:
        last = _next_month(month) - DAY
        return last - (last.weekday() - weekday) % 7 * DAY
    return month + ((weekday - month.weekday()) % 7 + 7 * (number - 1)) * DAY


def _next_month(month: date) -> date:
    return (month + 31 * DAY).replace(day=1)


def _instants(block: Block, day: date) -> Iterator[Span]:
    """One block on one day. When clocks change inside it, one span per offset.

    A wall time that is skipped yields nothing, one that comes twice yields both.
    """
    starts = datetime.combine(day, block.starts, UTC)
    ends = datetime.combine(day, block.ends, UTC)
    if ends <= starts:
        ends += DAY
    for offset, known in _offsets(ZoneInfo(block.zone), starts - DAY, ends + DAY):
        span = cut(Span(starts - offset, ends - offset), known)
        if span:
            yield span


def _offsets(
    zone: ZoneInfo, low: datetime, high: datetime
) -> Iterator[tuple[timedelta, Span]]:
    """The offsets from UTC between two instants at most a few days apart."""
    first, last = _offset(zone, low), _offset(zone, high)
    if first == last:
        yield first, Span(low, high)
        return
    before, after = low, high
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=int((after - before).total_seconds()) // 2)
        if _offset(zone, middle) == first:
            before = middle
        else:
            after = middle
    yield first, Span(low, after)
    yield last, Span(after, high)


def _offset(zone: ZoneInfo, moment: datetime) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()
