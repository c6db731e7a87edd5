"""Moving a booking: one row keeps its identity, and the old time stands on failure."""

from datetime import datetime

from sessions import booking_messages, ties
from sessions.models import Booking, BookingChange, Supporter
from sessions.slots import Slot
from sessions.taking import NoLongerThere, Wanted, look_first, take, winning
from wellbeing.people.models import User


def move(
    *,
    booking: Booking,
    start: datetime,
    mode: str,
    by: User,
    at: datetime,
    supporter: Supporter | None = None,
    cover: Supporter | None = None,
    among_many: bool = False,
) -> Booking:
    """Take the new time and free the old one, in one transaction, in the same row.

    What was agreed stays agreed: reminders follow and both calendars are updated. A
    pencil that its own person moves is agreed with that, since they chose the time;
    moved by anybody else it stays a pencil, and nobody is told. The supporter stays
    unless another is given; `cover` stands in, so that whom the person usually talks to
    does not change. `among_many`: the caller tells of all at once, so nothing is said
    of a regular time that no calendar has yet. Raises TimeTaken, NotInOfferedHours and
    NoLongerThere.
    """
    before = _fresh(booking)
    whom = cover or supporter or before.supporter
    wanted = Wanted(
        whom,
        before.person,
        before.kind,
        start,
        before.ends_at - before.starts_at,
        mode,
        at,
        moves=before.agreed_at is not None and whom.pk == before.supporter_id,
    )
    if _stays(before, wanted):
        return before
    look_first(wanted, ignoring=before)
    with winning(wanted, ignoring=before):
        # Read again under the lock: another tab may have moved or cancelled it.
        before = _fresh(booking)
        _can_move(before, at)
        slot = take(wanted, ignoring=before)
        stands_in = cover is not None or before.stands_in
        silent = among_many and booking_messages.waits(before, at)
        moved = _written(before, wanted, slot, by, stands_in=stands_in, silent=silent)
        if silent:
            booking_messages.take_back(moved, at=at, reason="the times were moved")
            booking_messages.tell_agreed(moved, at=at)
        else:
            _tell(moved, before, at)
    return moved


def _stays(before: Booking, wanted: Wanted) -> bool:
    """The same time, held the same way with the same supporter, is no move."""
    return (
        before.agreed_at is not None
        and before.freed_at is None
        and before.starts_at == wanted.start
        and before.mode == wanted.mode
        and before.supporter_id == wanted.supporter.pk
    )


def _can_move(before: Booking, at: datetime) -> None:
    run_out = before.agreed_at is None and (
        before.pencilled_until is None or before.pencilled_until <= at
    )
    fixed = before.gathering_id is not None
    if before.freed_at is not None or before.starts_at <= at or run_out or fixed:
        raise NoLongerThere


def _written(
    before: Booking,
    wanted: Wanted,
    slot: Slot,
    by: User,
    *,
    stands_in: bool,
    silent: bool,
) -> Booking:
    """The row at its new time, unless it was cancelled or agreed at this moment."""
    theirs = by.pk == before.person_id
    agreed_at = before.agreed_at or (wanted.at if theirs else None)
    until = before.pencilled_until
    as_it_was = Booking.objects.filter(
        pk=before.pk,
        freed_at__isnull=True,
        agreed_at=before.agreed_at,
        sequence=before.sequence,
    )
    if not as_it_was.update(
        supporter=wanted.supporter,
        starts_at=slot.start,
        ends_at=slot.end,
        mode=wanted.mode,
        place=slot.place_for(wanted.mode),
        agreed_at=agreed_at,
        pencilled_until=min(until, slot.start) if until else None,
        stands_in=stands_in,
        sequence=before.sequence + 1,
        entry_at=slot.start - booking_messages.AHEAD if silent else None,
    ):
        raise NoLongerThere
    BookingChange.objects.create(
        booking=before,
        what=BookingChange.What.MOVED,
        by=by,
        at=wanted.at,
        was_starts_at=before.starts_at,
        was_ends_at=before.ends_at,
        was_supporter=before.supporter,
    )
    return _fresh(before)


def _tell(moved: Booking, before: Booking, at: datetime) -> None:
    if moved.agreed_at is None:
        return
    if not moved.stands_in:
        ties.remember(person=moved.person, supporter=moved.supporter, at=at)
    if before.agreed_at is None:
        booking_messages.take_back(moved, at=at, reason="another time was chosen")
        booking_messages.tell_agreed(moved, at=at)
    else:
        booking_messages.tell_moved(moved, before=before, at=at)


def _fresh(booking: Booking) -> Booking:
    rows = Booking.objects.select_related("person", "supporter__person")
    return rows.get(pk=booking.pk)
