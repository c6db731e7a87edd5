"""Regular times: started, moved from one on, ended. Each time is an ordinary booking.

What is laid out asks the same rule as any booking, so that time off, closed days and
other bookings are left out by themselves. A number that was left out is not tried
again: a time must not turn up in a calendar weeks later by surprise.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from sessions import booking as bookings
from sessions import booking_messages, moving, series_messages
from sessions.locks import LostTheRace, lock_people, one_at_a_time
from sessions.models import Booking, BookingQuerySet, Series
from sessions.pencils import write
from sessions.repeats import Rule
from sessions.taking import (
    NoLongerThere,
    NotInOfferedHours,
    TimeTaken,
    Wanted,
    winning,
)
from wellbeing.people.models import User


@dataclass(frozen=True)
class Moved:
    """How many times moved, and the bookings that could not and stay as they were."""

    moved: int
    stayed: list[Booking]


@dataclass(frozen=True)
class Time:
    """One number of a series. Without a booking it `waits` to be laid out, or it was
    left out because there was no time."""

    start: datetime
    booking: Booking | None
    waits: bool


def start(
    *, booking: Booking, every_weeks: int, times: int, by: User, at: datetime
) -> Series:
    """Make an agreed time the first of a series. Twice is once.

    The person starts it; the supporter is told. Raises NoLongerThere when it is not an
    agreed time of two people that is still to come.
    """
    if by.pk != booking.person_id:
        raise NoLongerThere
    with _together(booking.supporter_id, booking.person_id):
        first = _fresh(booking)
        if first.series is not None:
            return first.series
        usual = first.agreed_at is not None and first.freed_at is None
        if not usual or first.starts_at <= at or first.gathering_id is not None:
            raise NoLongerThere
        series = _made(first, every_weeks, times, at)
        first.series, first.number = series, 1
        first.save(update_fields=["series", "number"])
        lay_out(series=series, at=at)
        series_messages.tell_started(series, first=first, at=at)
    return series


def lay_out_due(*, at: datetime) -> int:
    """Book the next times of series whose day has come near enough; how many series."""
    due = Series.objects.filter(ended_at__isnull=True, look_at__lte=at)
    rows = list(due.select_related("supporter__person", "person"))
    for row in rows:
        with transaction.atomic():
            lay_out(series=row, at=at)
    return len(rows)


def lay_out(*, series: Series, at: datetime) -> int:
    """Book every number that lies within the supporter's horizon; how many were free.

    Raises nothing for a time that is taken or not open: that number is left out.
    """
    rule, booked = rule_of(series), 0
    horizon = timedelta(days=series.supporter.horizon_days)
    number = series.laid_out
    while number < series.times and rule.start(number + 1) <= at + horizon:
        number += 1
        booked += _booked(series, number, rule.start(number), at)
    series.laid_out = number
    more = number < series.times
    series.look_at = rule.start(number + 1) - horizon if more else None
    series.save(update_fields=["laid_out", "look_at"])
    return booked


def move_from(
    *, booking: Booking, start: datetime, mode: str, by: User, at: datetime
) -> Moved:
    """Move this time and all after it by the same step, at the same wall time.

    One transaction. This one moves or nothing does (TimeTaken, NotInOfferedHours,
    NoLongerThere); of those after it, one whose new time is not free stays.
    """
    if booking.series is None or booking.number is None:
        raise NoLongerThere
    with _together(booking.supporter_id, booking.person_id):
        series = Series.objects.get(pk=booking.series.pk)
        if series.ended_at is not None:
            raise NoLongerThere
        rule = rule_of(series).moved(booking.number, start)
        _anchor(series, rule)
        rows = list(_to_come(series, at).filter(number__gte=booking.number))
        # Later ones first when the step goes on in time, so that none is in the way of
        # another.
        rows.sort(key=lambda row: row.number or 0, reverse=start > booking.starts_at)
        moved, stayed = 0, []
        for row in rows:
            try:
                _move_one(row, rule, mode, by, at)
                moved += 1
            except (TimeTaken, NotInOfferedHours, NoLongerThere):
                if row.pk == booking.pk:
                    raise
                stayed.append(row)
        series_messages.tell_moved(series, first=_fresh(booking), at=at)
    return Moved(moved, sorted(stayed, key=lambda row: row.starts_at))


def end(*, series: Series, by: User, at: datetime) -> int:
    """No more of it from now on; how many times were freed. Twice is once.

    Calendars lose what they had; one message says the rest. Nobody is asked why.
    """
    with _together(series.supporter_id, series.person_id):
        claim = Series.objects.filter(pk=series.pk, ended_at__isnull=True)
        if not claim.update(ended_at=at, look_at=None):
            return 0
        rows = list(_to_come(series, at))
        for row in rows:
            bookings.cancel(booking=row, by=by, at=at, among_many=True)
        series_messages.tell_ended(series, by_us=by.pk != series.person_id, at=at)
    return len(rows)


def timeline(series: Series) -> list[Time]:
    """Every number in order of time. What an ended series never booked is not shown,
    nor what was left out before it was moved: nobody knows its day any more."""
    booked = {row.number: row for row in series.bookings.all()}
    rule, found = rule_of(series), []
    for number in range(1, series.times + 1):
        row, waits = booked.get(number), number > series.laid_out
        hidden = series.ended_at is not None if waits else number < rule.anchor_number
        if row is not None or not hidden:
            when = row.starts_at if row else rule.start(number)
            found.append(Time(when, row, waits and row is None))
    return sorted(found, key=lambda time: time.start)


def rule_of(series: Series) -> Rule:
    return Rule(
        wall=series.wall,
        zone=series.zone,
        anchor_on=series.anchor_on,
        anchor_number=series.anchor_number,
        every_weeks=series.every_weeks,
    )


@contextmanager
def _together(supporter: int, person: int) -> Iterator[None]:
    """A transaction in which both people stand still. A lost race is NoLongerThere."""
    try:
        with one_at_a_time():
            lock_people(supporter, person)
            yield
    except LostTheRace as problem:
        raise NoLongerThere from problem


def _made(first: Booking, every_weeks: int, times: int, at: datetime) -> Series:
    zone = first.supporter.person.time_zone
    local = first.starts_at.astimezone(ZoneInfo(zone))
    return Series.objects.create(
        supporter=first.supporter,
        person=first.person,
        kind=first.kind,
        minutes=int((first.ends_at - first.starts_at).total_seconds() // 60),
        mode=first.mode,
        reminders=first.reminders,
        zone=zone,
        wall=local.time().replace(fold=0),
        anchor_on=local.date(),
        every_weeks=every_weeks,
        times=times,
        started_at=at,
    )


def _booked(series: Series, number: int, start: datetime, at: datetime) -> bool:
    """One time of the series, unless something stands in the way."""
    length = timedelta(minutes=series.minutes)
    wanted = Wanted(
        series.supporter, series.person, series.kind, start, length, series.mode, at
    )
    booking = Booking(
        series=series,
        number=number,
        kind=series.kind,
        reminders=series.reminders,
        agreed_at=at,
    )
    try:
        with winning(wanted):
            if Booking.objects.filter(series=series, number=number).exists():
                return False
            booking.entry_at = start - booking_messages.AHEAD
            write(booking, wanted, series.person)
            booking_messages.tell_agreed(booking, at=at)
    except (TimeTaken, NotInOfferedHours):
        return False
    return True


def _move_one(row: Booking, rule: Rule, mode: str, by: User, at: datetime) -> None:
    assert row.number is not None  # noqa: S101 - rows of a series are numbered
    moving.move(
        booking=row,
        start=rule.start(row.number),
        mode=mode,
        by=by,
        at=at,
        among_many=True,
    )


def _anchor(series: Series, rule: Rule) -> None:
    series.wall, series.anchor_on = rule.wall, rule.anchor_on
    series.anchor_number = rule.anchor_number
    series.save(update_fields=["wall", "anchor_on", "anchor_number"])


def _to_come(series: Series, at: datetime) -> BookingQuerySet:
    rows = Booking.objects.filter(
        series=series, freed_at__isnull=True, starts_at__gt=at
    )
    return rows.select_related("person", "supporter__person", "series").order_by(
        "number"
    )


def _fresh(booking: Booking) -> Booking:
    rows = Booking.objects.select_related("person", "supporter__person", "series")
    return rows.get(pk=booking.pk)
