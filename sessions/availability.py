"""When supporters can be booked: their hours, limits and time off, read and changed.

`rules_for` turns rows into the plain rules of `sessions.slots`, in a fixed number of
queries whatever the number of days or supporters.
"""

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q, QuerySet

from sessions import slots
from sessions.locks import lock_people
from sessions.models import Booking, Supporter, TimeOff, WorkingHours
from sessions.slots import Block, Rules, Slot, Span, Taken

# The number of bookings is counted by whole local days, and hours may pass midnight.
MARGIN = timedelta(days=2)


class HoursNotPossible(Exception):
    """These hours or this time off make no sense; `sentence` says why, to a person."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class CoverNeeded(HoursNotPossible):
    """Time off starts only when someone holds new requests meanwhile."""


def rules_for(
    *,
    supporters: Collection[int],
    window: Span,
    at: datetime,
    ignoring: Booking | None = None,
) -> dict[int, Rules]:
    """The rules of each supporter around a window, in four queries.

    `ignoring` is a booking that is about to move: it does not count against itself.
    """
    around = Span(window.start - MARGIN, window.end + MARGIN)
    taken = _taken(supporters, around, at, ignoring)
    return _rules(supporters, around, taken)


def rules_and_own(
    *,
    supporter: int,
    person: int,
    window: Span,
    at: datetime,
    ignoring: Booking | None = None,
) -> tuple[Rules, list[Span]]:
    """The rules of one supporter, and when one person is booked, on either side.

    In four queries, since both are needed for every booking that is made.
    """
    around = Span(window.start - MARGIN, window.end + MARGIN)
    taken = _taken([supporter, person], around, at, ignoring)
    rules = _rules([supporter], around, taken)[supporter]
    return rules, [one.span for one in taken.get(person, [])]


def free_times_of(
    *, supporter: Supporter, length: timedelta, window: Span, at: datetime
) -> list[Slot]:
    """Every free time of one supporter that starts inside the window."""
    rules = rules_for(supporters=[supporter.pk], window=window, at=at)[supporter.pk]
    return slots.free_times(rules, length=length, window=window, at=at)


def _rules(
    supporters: Collection[int], around: Span, taken: dict[int, list[Taken]]
) -> dict[int, Rules]:
    people = Supporter.objects.select_related("person").in_bulk(supporters)
    blocks = _blocks(people, around)
    away = _away(people, around)
    return {
        pk: Rules(
            zone=supporter.person.time_zone,
            blocks=tuple(blocks.get(pk, ())),
            away=tuple(away.get(pk, ())),
            taken=tuple(taken.get(pk, ())),
            buffer=timedelta(minutes=supporter.buffer_minutes),
            notice=timedelta(minutes=supporter.notice_minutes),
            horizon=timedelta(days=supporter.horizon_days),
            most_per_day=supporter.most_per_day,
        )
        for pk, supporter in people.items()
    }


def _blocks(people: Collection[int], around: Span) -> dict[int, list[Block]]:
    rows = WorkingHours.objects.filter(
        Q(until_date__isnull=True) | Q(until_date__gt=around.start.date()),
        supporter__in=people,
        from_date__lte=around.end.date(),
    )
    found: dict[int, list[Block]] = {}
    for row in rows:
        block = Block(
            weekday=row.weekday,
            starts=row.starts,
            ends=row.ends,
            zone=row.zone,
            from_date=row.from_date,
            until_date=row.until_date,
            modes=tuple(row.modes),
            place=row.place,
        )
        found.setdefault(row.supporter_id, []).append(block)
    return found


def _away(people: Collection[int], around: Span) -> dict[int, list[Span]]:
    rows = TimeOff.objects.filter(
        supporter__in=people, starts_at__lt=around.end, ends_at__gt=around.start
    )
    found: dict[int, list[Span]] = {}
    for row in rows:
        found.setdefault(row.supporter_id, []).append(Span(row.starts_at, row.ends_at))
    return found


def _taken(
    people: Collection[int], around: Span, at: datetime, ignoring: Booking | None
) -> dict[int, list[Taken]]:
    """Bookings of each, also those in which they are the person who is supported.

    A group counts as one for its facilitator: by their own seat, not by the others'."""
    held = Booking.objects.holding(at).between(around.start, around.end)
    if ignoring is not None:
        held = held.exclude(pk=ignoring.pk)
    rows = held.of_either(*people).values_list(
        "supporter_id",
        "person_id",
        "starts_at",
        "ends_at",
        "supporter__buffer_minutes",
        "seat",
    )
    found: dict[int, list[Taken]] = {}
    for supporter, person, start, end, minutes, seat in rows:
        buffer, span = timedelta(minutes=minutes), Span(start, end)
        if not seat:
            found.setdefault(supporter, []).append(Taken(span, buffer))
        found.setdefault(person, []).append(Taken(span, buffer, counts=False))
    return found


# --- hours ---------------------------------------------------------------------------


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
) -> WorkingHours:
    """Open hours every week. `until_date` is the first day without them.

    Hours that overlap others are fine: they are read as one. Raises HoursNotPossible.
    """
    if not modes:
        raise HoursNotPossible("Choose at least one way in which people can reach you.")
    if until_date is not None and until_date <= from_date:
        raise HoursNotPossible("The last day comes before the first.")
    if starts == ends:
        raise HoursNotPossible("Choose an end that is not the same as the start.")
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
    )


def remove_hours(*, supporter: Supporter, hours: int, at: datetime) -> None:
    """Close weekly hours from today on. What was agreed in them stays agreed.

    Hours that are not this supporter's are left alone, without an error.
    """
    for row in WorkingHours.objects.filter(supporter=supporter, pk=hours):
        today = at.astimezone(ZoneInfo(row.zone)).date()
        if row.from_date >= today:
            row.delete()
        else:
            row.until_date = today
            row.save(update_fields=["until_date"])


def hours_of(supporter: Supporter, on: date) -> QuerySet[WorkingHours]:
    """Weekly hours in force on a day or still to come, in the order of the week."""
    return supporter.hours.filter(Q(until_date__isnull=True) | Q(until_date__gt=on))


# --- time off ------------------------------------------------------------------------


def add_time_off(
    *,
    supporter: Supporter,
    first: date,
    last: date,
    cover: Supporter | None,
    at: datetime,
) -> TimeOff:
    """Whole days away, in the supporter's zone, both included.

    Bookings in it stay as they are until each person chooses; `touched` lists them.
    Taken under the same lock as a booking, so a booking made meanwhile is either
    refused or listed. Raises CoverNeeded and HoursNotPossible.
    """
    zone = ZoneInfo(supporter.person.time_zone)
    starts_at = datetime.combine(first, time(), zone).astimezone(UTC)
    ends_at = datetime.combine(last + timedelta(days=1), time(), zone).astimezone(UTC)
    if last < first:
        raise HoursNotPossible("The last day comes before the first.")
    if ends_at <= at:
        raise HoursNotPossible("Choose days that are still to come.")
    cover = cover or supporter.cover
    if cover is None or cover == supporter:
        raise CoverNeeded("Choose who holds new requests while you are away.")
    with transaction.atomic():
        lock_people(supporter.pk, cover.pk)
        if away_between(cover, starts_at, ends_at):
            name = cover.person.first_name
            raise CoverNeeded(f"{name} is away on some of these days too.")
        return TimeOff.objects.create(
            supporter=supporter, starts_at=starts_at, ends_at=ends_at, cover=cover
        )


def remove_time_off(*, supporter: Supporter, time_off: int) -> None:
    """Take time off back. Time off of others is left alone, without an error."""
    TimeOff.objects.filter(supporter=supporter, pk=time_off).delete()


def away_between(supporter: Supporter, start: datetime, end: datetime) -> bool:
    return supporter.time_off.filter(starts_at__lt=end, ends_at__gt=start).exists()


def touched(supporter: Supporter, at: datetime) -> QuerySet[Booking]:
    """Bookings to come that lie inside time off, with their people."""
    away = Q(pk__in=[])
    for row in supporter.time_off.filter(ends_at__gt=at):
        away |= Q(starts_at__lt=row.ends_at, ends_at__gt=row.starts_at)
    held = Booking.objects.holding(at).for_supporter(supporter)
    return (
        held.filter(away, starts_at__gt=at)
        .select_related("person")
        .order_by("starts_at")
    )


def who_could_cover(supporter: Supporter) -> QuerySet[Supporter]:
    """Supporters who already stand in for this one or share the same cover.

    Only those: a list of everybody would name people of studies that are not theirs.
    """
    near = Q(covers=supporter) | Q(cover=supporter)
    if supporter.cover_id:
        near |= Q(cover=supporter.cover_id)
    found = Supporter.objects.filter(near).exclude(pk=supporter.pk).distinct()
    return found.select_related("person").order_by("person__name")
