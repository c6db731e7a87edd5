"""Places in a group: which one is free, and for whom one is kept.

Ask these while the facilitator's row is locked, so that places are counted by one at a
time; the database stands behind that.
"""

from datetime import datetime

from sessions.models import Booking, Gathering, GroupInvitation


def first_free(*, gathering: Gathering, person: int, at: datetime) -> int | None:
    """The number of the first free place for this person, or None when it is full.

    A place that is kept for somebody else is not free.
    """
    rows = Booking.objects.filter(gathering=gathering, freed_at__isnull=True)
    taken = set(rows.filter(seat__gt=0).values_list("seat", flat=True))
    if len(taken) + kept_for_others(gathering, person, at) >= gathering.most:
        return None
    return next(n for n in range(1, gathering.most + 1) if n not in taken)


def kept_for_others(gathering: Gathering, person: int, at: datetime) -> int:
    rows = GroupInvitation.objects.filter(kept_in=gathering, kept_until__gt=at)
    return rows.exclude(person=person).count()


def meets_still(booking: Booking) -> bool:
    """Whether the group of a seat is still at its time. A talk of two always is."""
    if booking.gathering_id is None:
        return True
    return Gathering.objects.filter(
        pk=booking.gathering_id,
        called_off_at__isnull=True,
        starts_at=booking.starts_at,
    ).exists()


def has_room(booking: Booking, at: datetime) -> bool:
    """Whether a seat that was given up could be taken again."""
    if booking.gathering_id is None:
        return True
    gathering = Gathering.objects.get(pk=booking.gathering_id)
    return first_free(gathering=gathering, person=booking.person_id, at=at) is not None
