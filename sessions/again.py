"""Another time in one tap, after one that did not happen or that we cancelled."""

from datetime import datetime

from sessions import booking as bookings
from sessions import requests
from sessions.locks import LostTheRace, lock_people, one_at_a_time
from sessions.models import Booking, Freed
from sessions.reaching_out import since_then
from sessions.taking import NoLongerThere
from wellbeing.people.models import User


def take(
    *, booking: Booking, start: datetime, mode: str, by: User, at: datetime
) -> Booking:
    """Book the same two people again. Two taps and two tabs make one new booking: when
    the two have agreed a time meanwhile, that one is returned.

    Raises TimeTaken, NotInOfferedHours, and NoLongerThere when there is nothing to make
    up for.
    """
    if not fell_through(booking):
        raise NoLongerThere
    try:
        with one_at_a_time():
            lock_people(booking.supporter_id, booking.person_id)
            known = since_then(booking)
            if known is not None and known.ends_at > at:
                return known
            return _booked(booking, start, mode, by, at)
    except LostTheRace as problem:
        raise NoLongerThere from problem


def fell_through(booking: Booking) -> bool:
    """It was agreed, and then did not happen or was cancelled by us."""
    if booking.agreed_at is None or booking.gathering_id is not None:
        return False
    by_us = booking.freed_because == Freed.BY_US
    return by_us or (booking.freed_at is None and booking.did_not_happen_at is not None)


def _booked(
    booking: Booking, start: datetime, mode: str, by: User, at: datetime
) -> Booking:
    made = bookings.book(
        supporter=booking.supporter,
        person=booking.person,
        kind=booking.kind,
        start=start,
        minutes=int((booking.ends_at - booking.starts_at).total_seconds() // 60),
        mode=mode,
        origin=None,
        reminders=booking.reminders,
        stands_in=booking.stands_in,
        by=by,
        at=at,
    )
    requests.booked(person=booking.person, booking=made, at=at)
    return made
