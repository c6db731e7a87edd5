"""Moving a group to another time: every seat goes along, or nothing moves.

Whoever has something else at the new time is not moved. The group is no longer where
their seat was, so that seat goes, a place is kept for them in it, and they are asked.
"""

from dataclasses import dataclass
from datetime import datetime

from sessions import booking_messages, group_messages
from sessions.groups import AlreadyBooked, free_seat
from sessions.locks import LostTheRace, lock_people, one_at_a_time
from sessions.models import (
    Booking,
    BookingChange,
    Freed,
    Gathering,
    GroupInvitation,
    GroupRound,
)
from sessions.taking import NoLongerThere, release_run_out
from sessions.time_off import half_or_a_day_before
from wellbeing.people.models import User


@dataclass(frozen=True)
class Moved:
    """How many go along beside the facilitator, and how many are asked."""

    along: int
    asked: int


def move(*, gathering: Gathering, start: datetime, at: datetime) -> Moved:
    """The same group at another start, as long as before, in one transaction.

    The facilitator names the time, so hours and notice are not asked. Each who goes
    along is told once; calendars follow, since the seats stay the same rows. Raises
    AlreadyBooked when the facilitator has another booking then, and NoLongerThere when
    the group was called off, has begun or was changed at this moment; then nothing
    moved. To the time that it has already is no move.
    """
    if start == gathering.starts_at:
        return Moved(0, 0)
    try:
        with one_at_a_time():
            rows = _seats_locked(gathering)
            return _moved(gathering, rows, start, at)
    except LostTheRace as problem:
        raise NoLongerThere from problem


def _seats_locked(gathering: Gathering) -> list[Booking]:
    """The live seats, while everybody in them stands still.

    All are locked in one go and in order, as everywhere, so that no two wait for each
    other; somebody who came in between is found out and nothing is done.
    """
    rows = Booking.objects.filter(gathering=gathering, freed_at__isnull=True)
    people = set(rows.values_list("person_id", flat=True))
    lock_people(gathering.round.supporter_id, *people)
    found = list(rows.select_related("person", "supporter__person").order_by("seat"))
    if not people.issuperset(row.person_id for row in found):
        raise NoLongerThere
    return found


def _moved(
    before: Gathering, rows: list[Booking], start: datetime, at: datetime
) -> Moved:
    fresh = _claimed(before, start, at)
    people = [row.person_id for row in rows]
    release_run_out(*people, at=at)
    busy = _busy(fresh, people, at)
    if fresh.round.supporter_id in busy:
        raise AlreadyBooked(start)
    _ask_once_more(fresh, before, at)
    going = [row for row in rows if row.person_id not in busy]
    along = sum(_goes_along(row, fresh, at) for row in going)
    cannot = [row for row in rows if row.person_id in busy]
    asked = sum(_asked(row, fresh, at) for row in cannot)
    group_messages.invite(
        fresh.round,
        _undecided(fresh.round),
        at=at,
        moved=fresh,
        was=before.starts_at,
    )
    return Moved(along, asked)


def _claimed(before: Gathering, start: datetime, at: datetime) -> Gathering:
    """The gathering at its new time, unless it is no longer as it was looked at."""
    claim = Gathering.objects.filter(
        pk=before.pk,
        called_off_at__isnull=True,
        sequence=before.sequence,
        starts_at__gt=at,
    )
    if start <= at or not claim.update(
        starts_at=start,
        ends_at=start + (before.ends_at - before.starts_at),
        sequence=before.sequence + 1,
    ):
        raise NoLongerThere
    rows = Gathering.objects.select_related("round__supporter__person")
    return rows.get(pk=before.pk)


def _busy(gathering: Gathering, people: list[int], at: datetime) -> set[int]:
    """Who of them has something else at the time of the gathering."""
    held = Booking.objects.holding(at).of_either(*people)
    others = held.between(gathering.starts_at, gathering.ends_at).exclude(
        gathering=gathering
    )
    found: set[int] = set()
    for person, supporter, group in others.values_list(
        "person_id", "supporter_id", "gathering_id"
    ):
        found |= {person} if group is not None else {person, supporter}
    return found


def _goes_along(row: Booking, gathering: Gathering, at: datetime) -> bool:
    """The seat at its new time, unless its person left at this moment. Whether somebody
    other than the facilitator goes along."""
    by = row.supporter.person
    still = Booking.objects.filter(pk=row.pk, freed_at__isnull=True)
    if not still.update(
        starts_at=gathering.starts_at,
        ends_at=gathering.ends_at,
        sequence=row.sequence + 1,
    ):
        return False
    BookingChange.objects.create(
        booking=row,
        what=BookingChange.What.MOVED,
        by=by,
        at=at,
        was_starts_at=row.starts_at,
        was_ends_at=row.ends_at,
        was_supporter=row.supporter,
    )
    moved = Booking.objects.select_related("person", "supporter__person").get(pk=row.pk)
    booking_messages.tell_moved(moved, before=row, at=at)
    return bool(row.seat)


def _asked(row: Booking, gathering: Gathering, at: datetime) -> bool:
    """Their seat goes, a place is kept, and they hear of both in one mail."""
    was = row.starts_at
    if not free_seat(row, Freed.BY_US, row.supporter.person, at):
        return False
    _keep_a_place(gathering, row.person, row, was, at)
    return True


def _ask_once_more(gathering: Gathering, before: Gathering, at: datetime) -> None:
    """Those for whom a place was kept since an earlier move: about the time as it is
    now. Nobody is moved who has not said yes."""
    rows = GroupInvitation.objects.filter(kept_in=gathering, kept_until__gt=at)
    for row in rows.select_related("person"):
        _keep_a_place(gathering, row.person, None, before.starts_at, at)


def _keep_a_place(
    gathering: Gathering,
    person: User,
    seat: Booking | None,
    was: datetime,
    at: datetime,
) -> None:
    until = half_or_a_day_before(gathering.starts_at, at)
    GroupInvitation.objects.filter(round=gathering.round, person=person).update(
        kept_in=gathering, kept_until=until
    )
    group_messages.ask_after_move(
        gathering, person, seat=seat, was=was, until=until, at=at
    )


def _undecided(round: GroupRound) -> list[User]:
    """Who is invited and has said nothing: neither come, nor left, nor chosen else."""
    seats = Booking.objects.filter(gathering__round=round)
    rows = GroupInvitation.objects.filter(
        round=round,
        quiet_at__isnull=True,
        declined_at__isnull=True,
        kept_in__isnull=True,
    ).exclude(person__in=seats.values("person"))
    return [row.person for row in rows.select_related("person").order_by("pk")]
