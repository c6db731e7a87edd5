"""A booking that its supporter cannot keep: the times that its person chooses from.

Nothing moves by itself. Whoever is asked and leaves it is never left waiting either:
the booking is cancelled by us in good time, with an apology and a way to other times.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sessions import booking as bookings
from sessions import requests, slots, ties
from sessions.availability import rules_and_own
from sessions.locks import LostTheRace, lock_people, one_at_a_time
from sessions.models import AwayQuestion, Booking, Supporter
from sessions.slots import Slot, Span
from sessions.taking import NoLongerThere
from wellbeing.people.models import User

A_GROUP = 3
BACK, AHEAD = timedelta(days=14), timedelta(days=21)
NOON = 12


@dataclass(frozen=True)
class Time:
    """One time to choose, with whom, held as before where that is possible."""

    slot: Slot
    mode: str
    supporter: Supporter

    @property
    def value(self) -> str:
        """What a form sends back; ids in it are random."""
        who = self.supporter.person.public_id
        return f"{who} {self.slot.start.isoformat()} {self.mode}"


@dataclass(frozen=True)
class Instead:
    """Earlier or later with the same supporter, or near the old time with cover."""

    earlier: list[Time]
    later: list[Time]
    with_cover: list[Time]

    def chosen(self, value: str) -> Time | None:
        """The time of this value, if it is still one of those to choose from."""
        every = (*self.earlier, *self.later, *self.with_cover)
        return next((time for time in every if time.value == value), None)


def instead_of(*, question: AwayQuestion, booking: Booking, at: datetime) -> Instead:
    """A few times in each group, nearest to the old time, no two in one half-day."""
    away = question.time_off
    before = Span(max(at, away.starts_at - BACK), max(at, away.starts_at))
    after = Span(away.ends_at, away.ends_at + AHEAD)
    same = booking.supporter
    cover = _cover(question, booking)
    near = Span(max(at, booking.starts_at - BACK), booking.starts_at + AHEAD)
    return Instead(
        earlier=_times(booking, same, before, at),
        later=_times(booking, same, after, at),
        with_cover=_times(booking, cover, near, at) if cover else [],
    )


def choose(*, booking: Booking, time: Time, by: User, at: datetime) -> Booking:
    """Move to the time that the person chose. Cover stands in and becomes no tie.

    Raises TimeTaken, NotInOfferedHours and NoLongerThere; then the old time stands.
    """
    other = time.supporter if time.supporter.pk != booking.supporter_id else None
    return requests.choose(
        booking=booking,
        start=time.slot.start,
        mode=time.mode,
        by=by,
        at=at,
        cover=other,
    )


def cancel_unanswered(*, at: datetime) -> int:
    """Cancel what would leave a person waiting for somebody who is away; how many."""
    due = AwayQuestion.objects.open_at(at).filter(
        answer_by__lte=at, booking__agreed_at__isnull=False
    )
    rows = due.select_related("booking__person", "booking__supporter__person")
    return sum(_cancelled(row, at) for row in rows.order_by("pk"))


def _cancelled(question: AwayQuestion, at: datetime) -> bool:
    """Looked at again while both stand still: its person may be choosing right now."""
    booking = question.booking
    try:
        with one_at_a_time():
            lock_people(booking.supporter_id, booking.person_id)
            if not AwayQuestion.objects.open_at(at).filter(pk=question.pk).exists():
                return False
            bookings.cancel(booking=booking, by=booking.supporter.person, at=at)
    except (NoLongerThere, LostTheRace):
        return False
    return True


def _cover(question: AwayQuestion, booking: Booking) -> Supporter | None:
    """Cover, unless that is the person themself or somebody they have turned down."""
    cover = question.time_off.cover
    if cover is None or cover.pk == booking.person_id:
        return None
    gone = ties.turned_down(person=booking.person, supporter=cover)
    return None if gone else cover


def _times(
    booking: Booking, supporter: Supporter, window: Span, at: datetime
) -> list[Time]:
    rules, own = rules_and_own(
        supporter=supporter.pk,
        person=booking.person_id,
        window=window,
        at=at,
        kind=booking.kind,
        moving=supporter.pk == booking.supporter_id and booking.agreed_at is not None,
        ignoring=booking,
    )
    length = booking.ends_at - booking.starts_at
    free = slots.free_times(rules, length=length, window=window, at=at)
    fit = slots.clear_of(free, own)
    as_before = [slot for slot in fit if booking.mode in slot.modes]
    near = sorted(
        as_before or fit, key=lambda slot: abs(slot.start - booking.starts_at)
    )
    return [
        Time(slot, _mode(booking, slot), supporter)
        for slot in _spread(near, ZoneInfo(booking.person.time_zone))
    ]


def _mode(booking: Booking, slot: Slot) -> str:
    return booking.mode if booking.mode in slot.modes else slot.modes[0]


def _spread(near: Iterable[Slot], zone: ZoneInfo) -> list[Slot]:
    """The nearest of each half-day, a few of them, in order of time."""
    found: dict[tuple[object, bool], Slot] = {}
    for slot in near:
        local = slot.start.astimezone(zone)
        found.setdefault((local.date(), local.hour < NOON), slot)
    return sorted(list(found.values())[:A_GROUP], key=lambda slot: slot.start)
