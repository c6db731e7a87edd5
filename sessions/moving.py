"""Moving a booking: one row keeps its identity, and the old time stands on failure."""

from datetime import datetime

from sessions import booking_messages, ties
from sessions.models import Booking, BookingChange, Supporter
from sessions.taking import NoLongerThere, Wanted, take, winning
from wellbeing.people.models import User


def move(
    *,
    booking: Booking,
    start: datetime,
    mode: str,
    by: User,
    at: datetime,
    supporter: Supporter | None = None,
) -> Booking:
    """Take the new time and free the old one, in one transaction, in the same row.

    What was agreed stays agreed: reminders follow and both calendars are updated. A
    pencil that its own person moves is agreed with that, since they chose the time;
    moved by anybody else it stays a pencil, and nobody is told. The supporter stays
    unless another is given. Raises TimeTaken, NotInOfferedHours and NoLongerThere.
    """
    before = _fresh(booking)
    wanted = Wanted(
        supporter or before.supporter,
        before.person,
        start,
        before.ends_at - before.starts_at,
        mode,
        at,
    )
    if _stays(before, wanted):
        return before
    with winning(wanted, ignoring=before):
        # Read again under the lock: another tab may have moved or cancelled it.
        before = _fresh(booking)
        _can_move(before, at)
        slot = take(wanted, ignoring=before)
        moved = _fresh(booking)
        moved.supporter = wanted.supporter
        moved.starts_at, moved.ends_at = slot.start, slot.end
        moved.mode, moved.place = mode, slot.place_for(mode)
        if moved.pencilled_until is not None:
            moved.pencilled_until = min(moved.pencilled_until, slot.start)
        if by.pk == moved.person_id and moved.agreed_at is None:
            moved.agreed_at = at
        _write(moved, before, by, at)
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
    if before.freed_at is not None or before.starts_at <= at or run_out:
        raise NoLongerThere


def _write(moved: Booking, before: Booking, by: User, at: datetime) -> None:
    moved.sequence = before.sequence + 1
    moved.save()
    BookingChange.objects.create(
        booking=moved,
        what=BookingChange.What.MOVED,
        by=by,
        at=at,
        was_starts_at=before.starts_at,
        was_ends_at=before.ends_at,
        was_supporter=before.supporter,
    )
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
