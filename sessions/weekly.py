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


@dataclass(frozen=True, slots=True)
class Block:
    """Hours open every week, or every so many. `weekday` 0 is Monday, and is the day
    of the start.

    `ends` at or before `starts` means the next day; 00:00 is midnight. `from_date` is
    the first day, `until_date` the first day without the block. Weeks are counted from
    the first day of the block on or after `from_date`.
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
        for day in _days(block, first, last):
            if day not in closed or block.on_one_day:
                yield from ((span, block) for span in _instants(block, day))


def _days(block: Block, first: date, last: date) -> Iterator[date]:
    """The days, between two, on which a block begins."""
    ahead = (block.weekday - block.from_date.weekday()) % 7
    day, step = block.from_date + ahead * DAY, 7 * block.every_weeks
    if day < first:
        day += -(-(first - day).days // step) * step * DAY
    last = min(last, block.until_date - DAY) if block.until_date else last
    while day <= last:
        yield day
        day += step * DAY


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
