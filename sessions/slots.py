"""Which times are free: rules in, times out. Pure, so it can be tried by the thousand.

One rule decides both what is shown and what is accepted: `free_times` and `refusal`
ask the same `_Calendar`. Rules hold weekly blocks in wall time and a zone; everything
that comes in or goes out as an instant is aware and leaves in UTC.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

STEP = timedelta(minutes=30)
IN_PERSON = "in_person"
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From `start` up to, and not including, `end`. Both are aware."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Block:
    """Hours open every week. `weekday` 0 is Monday, and is the day of the start.

    `ends` at or before `starts` means the next day; 00:00 is midnight. `from_date` is
    the first day, `until_date` the first day without the block.
    """

    weekday: int
    starts: time
    ends: time
    zone: str
    from_date: date
    until_date: date | None = None
    modes: tuple[str, ...] = ()
    place: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """Time promised already. `counts` says whether it fills the day's number."""

    span: Span
    buffer: timedelta = timedelta()
    counts: bool = True


@dataclass(frozen=True, slots=True)
class Rules:
    """All that decides one supporter's free times. `zone` says when their day ends.

    Between two bookings lies the larger of the two buffers, not their sum.
    """

    zone: str
    blocks: tuple[Block, ...]
    away: tuple[Span, ...] = ()
    taken: tuple[Taken, ...] = ()
    buffer: timedelta = timedelta()
    notice: timedelta = timedelta()
    horizon: timedelta = timedelta(days=120)
    most_per_day: int = 5


@dataclass(frozen=True, slots=True)
class Slot:
    """A time that can be booked, in UTC, and the ways in which it can be held."""

    start: datetime
    end: datetime
    modes: tuple[str, ...]
    place: str = ""

    def place_for(self, mode: str) -> str:
        """Where to go, when they meet in person."""
        return self.place if mode == IN_PERSON else ""


def free_times(
    rules: Rules,
    *,
    length: timedelta,
    window: Span,
    at: datetime,
    step: timedelta = STEP,
) -> list[Slot]:
    """Every time of this length that starts inside the window, earliest first."""
    calendar = _Calendar(rules, window, at)
    found = (
        calendar.slot(start, length)
        for start in calendar.starts(step)
        if window.start <= start < window.end
    )
    return [slot for slot in found if slot]


def slot_at(
    rules: Rules,
    *,
    start: datetime,
    length: timedelta,
    at: datetime,
    step: timedelta = STEP,
) -> Slot | None:
    """The slot that starts at exactly this instant, or None when there is none."""
    calendar = _around(rules, start, at)
    return calendar.slot(start, length) if start in calendar.starts(step) else None


def refusal(
    rules: Rules,
    *,
    start: datetime,
    length: timedelta,
    mode: str,
    at: datetime,
    step: timedelta = STEP,
) -> str | None:
    """Why this time cannot be booked, as a sentence; None when it can."""
    slot = slot_at(rules, start=start, length=length, at=at, step=step)
    if slot is None:
        return _around(rules, start, at).because(start)
    return None if mode in slot.modes else "This time cannot be held that way."


def open_spans(rules: Rules, window: Span) -> list[Span]:
    """Hours open and not promised, cut to the window. Ignores notice and numbers."""
    calendar = _Calendar(rules, window, window.start)
    return _overlap(calendar.any_mode, [window])


def clear_of(slots: list[Slot], busy: list[Span]) -> list[Slot]:
    """The slots that overlap none of the spans. Touching is not overlapping."""
    return [
        slot
        for slot in slots
        if not any(slot.start < span.end and slot.end > span.start for span in busy)
    ]


def _around(rules: Rules, start: datetime, at: datetime) -> "_Calendar":
    return _Calendar(rules, Span(start, start + timedelta(microseconds=1)), at)


class _Calendar:
    """The rules of one supporter, worked out around one window."""

    def __init__(self, rules: Rules, window: Span, at: datetime) -> None:
        self.rules = rules
        self.zone = ZoneInfo(rules.zone)
        self.earliest = at + rules.notice
        self.latest = at + rules.horizon
        pieces = list(_pieces(rules.blocks, window))
        self.days = self._days(span for span, _ in pieces)
        busy = [
            _padded(taken.span, max(rules.buffer, taken.buffer))
            for taken in rules.taken
        ]
        blocked = _merged([*rules.away, *busy])
        self.any_mode = _minus(_merged(span for span, _ in pieces), blocked)
        self.ways = {
            way: _minus(_merged(spans), blocked)
            for way, spans in _by_way(pieces).items()
        }
        counted = Counter(
            self._day(taken.span.start) for taken in rules.taken if taken.counts
        )
        self.full = {day for day, many in counted.items() if many >= rules.most_per_day}

    def _day(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    def _days(self, spans: Iterable[Span]) -> list[Span]:
        """Spans merged among those of one local day, so that no grid depends on the
        window: a chain of touching days would else have to be followed to its start.
        """
        by_day: dict[date, list[Span]] = {}
        for span in spans:
            by_day.setdefault(self._day(span.start), []).append(span)
        return [merged for found in by_day.values() for merged in _merged(found)]

    def starts(self, step: timedelta) -> list[datetime]:
        """The grid: from the start of each day's hours, a step apart in real time."""
        found = set()
        for span in self.days:
            for number in range(-((span.start - span.end) // step)):
                found.add(span.start + number * step)
        return sorted(found)

    def slot(self, start: datetime, length: timedelta) -> Slot | None:
        """The slot that starts here, or nothing. The one rule of this module."""
        if not self.earliest <= start <= self.latest or self._day(start) in self.full:
            return None
        wanted = Span(start.astimezone(UTC), (start + length).astimezone(UTC))
        ways = [way for way, spans in self.ways.items() if _holds(spans, wanted)]
        if not ways:
            return None
        modes = tuple(dict.fromkeys(mode for mode, _ in ways))
        place = next((place for mode, place in ways if mode == IN_PERSON), "")
        return Slot(wanted.start, wanted.end, modes, place)

    def because(self, start: datetime) -> str:
        """A sentence about a start that has no slot. Decides nothing."""
        if start < self.earliest:
            return "This time is too soon to arrange."
        if start > self.latest:
            return "This time is further ahead than can be booked."
        if self._day(start) in self.full:
            return "This day is full."
        return "This time is not open."


# --- weekly blocks to instants ---------------------------------------------------


def _pieces(blocks: Iterable[Block], window: Span) -> Iterator[tuple[Span, Block]]:
    """The instants, near the window, whose wall time lies inside a block.

    Days around the window are worked out too: what began then may pass midnight, and
    zones differ by up to a day.
    """
    first = (window.start - 4 * DAY).date()
    last = (window.end + 2 * DAY).date()
    for block in blocks:
        ahead = (block.weekday - first.weekday()) % 7
        day = first + timedelta(days=ahead)
        while day <= last:
            if block.from_date <= day and not (
                block.until_date and day >= block.until_date
            ):
                yield from ((span, block) for span in _instants(block, day))
            day += timedelta(days=7)


def _instants(block: Block, day: date) -> Iterator[Span]:
    """One block on one day. When clocks change inside it, one span per offset.

    A wall time that is skipped yields nothing, one that comes twice yields both.
    """
    starts = datetime.combine(day, block.starts, UTC)
    ends = datetime.combine(day, block.ends, UTC)
    if ends <= starts:
        ends += DAY
    for offset, known in _offsets(ZoneInfo(block.zone), starts - DAY, ends + DAY):
        span = _cut(Span(starts - offset, ends - offset), known)
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


def _by_way(
    pieces: Iterable[tuple[Span, Block]],
) -> dict[tuple[str, str], list[Span]]:
    """Spans by mode; meeting in person also by place, since nobody walks half-way."""
    found: dict[tuple[str, str], list[Span]] = {}
    for span, block in pieces:
        for mode in block.modes:
            place = block.place if mode == IN_PERSON else ""
            found.setdefault((mode, place), []).append(span)
    return found


# --- sums with spans ---------------------------------------------------------------


def _padded(span: Span, by: timedelta) -> Span:
    return Span(span.start - by, span.end + by)


def _cut(span: Span, to: Span) -> Span | None:
    start, end = max(span.start, to.start), min(span.end, to.end)
    return Span(start, end) if start < end else None


def _merged(spans: Iterable[Span]) -> list[Span]:
    """Overlapping and touching spans as one, in order."""
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return merged


def _minus(spans: list[Span], blocked: list[Span]) -> list[Span]:
    """What is left of merged spans. Touching is not overlapping."""
    left = []
    for span in spans:
        start = span.start
        for gap in blocked:
            if gap.end <= start or gap.start >= span.end:
                continue
            if gap.start > start:
                left.append(Span(start, gap.start))
            start = max(start, gap.end)
        if start < span.end:
            left.append(Span(start, span.end))
    return left


def _overlap(spans: list[Span], others: list[Span]) -> list[Span]:
    found = (_cut(span, other) for span in spans for other in others)
    return [span for span in found if span]


def _holds(spans: list[Span], wanted: Span) -> bool:
    """Whether one of the merged spans holds all of the wanted one."""
    place = bisect_right(spans, wanted.start, key=lambda span: span.start) - 1
    return place >= 0 and wanted.end <= spans[place].end
