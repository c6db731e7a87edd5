"""The life of a booking: agreed, cancelled, restored, and what became of it.

Pencilling is in `sessions.pencils`, moving in `sessions.moving`; all verbs are named
here, so that other apps need this one module.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from sessions import booking_messages, reaching_out, seats, ties
from sessions.locks import LostTheRace, one_at_a_time
from sessions.models import Booking, BookingChange, Freed, Supporter, SupportRequest
from sessions.moving import move as move
from sessions.pencils import decline as decline
from sessions.pencils import pencil as pencil
from sessions.pencils import release as release
from sessions.pencils import release_pencils as release_pencils
from sessions.pencils import write
from sessions.taking import NoLongerThere as NoLongerThere
from sessions.taking import NotInOfferedHours as NotInOfferedHours
from sessions.taking import TimeTaken as TimeTaken
from sessions.taking import (
    Wanted,
    has_run_out,
    keep_clear,
    look_first,
    take,
    wanted_again,
    winning,
)
from sessions.three_times import in_words, three_times
from wellbeing.people.models import User

What = BookingChange.What


class NotYet(Exception):
    """What became of a booking can be said once it has begun."""


def agree(*, booking: Booking, by: User, at: datetime) -> Booking:
    """Keep a pencilled time. Tells both, plans their reminders, remembers the tie.

    Twice is once. A pencil that has run out is kept too while its time is still on
    offer. Raises NoLongerThere when the time has gone. Returns the row as it now is.
    """
    try:
        with one_at_a_time():
            return _agreed(booking, by, at)
    except LostTheRace as problem:
        raise NoLongerThere from problem
    except NoLongerThere:
        return _taken_after_all(booking, by, at)


def _agreed(booking: Booking, by: User, at: datetime) -> Booking:
    still_pencilled = Booking.objects.holding(at).filter(
        pk=booking.pk, agreed_at__isnull=True
    )
    done = still_pencilled.update(agreed_at=at)
    fresh = _fresh(booking)
    if not done:
        if _is_kept(fresh):
            return fresh
        raise NoLongerThere
    BookingChange.objects.create(booking=fresh, what=What.AGREED, by=by, at=at)
    booking_messages.take_back(fresh, at=at, reason="the time was agreed")
    _tell_and_remember(fresh, at)
    return fresh


def _taken_after_all(booking: Booking, by: User, at: datetime) -> Booking:
    """The time of a pencil that ran out, if the one rule would still offer it."""
    before = _fresh(booking)
    wanted = wanted_again(before, at)
    try:
        with winning(wanted, ignoring=before):
            before = _fresh(booking)
            if _is_kept(before):
                # Another tab of the same person was a moment quicker.
                return before
            if not has_run_out(before, at):
                raise NoLongerThere
            take(wanted, ignoring=before)
            Booking.objects.filter(pk=before.pk).update(
                agreed_at=at, freed_at=None, freed_because=""
            )
            fresh = _fresh(before)
            BookingChange.objects.create(booking=fresh, what=What.AGREED, by=by, at=at)
            booking_messages.take_back(fresh, at=at, reason="the time was agreed")
            _tell_and_remember(fresh, at)
    except (TimeTaken, NotInOfferedHours) as problem:
        raise NoLongerThere from problem
    return fresh


def _tell_and_remember(booking: Booking, at: datetime) -> None:
    if not booking.stands_in:
        ties.remember(person=booking.person, supporter=booking.supporter, at=at)
    booking_messages.tell_agreed(booking, at=at)


def book(
    *,
    supporter: Supporter,
    person: User,
    kind: str,
    start: datetime,
    minutes: int,
    mode: str,
    origin: str | None,
    reminders: list[list[str]],
    stands_in: bool = False,
    by: User,
    at: datetime,
) -> Booking:
    """Take a time and agree it at once, in one transaction; else as `pencil`, `agree`.

    Repeatable by `origin`. Raises TimeTaken and NotInOfferedHours.
    """
    length = timedelta(minutes=minutes)
    wanted = Wanted(supporter, person, kind, start, length, mode, at)
    look_first(wanted)
    return book_in_line(
        wanted, origin=origin, reminders=reminders, stands_in=stands_in, by=by
    )


def book_in_line(
    wanted: Wanted,
    *,
    origin: str | None,
    reminders: list[list[str]],
    stands_in: bool,
    by: User,
) -> Booking:
    """As `book`, for a caller who has looked first and holds a transaction already."""
    with winning(wanted):
        known = Booking.objects.filter(origin=origin).first() if origin else None
        if known:
            return known
        booking = Booking(
            origin=origin,
            kind=wanted.kind,
            stands_in=stands_in,
            reminders=reminders,
            agreed_at=wanted.at,
        )
        write(booking, wanted, by)
        _tell_and_remember(booking, wanted.at)
    return booking


def agreed_already(wanted: Wanted) -> Booking | None:
    """The booking by which the person has what they want."""
    rows = Booking.objects.filter(
        person=wanted.person,
        supporter=wanted.supporter,
        kind=wanted.kind,
        starts_at=wanted.start,
        agreed_at__isnull=False,
        freed_at__isnull=True,
    )
    return rows.first()


def cancel(
    *, booking: Booking, by: User, at: datetime, among_many: bool = False
) -> Booking:
    """Free the time at once; no reason is asked. Which side it was follows from `by`.

    Both calendars lose the entry, and when it was not the person, the person gets an
    apology and other times in the same message. `among_many`: the caller tells of all
    at once, so nothing is said of a regular time that no calendar has yet. Twenty at
    once are one. Raises NoLongerThere once it has begun.
    """
    with transaction.atomic():
        theirs = by.pk == booking.person_id
        because = Freed.BY_PERSON if theirs else Freed.BY_US
        to_come = Booking.objects.filter(
            pk=booking.pk, freed_at__isnull=True, starts_at__gt=at
        )
        done = to_come.update(
            freed_at=at, freed_because=because, sequence=F("sequence") + 1
        )
        fresh = _fresh(booking)
        if not done:
            if fresh.freed_at is not None:
                return fresh
            raise NoLongerThere
        BookingChange.objects.create(booking=fresh, what=What.FREED, by=by, at=at)
        wish = SupportRequest.objects.filter(booking=fresh, closed_at__isnull=True)
        wish.update(closed_at=at)
        if among_many and booking_messages.waits(fresh, at):
            booking_messages.take_back(fresh, at=at, reason="the times were ended")
            return fresh
        instead = {} if theirs else in_words(three_times(booking=fresh, at=at))
        booking_messages.tell_cancelled(fresh, by_us=not theirs, instead=instead, at=at)
    return fresh


def restore(*, booking: Booking, by: User, at: datetime) -> Booking:
    """Undo a cancel or a "not this time", while both are still free then.

    Hours and notice are not asked again: it was agreed once. Raises TimeTaken, and
    NoLongerThere when there is nothing to undo any more.
    """
    before = _fresh(booking)
    if before.freed_at is None:
        return before
    _can_come_back(before, at)
    wanted = wanted_again(before, at)
    with winning(wanted, ignoring=before):
        if not seats.meets_still(before):
            raise NoLongerThere
        if not seats.has_room(before, at):
            raise TimeTaken([])
        keep_clear(wanted, ignoring=before)
        freed = Booking.objects.filter(pk=before.pk, freed_at=before.freed_at)
        if not freed.update(
            freed_at=None, freed_because="", sequence=F("sequence") + 1
        ):
            raise NoLongerThere
        fresh = _fresh(before)
        BookingChange.objects.create(booking=fresh, what=What.RESTORED, by=by, at=at)
        wish = SupportRequest.objects.filter(booking=fresh, closed_at=before.freed_at)
        wish.update(closed_at=None)
        booking_messages.take_back(fresh, at=at, reason="the time was restored")
        if fresh.agreed_at is not None:
            booking_messages.tell_agreed(fresh, at=at)
    return fresh


def record_outcome(
    *, booking: Booking, took_place: bool, by: User, at: datetime
) -> Booking:
    """Say whether they met. Either may, and may correct it; nothing is counted.

    Nobody is told. What follows when it did not happen is for the layer above to begin
    (`sessions.reaching_out`); when they met after all, no note about it leaves.
    Raises NotYet before it begins, NoLongerThere when it was not agreed or was freed,
    and for a seat in a group: who came there is nobody's record.
    """
    if booking.starts_at > at:
        raise NotYet
    with transaction.atomic():
        kept = Booking.objects.filter(
            pk=booking.pk,
            agreed_at__isnull=False,
            freed_at__isnull=True,
            gathering__isnull=True,
        )
        if not kept.update(
            took_place_at=at if took_place else None,
            did_not_happen_at=None if took_place else at,
        ):
            raise NoLongerThere
        fresh = _fresh(booking)
        BookingChange.objects.create(booking=fresh, what=What.OUTCOME, by=by, at=at)
        wish = SupportRequest.objects.filter(booking=fresh, closed_at__isnull=True)
        wish.update(closed_at=at)
        if took_place:
            reaching_out.take_back(booking=fresh, at=at)
    return fresh


def can_be_restored(booking: Booking, at: datetime) -> bool:
    """Whether an undo makes sense: its time is to come and it did not just run out."""
    waits = booking.agreed_at or booking.pencilled_until
    return (
        booking.freed_at is not None
        and booking.starts_at > at
        and booking.freed_because != Freed.RELEASED
        and (booking.agreed_at is not None or bool(waits and waits > at))
    )


def _can_come_back(booking: Booking, at: datetime) -> None:
    if not can_be_restored(booking, at):
        raise NoLongerThere


def _is_kept(booking: Booking) -> bool:
    return booking.agreed_at is not None and booking.freed_at is None


def _fresh(booking: Booking) -> Booking:
    rows = Booking.objects.select_related("person", "supporter__person")
    return rows.get(pk=booking.pk)
