"""The person's own yes or no to another time. Without a yes, nothing changes."""

from datetime import datetime

from sessions import booking as bookings
from sessions import requests
from sessions.locks import LostTheRace, lock_people, one_at_a_time
from sessions.models import Booking, Supporter, SupportRequest
from sessions.planner.asking import still_as_suggested
from sessions.rearrangements import Suggestion
from sessions.taking import NoLongerThere
from wellbeing.people.models import User


def accept(
    *, suggestion: Suggestion, start: datetime, mode: str, by: User, at: datetime
) -> Booking:
    """Yes: the booking moves there, or is made anew when the old one was called off.

    `start` may be another free time of the same supporter. With a colleague it is a
    booking in which they stand in: who the person usually meets stays the same. Raises
    TimeTaken with the next times, NotInOfferedHours, and NoLongerThere when it was
    answered or changed meanwhile.
    """
    booking, supporter = suggestion.booking, suggestion.supporter
    if booking is None or supporter is None:
        raise NoLongerThere
    try:
        with one_at_a_time():
            # Before the rows of the booking, so that two of these never wait crosswise.
            lock_people(supporter.pk, booking.supporter_id, booking.person_id)
            if not _answered(suggestion, Suggestion.Answer.YES, at):
                raise NoLongerThere
            fresh = _fresh(booking)
            if suggestion.rearrangement.cannot_keep:
                taken = _made_anew(suggestion, fresh, supporter, start, mode, by, at)
            elif still_as_suggested(fresh, suggestion, at):
                taken = _moved(fresh, supporter, start, mode, by, at)
            else:
                raise NoLongerThere
    except LostTheRace as problem:
        raise NoLongerThere from problem
    return taken


def decline(*, suggestion: Suggestion, at: datetime) -> None:
    """No: it stays as it is. No reason is asked. Twice is once."""
    _answered(suggestion, Suggestion.Answer.NO, at)


def _answered(suggestion: Suggestion, answer: str, at: datetime) -> int:
    open_still = Suggestion.objects.asked().filter(pk=suggestion.pk)
    return open_still.update(answered_at=at, answer=answer)


def _moved(
    booking: Booking,
    supporter: Supporter,
    start: datetime,
    mode: str,
    by: User,
    at: datetime,
) -> Booking:
    if supporter.pk != booking.supporter_id:
        Booking.objects.filter(pk=booking.pk).update(stands_in=True)
    moved = bookings.move(
        booking=booking, start=start, mode=mode, by=by, at=at, supporter=supporter
    )
    held = SupportRequest.objects.filter(booking=moved, closed_at__isnull=True)
    held.exclude(holder=supporter).update(holder=supporter, held_since=at)
    return moved


def _made_anew(
    suggestion: Suggestion,
    gone: Booking,
    supporter: Supporter,
    start: datetime,
    mode: str,
    by: User,
    at: datetime,
) -> Booking:
    made = bookings.book(
        supporter=supporter,
        person=gone.person,
        kind=gone.kind,
        start=start,
        minutes=int((gone.ends_at - gone.starts_at).total_seconds() // 60),
        mode=mode,
        origin=f"suggestion:{suggestion.public_id}",
        reminders=gone.reminders,
        stands_in=gone.stands_in or supporter.pk != gone.supporter_id,
        by=by,
        at=at,
    )
    requests.booked(person=gone.person, booking=made, at=at)
    return made


def _fresh(booking: Booking) -> Booking:
    rows = Booking.objects.select_related("person", "supporter__person")
    return rows.get(pk=booking.pk)
