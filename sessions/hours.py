"""The hours that a supporter keeps open, and the days that differ from the week."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from sessions.models import ClosedDay, Supporter, WorkingHours
from sessions.supporter_models import OF_MONTH
from sessions.weekly import Block, days

EVERY_WEEK, MOST_WEEKS = 1, 8
# Whatever recurs comes again within this time.
A_WHILE = timedelta(weeks=MOST_WEEKS)


class HoursNotPossible(Exception):
    """These hours or this time off make no sense; `sentence` says why, to a person."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def add_hours(
    *,
    supporter: Supporter,
    weekday: int,
    starts: time,
    ends: time,
    zone: str,
    modes: list[str],
    from_date: date,
    until_date: date | None = None,
    place: str = "",
    every_weeks: int = EVERY_WEEK,
    of_month: int | None = None,
) -> WorkingHours:
    """Open hours every week, every so many, or on one such weekday of each month (see
    `weekly.Block`). `until_date` is the first day without.

    Hours that overlap others are fine: they are read as one. Raises HoursNotPossible.
    """
    if not modes:
        raise HoursNotPossible("Choose at least one way in which people can reach you.")
    if until_date is not None and until_date <= from_date:
        raise HoursNotPossible("The last day comes before the first.")
    if starts == ends:
        raise HoursNotPossible("Choose an end that is not the same as the start.")
    known = of_month is None or of_month in OF_MONTH
    if not (known and EVERY_WEEK <= every_weeks <= MOST_WEEKS):
        raise HoursNotPossible("Choose how often from the list.")
    return WorkingHours.objects.create(
        supporter=supporter,
        weekday=weekday,
        starts=starts,
        ends=ends,
        zone=zone,
        modes=modes,
        from_date=from_date,
        until_date=until_date,
        place=place,
        every_weeks=every_weeks,
        of_month=of_month,
    )


def add_hours_on(
    *,
    supporter: Supporter,
    day: date,
    starts: time,
    ends: time,
    zone: str,
    modes: list[str],
    place: str = "",
) -> WorkingHours:
    """Open hours on one day alone. They hold on a holiday and on a closed day too."""
    return add_hours(
        supporter=supporter,
        weekday=day.weekday(),
        starts=starts,
        ends=ends,
        zone=zone,
        modes=modes,
        from_date=day,
        until_date=day + timedelta(days=1),
        place=place,
    )


def remove_hours(*, supporter: Supporter, hours: int, at: datetime) -> None:
    """Close weekly hours from today on. What was agreed in them stays agreed.

    Hours that are not this supporter's are left alone, without an error.
    """
    for row in WorkingHours.objects.filter(supporter=supporter, pk=hours):
        today = at.astimezone(ZoneInfo(row.zone)).date()
        if row.from_date >= today or _one_day(row):
            row.delete()
        else:
            row.until_date = today
            row.save(update_fields=["until_date"])


def hours_of(supporter: Supporter, on: date) -> QuerySet[WorkingHours]:
    """Weekly hours in force on a day or still to come, in the order of the week."""
    return supporter.hours.filter(Q(until_date__isnull=True) | Q(until_date__gt=on))


def on_one_day(rows: Iterable[WorkingHours]) -> list[WorkingHours]:
    """Of these hours, those of one day alone, in order."""
    return sorted(
        (row for row in rows if _one_day(row)),
        key=lambda row: (row.from_date, row.starts),
    )


def weekly(rows: Iterable[WorkingHours]) -> list[WorkingHours]:
    return [row for row in rows if not _one_day(row)]


def close_day(*, supporter: Supporter, day: date, at: datetime) -> ClosedDay:
    """No weekly hours on that day. Twice is once. What was agreed stays agreed.

    Raises HoursNotPossible for a day that is over.
    """
    if day < at.astimezone(ZoneInfo(supporter.person.time_zone)).date():
        raise HoursNotPossible("Choose a day that is still to come.")
    closed, _ = ClosedDay.objects.get_or_create(supporter=supporter, day=day)
    return closed


def open_day(*, supporter: Supporter, day: date) -> None:
    """The weekly hours hold again on that day. Repeatable."""
    ClosedDay.objects.filter(supporter=supporter, day=day).delete()


def next_day(row: WorkingHours, on: date) -> date | None:
    """The first day, from a day on, on which these hours are open; None when they end
    before they come again."""
    first = max(on, row.from_date)
    return next(days(block_of(row), first, first + A_WHILE), None)


def block_of(row: WorkingHours) -> Block:
    """The row as the pure rules read it."""
    return Block(
        weekday=row.weekday,
        starts=row.starts,
        ends=row.ends,
        zone=row.zone,
        from_date=row.from_date,
        until_date=row.until_date,
        modes=tuple(row.modes),
        place=row.place,
        every_weeks=row.every_weeks,
        of_month=row.of_month,
    )


def _one_day(row: WorkingHours) -> bool:
    return row.until_date == row.from_date + timedelta(days=1)
