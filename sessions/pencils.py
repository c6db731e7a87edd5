"""Pencilled times: kept for a person until a moment, without a word to anybody."""

from datetime import datetime, timedelta

from django.db import transaction

from sessions import booking_messages
from sessions.models import Booking, BookingChange, Freed, Supporter, SupportRequest
from sessions.taking import NoLongerThere, Wanted, release_run_out, take, winning
from wellbeing.people.models import User


def pencil(
    *,
    supporter: Supporter,
    person: User,
    kind: str,
    start: datetime,
    minutes: int,
    mode: str,
    until: datetime,
    origin: str | None,
    reminders: list[list[str]],
    stands_in: bool = False,
    by: User | None,
    at: datetime,
) -> Booking:
    """Keep a time for a person until `until`, at most until it starts.

    Silent: whoever asked for it tells the person. Repeatable by `origin`: the row that
    came of it first is returned, whatever became of it. `reminders` are pairs like
    ["P2D", "email"]. Raises TimeTaken and NotInOfferedHours.
    """
    length = timedelta(minutes=minutes)
    wanted = Wanted(supporter, person, kind, start, length, mode, at)
    with winning(wanted):
        known = Booking.objects.filter(origin=origin).first() if origin else None
        if known:
            return known
        booking = Booking(
            origin=origin,
            kind=kind,
            stands_in=stands_in,
            reminders=reminders,
            pencilled_until=min(until, start),
        )
        write(booking, wanted, by)
    return booking


def write(booking: Booking, wanted: Wanted, by: User | None) -> None:
    """Put a new booking at the wanted time, if it is free. Call it inside `winning`."""
    slot = take(wanted)
    booking.supporter, booking.person = wanted.supporter, wanted.person
    booking.starts_at, booking.ends_at = slot.start, slot.end
    booking.mode, booking.place = wanted.mode, slot.place_for(wanted.mode)
    booking.made_at = wanted.at
    booking.save(force_insert=True)
    agreed = booking.agreed_at is not None
    what = BookingChange.What.AGREED if agreed else BookingChange.What.PENCILLED
    BookingChange.objects.create(booking=booking, what=what, by=by, at=wanted.at)


def decline(*, booking: Booking, by: User, at: datetime) -> Booking:
    """Not this time: the pencilled time is free at once and nobody is told.

    Twice is once. Raises NoLongerThere when it has been agreed or has gone back.
    """
    with transaction.atomic():
        done = _given_back(booking, Freed.DECLINED, by, at)
        fresh = Booking.objects.get(pk=booking.pk)
        if not done and fresh.freed_because != Freed.DECLINED:
            raise NoLongerThere
        if done:
            wish = SupportRequest.objects.filter(booking=fresh, closed_at__isnull=True)
            wish.update(closed_at=at)
    return fresh


def release(*, booking: Booking, at: datetime) -> Booking:
    """The pencilled time goes back because what it was kept for has gone.

    Silent. An agreed or freed booking stays as it is.
    """
    with transaction.atomic():
        _given_back(booking, Freed.RELEASED, None, at)
    return Booking.objects.get(pk=booking.pk)


def release_pencils(*, at: datetime) -> int:
    """Give back every pencilled time whose moment has passed, and say how many."""
    with transaction.atomic():
        return release_run_out(at=at)


def _given_back(booking: Booking, why: Freed, by: User | None, at: datetime) -> bool:
    open_pencil = Booking.objects.filter(
        pk=booking.pk, freed_at__isnull=True, agreed_at__isnull=True
    )
    if not open_pencil.update(freed_at=at, freed_because=why):
        return False
    what = BookingChange.What.FREED
    BookingChange.objects.create(booking_id=booking.pk, what=what, by=by, at=at)
    booking_messages.take_back(booking, at=at, reason="the time went back")
    return True
