"""Which times are free: rules in, times out. Pure, so it can be tried by the thousand.

One rule decides both what is shown and what is accepted: `free_times` and `refusal`
ask the same `_Calendar`. Rules hold weekly blocks in wall time and a zone; everything
that comes in or goes out as an instant is aware and leaves in UTC.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sessions.spans import Hours, merged, minus, overlap, padded
from sessions.spans import Span as Span
from sessions.weekly import Block as Block
from sessions.weekly import pieces

STEP = timedelta(minutes=30)
IN_PERSON = "in_person"
DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Taken:
    """Time promised already. `counts` says whether it fills the day's number."""

    span: Span
    buffer: timedelta = timedelta()
    counts: bool = True


@dataclass(frozen=True, slots=True)
class Rules:
    """All that decides one supporter's free times. `zone` says when their day ends.

    `closed` are days on which nothing that recurs is open, `away` is time off, and
    `busy` is taken up elsewhere. Between two bookings lies the larger of the two
    buffers, not their sum. Bookings with less than `rest` between them are one run,
    which is never made longer than `longest_run`. Weeks begin on Monday. Some kinds of
    booking have a buffer of their own (`buffers`), and a booking that moves may have
    another notice than a new one (`move_notice`).
    """

    zone: str
    blocks: tuple[Block, ...]
    away: tuple[Span, ...] = ()
    taken: tuple[Taken, ...] = ()
    buffer: timedelta = timedelta()
    notice: timedelta = timedelta()
    horizon: timedelta = timedelta(days=120)
    most_per_day: int = 5
    closed: frozenset[date] = frozenset()
    busy: tuple[Span, ...] = ()
    most_per_week: int | None = None
    longest_run: timedelta | None = None
    rest: timedelta = timedelta(minutes=30)
    buffers: tuple[tuple[str, timedelta], ...] = ()
    move_notice: timedelta | None = None

    def for_a(self, kind: str, *, moving: bool = False) -> "Rules":
        """The same rules as they hold for one booking of this kind."""
        buffer = dict(self.buffers).get(kind, self.buffer)
        notice = self.notice
        if moving and self.move_notice is not None:
            notice = self.move_notice
        return replace(self, buffer=buffer, notice=notice)

    def for_any(self) -> "Rules":
        """So strict that what they give holds for every kind, new or moving."""
        buffers = [buffer for _, buffer in self.buffers]
        return replace(
            self,
            buffer=max([self.buffer, *buffers]),
            notice=max(self.notice, self.move_notice or self.notice),
        )


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
        return _around(rules, start, at).because(start, length)
    return None if mode in slot.modes else "This time cannot be held that way."


def open_spans(rules: Rules, window: Span) -> list[Span]:
    """Hours open and not promised, cut to the window. Ignores notice and numbers."""
    calendar = _Calendar(rules, window, window.start)
    return overlap(calendar.any_mode, [window])


def clear_of(slots: list[Slot], busy: list[Span]) -> list[Slot]:
    """The slots that overlap none of the spans. Touching is not overlapping."""
    return [
        slot
        for slot in slots
        if not any(slot.start < span.end and slot.end > span.start for span in busy)
    ]


def _around(rules: Rules, start: datetime, at: datetime) -> "_Calendar":
    return _Calendar(rules, Span(start, start + TICK), at)


class _Calendar:
    """The rules of one supporter, worked out around one window."""

    def __init__(self, rules: Rules, window: Span, at: datetime) -> None:
        self.rules = rules
        self.zone = ZoneInfo(rules.zone)
        self.earliest = at + rules.notice
        self.latest = at + rules.horizon
        found = list(pieces(rules.blocks, window, rules.closed))
        self.days = self._days(span for span, _ in found)
        taken = [
            padded(taken.span, max(rules.buffer, taken.buffer)) for taken in rules.taken
        ]
        blocked = merged([*rules.away, *rules.busy, *taken])
        self.any_mode = minus(merged(span for span, _ in found), blocked)
        self.hours = Hours(self.any_mode)
        # A way that every block allows has the hours of all: mostly each of them.
        self.ways = {
            way: self.hours
            if len(spans) == len(found)
            else Hours(minus(merged(spans), blocked))
            for way, spans in _by_way(found).items()
        }
        counted = [self._day(one.span.start) for one in rules.taken if one.counts]
        self.full = _reached(counted, rules.most_per_day)
        self.full_weeks = _reached(map(_monday, counted), rules.most_per_week)
        self.runs = _runs(rules)

    def _day(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    def _days(self, spans: Iterable[Span]) -> list[Span]:
        """Spans merged among those of one local day, so that no grid depends on the
        window: a chain of touching days would else have to be followed to its start.
        """
        by_day: dict[date, list[Span]] = {}
        for span in spans:
            by_day.setdefault(self._day(span.start), []).append(span)
        return [span for found in by_day.values() for span in merged(found)]

    def starts(self, step: timedelta) -> list[datetime]:
        """The grid: from the start of each day's hours, a step apart in real time."""
        found = set()
        for span in self.days:
            for number in range(-((span.start - span.end) // step)):
                found.add(span.start + number * step)
        return sorted(found)

    def slot(self, start: datetime, length: timedelta) -> Slot | None:
        """The slot that starts here, or nothing. The one rule of this module."""
        if not self.earliest <= start <= self.latest:
            return None
        start = start.astimezone(UTC)
        end = start + length
        # What no way can hold is sorted out first: that is most of the grid.
        if not self.hours.hold(start, end) or self._full(start):
            return None
        ways = [way for way, hours in self.ways.items() if hours.hold(start, end)]
        if not ways or self._without_rest(Span(start, end)):
            return None
        modes = tuple(dict.fromkeys(mode for mode, _ in ways))
        place = next((place for mode, place in ways if mode == IN_PERSON), "")
        return Slot(start, end, modes, place)

    def _full(self, start: datetime) -> bool:
        day = self._day(start)
        return day in self.full or (
            bool(self.full_weeks) and _monday(day) in self.full_weeks
        )

    def _without_rest(self, wanted: Span) -> bool:
        """Whether this one would make a run of bookings longer than it may be.

        One that stands alone is no run, however long it is.
        """
        longest, rest = self.rules.longest_run, self.rules.rest
        if longest is None:
            return False
        place = bisect_right(self.runs, wanted.start, key=lambda run: run.start)
        beside = [
            run
            for run in self.runs[max(0, place - 1) : place + 1]
            if run.end + rest > wanted.start and run.start < wanted.end + rest
        ]
        if not beside:
            return False
        start = min(run.start for run in [wanted, *beside])
        return max(run.end for run in [wanted, *beside]) - start > longest

    def because(self, start: datetime, length: timedelta) -> str:
        """A sentence about a start that has no slot. Decides nothing."""
        if start < self.earliest:
            return "This time is too soon to arrange."
        if start > self.latest:
            return "This time is further ahead than can be booked."
        if self._day(start) in self.full:
            return "This day is full."
        if self._full(start):
            return "This week is full."
        if self._without_rest(Span(start, start + length)):
            return "This time would leave no break."
        return "This time is not open."


def _monday(day: date) -> date:
    return day - day.weekday() * DAY


def _reached(days: Iterable[date], most: int | None) -> set[date]:
    """The days (or Mondays) that come as often as is the most, or more."""
    if most is None:
        return set()
    return {day for day, many in Counter(days).items() if many >= most}


def _runs(rules: Rules) -> list[Span]:
    """Bookings with less than the rest between them, as one span each."""
    if rules.longest_run is None:
        return []
    reach = rules.rest - TICK
    long = merged(Span(one.span.start, one.span.end + reach) for one in rules.taken)
    return [Span(span.start, span.end - reach) for span in long]


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
