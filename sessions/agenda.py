"""A supporter's days: what is agreed, pencilled, open, and when they are away."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sessions import slots
from sessions.availability import rules_for
from sessions.models import Booking, GroupRound, Supporter
from sessions.slots import Rules, Span

HALF = timedelta(minutes=30)
# The grid of the style sheet: 16 half hours from 9:30, boxes of at most 8 of them.
GRID_STARTS, GRID_ROWS, TALLEST = time(9, 30), 16, 8
WORKING_DAYS = 5


@dataclass
class Entry:
    """One box: `look` is agreed, pencil, own or open; `row` and `rows` place it."""

    start: datetime
    end: datetime
    look: str
    booking: Booking | None = None
    row: int | None = None
    rows: int = 1

    @property
    def round(self) -> GroupRound | None:
        """The round of a group that the supporter leads."""
        if self.booking is None or self.booking.seat != 0:
            return None
        return self.booking.gathering.round if self.booking.gathering else None

    @property
    def classes(self) -> str:
        """Names of the style sheet; only the look when the week is a plain list."""
        if self.row is None:
            return f"slot--{self.look}"
        minutes = 9 * 60 + 30 + self.row * 30
        at = f"at-{minutes // 60:02}{minutes % 60:02} for-{self.rows}"
        return f"slot--{self.look} {at}{' slot--short' if self.rows == 1 else ''}"


@dataclass
class Day:
    """One local day. `away` says that time off covers all of the supporter's hours."""

    day: date
    start: datetime
    end: datetime
    today: bool
    entries: list[Entry]
    away: bool

    @property
    def bookings(self) -> int:
        return sum(entry.booking is not None for entry in self.entries)

    @property
    def open_hours(self) -> int:
        """Whole hours still open, rounded down."""
        free = (one.end - one.start for one in self.entries if one.look == "open")
        return int(sum(free, timedelta()) // timedelta(hours=1))


@dataclass
class Week:
    """Monday to Friday, and a weekend day that has something in it."""

    first: date
    days: list[Day]
    on_grid: bool

    @property
    def bookings(self) -> int:
        return sum(day.bookings for day in self.days)

    @property
    def open_hours(self) -> int:
        return sum(day.open_hours for day in self.days)

    @property
    def before(self) -> date:
        return self.first - timedelta(days=7)

    @property
    def after(self) -> date:
        return self.first + timedelta(days=7)


def week_of(*, supporter: Supporter, day: date, at: datetime) -> Week:
    """The week that holds a day, in the supporter's zone. A fixed number of queries."""
    zone = ZoneInfo(supporter.person.time_zone)
    first = day - timedelta(days=day.weekday())
    window = Span(_midnight(first, zone), _midnight(first + timedelta(days=7), zone))
    rules = rules_for(supporters=[supporter.pk], window=window, at=at)[supporter.pk]
    held = Booking.objects.holding(at).between(window.start, window.end)
    mine = held.of_either(supporter.pk).select_related(
        "person", "supporter__person", "gathering__round"
    )
    rows = list(mine.order_by("starts_at"))
    days = [
        _day(first + timedelta(days=number), supporter, rules, rows, at)
        for number in range(7)
    ]
    shown = [day for n, day in enumerate(days) if n < WORKING_DAYS or day.entries]
    return Week(first, shown, on_grid=_place(shown))


def _day(
    day: date, supporter: Supporter, rules: Rules, rows: list[Booking], at: datetime
) -> Day:
    zone = ZoneInfo(supporter.person.time_zone)
    window = Span(_midnight(day, zone), _midnight(day + timedelta(days=1), zone))
    entries = [
        Entry(row.starts_at, row.ends_at, _look(row, supporter), row)
        for row in rows
        if window.start <= row.starts_at < window.end
    ]
    for span in slots.open_spans(rules, window):
        entries += [Entry(part.start, part.end, "open") for part in _parts(span, zone)]
    entries.sort(key=lambda entry: entry.start)
    away = any(
        span.start < window.end and span.end > window.start for span in rules.away
    )
    today = at.astimezone(zone).date() == day
    return Day(day, window.start, window.end, today, entries, away and not entries)


def _look(row: Booking, supporter: Supporter) -> str:
    if row.person_id == supporter.pk and row.seat != 0:
        return "own"
    return "agreed" if row.agreed_at is not None else "pencil"


def _parts(span: Span, zone: ZoneInfo) -> Iterable[Span]:
    """Open time from half hour to half hour, in pieces that the grid can hold."""
    start = _up_to_half(span.start, zone)
    end = span.end - (span.end.astimezone(zone).replace(tzinfo=UTC) - _EPOCH) % HALF
    while start < end:
        stop = min(end, start + TALLEST * HALF)
        yield Span(start, stop)
        start = stop


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _up_to_half(moment: datetime, zone: ZoneInfo) -> datetime:
    over = (moment.astimezone(zone).replace(tzinfo=UTC) - _EPOCH) % HALF
    return moment + (HALF - over) if over else moment


def _place(days: list[Day]) -> bool:
    """Give every box its rows, if all of them fit without touching one another.

    If one does not, none is placed, and the page shows a plain list of days.
    """
    placed = [
        (entry, *_rows(entry, day.start)) for day in days for entry in day.entries
    ]
    fits = len(days) == WORKING_DAYS and all(_fits(day) for day in days)
    for entry, row, rows in placed if fits else ():
        entry.row, entry.rows = row, rows
    return fits


def _fits(day: Day) -> bool:
    free_from = 0
    for entry in day.entries:
        row, rows = _rows(entry, day.start)
        if row < free_from or row + rows > GRID_ROWS or rows > TALLEST:
            return False
        free_from = row + rows
    return True


def _rows(entry: Entry, midnight: datetime) -> tuple[int, int]:
    """First row and number of rows, counted in real time from the day's midnight."""
    grid = midnight + timedelta(hours=GRID_STARTS.hour, minutes=GRID_STARTS.minute)
    first = (entry.start - grid) // HALF
    last = -((grid - entry.end) // HALF)
    return first, max(1, last - first)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
