"""When supporters can be booked: rows read as the plain rules of `sessions.slots`, in a
fixed number of queries whatever the number of days or supporters.

Hours are changed in `sessions.hours`, limits in `sessions.limits`, time off in
`sessions.time_off`; the verbs that other apps need are named here.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import DateField, DateTimeField, Q, Value
from django.db.models.functions import Cast

from sessions import public_holidays, slots
from sessions.hours import HoursNotPossible as HoursNotPossible
from sessions.hours import add_hours as add_hours
from sessions.hours import block_of
from sessions.hours import remove_hours as remove_hours
from sessions.models import (
    Booking,
    BusyTime,
    ClosedDay,
    Supporter,
    TimeOff,
    WorkingHours,
)
from sessions.slots import Block, Rules, Slot, Span, Taken
from sessions.time_off import CoverNeeded as CoverNeeded
from sessions.time_off import add_time_off as add_time_off
from sessions.time_off import remove_time_off as remove_time_off
from sessions.time_off import touched as touched
from sessions.time_off import who_could_cover as who_could_cover

# Hours may pass midnight, and zones differ by up to a day.
MARGIN = timedelta(days=2)
# Bookings are counted by whole local weeks.
A_WEEK_ROUND = timedelta(days=8)
KEPT = timedelta(days=30)


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
    people = _people(supporters)
    taken = _taken(supporters, _counted(people, window), at, ignoring)
    return _rules(people, _wider(window, MARGIN), taken)


def rules_and_own(
    *,
    supporter: int,
    person: int,
    window: Span,
    at: datetime,
    kind: str,
    moving: bool = False,
    ignoring: Booking | None = None,
) -> tuple[Rules, list[Span]]:
    """The rules of one supporter for a booking of one kind, and when one person is
    booked, on either side.

    In four queries, since both are needed for every booking that is made. `moving`: it
    is agreed with this supporter already, and gets another time.
    """
    people = _people([supporter])
    taken = _taken([supporter, person], _counted(people, window), at, ignoring)
    rules = _rules(people, _wider(window, MARGIN), taken)[supporter]
    rules = rules.for_a(kind, moving=moving)
    return rules, [one.span for one in taken.get(person, [])]


def free_times_of(
    *,
    supporter: Supporter,
    length: timedelta,
    window: Span,
    at: datetime,
    kind: str = "",
) -> list[Slot]:
    """Every free time of one supporter that starts inside the window."""
    rules = rules_for(supporters=[supporter.pk], window=window, at=at)[supporter.pk]
    rules = rules.for_a(kind)
    return slots.free_times(rules, length=length, window=window, at=at)


def forget_past(*, at: datetime) -> int:
    """Delete busy times and closed days that were over 30 days ago; how many."""
    limit = at - KEPT
    busy, _ = BusyTime.objects.filter(ends_at__lt=limit).delete()
    days, _ = ClosedDay.objects.filter(day__lt=limit.date()).delete()
    return busy + days


def _wider(window: Span, by: timedelta) -> Span:
    return Span(window.start - by, window.end + by)


def _people(keys: Collection[int]) -> dict[int, Supporter]:
    return Supporter.objects.select_related("person").in_bulk(keys)


def _counted(people: dict[int, Supporter], window: Span) -> Span:
    """Where bookings matter: whole weeks only for those who count by the week."""
    weekly = any(one.most_per_week for one in people.values())
    return _wider(window, A_WEEK_ROUND if weekly else MARGIN)


def _rules(
    people: dict[int, Supporter], around: Span, taken: dict[int, list[Taken]]
) -> dict[int, Rules]:
    blocks = _blocks(people, around)
    shut = _shut(people, around)
    return {
        pk: _rules_of(
            supporter,
            around,
            tuple(blocks.get(pk, ())),
            shut.get(pk, _Shut()),
            tuple(taken.get(pk, ())),
        )
        for pk, supporter in people.items()
    }


def _rules_of(
    supporter: Supporter,
    around: Span,
    blocks: tuple[Block, ...],
    shut: "_Shut",
    taken: tuple[Taken, ...],
) -> Rules:
    longest, move = supporter.longest_run_minutes, supporter.move_notice_minutes
    holidays = public_holidays.between(
        supporter.holidays, around.start.date(), around.end.date()
    )
    return Rules(
        zone=supporter.person.time_zone,
        blocks=blocks,
        away=tuple(shut.away),
        taken=taken,
        buffer=timedelta(minutes=supporter.buffer_minutes),
        notice=timedelta(minutes=supporter.notice_minutes),
        horizon=timedelta(days=supporter.horizon_days),
        most_per_day=supporter.most_per_day,
        closed=holidays.union(shut.days),
        busy=tuple(shut.busy),
        most_per_week=supporter.most_per_week,
        longest_run=timedelta(minutes=longest) if longest else None,
        rest=timedelta(minutes=supporter.rest_minutes),
        buffers=tuple(
            (kind, timedelta(minutes=minutes))
            for kind, minutes in supporter.buffers.items()
        ),
        move_notice=None if move is None else timedelta(minutes=move),
    )


def _blocks(people: Collection[int], around: Span) -> dict[int, list[Block]]:
    rows = WorkingHours.objects.filter(
        Q(until_date__isnull=True) | Q(until_date__gt=around.start.date()),
        supporter__in=people,
        from_date__lte=around.end.date(),
    )
    found: dict[int, list[Block]] = {}
    for row in rows:
        found.setdefault(row.supporter_id, []).append(block_of(row))
    return found


@dataclass
class _Shut:
    """What takes one supporter's hours away: time off, busy elsewhere, closed days."""

    away: list[Span] = field(default_factory=list)
    busy: list[Span] = field(default_factory=list)
    days: list[date] = field(default_factory=list)


_NO_INSTANT = Cast(Value(None), DateTimeField())
_NO_DAY = Cast(Value(None), DateField())


def _shut(people: Collection[int], around: Span) -> dict[int, _Shut]:
    """One query for all three, since every page of times and every booking asks it."""
    spans = {
        name: model.objects.filter(
            supporter__in=people, starts_at__lt=around.end, ends_at__gt=around.start
        )
        .order_by()
        .values_list("supporter_id", Value(name), "starts_at", "ends_at", _NO_DAY)
        for name, model in (("away", TimeOff), ("busy", BusyTime))
    }
    days = (
        ClosedDay.objects.filter(
            supporter__in=people,
            day__range=(around.start.date(), around.end.date()),
        )
        .order_by()
        .values_list("supporter_id", Value("days"), _NO_INSTANT, _NO_INSTANT, "day")
    )
    found: dict[int, _Shut] = {}
    for pk, name, start, end, day in spans["away"].union(spans["busy"], days, all=True):
        of_one = found.setdefault(pk, _Shut())
        getattr(of_one, name).append(Span(start, end) if day is None else day)
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
        "supporter__buffers",
        "kind",
        "seat",
    )
    found: dict[int, list[Taken]] = {}
    for supporter, person, start, end, usual, by_kind, kind, seat in rows:
        buffer = timedelta(minutes=by_kind.get(kind, usual))
        span = Span(start, end)
        if not seat:
            found.setdefault(supporter, []).append(Taken(span, buffer))
        found.setdefault(person, []).append(Taken(span, buffer, counts=False))
    return found
