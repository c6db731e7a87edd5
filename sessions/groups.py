"""Groups: called by a facilitator, joined by whoever likes, seen by nobody else.

Everybody who comes has a booking of their own with a seat, so that the same guard keeps
them out of two places, and leaving, undoing and reminders are those of any booking.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from sessions import booking as bookings
from sessions import booking_messages, group_messages, seats
from sessions.locks import LostTheRace, WaitedTooLong, lock_people, one_at_a_time
from sessions.models import (
    Booking,
    BookingChange,
    BookingQuerySet,
    Freed,
    Gathering,
    GroupInvitation,
    GroupRound,
    Supporter,
)
from sessions.taking import NoLongerThere, release_run_out
from wellbeing.people.models import User


class GroupFull(Exception):
    """Every place in this gathering is taken."""


class AlreadyBooked(Exception):
    """The person has another booking at that time. `starts_at` is the group's start."""

    def __init__(self, starts_at: datetime) -> None:
        super().__init__("There is another booking at that time.")
        self.starts_at = starts_at


@dataclass(frozen=True)
class Plan:
    """One gathering to be called: when, how, and for how many at most."""

    start: datetime
    minutes: int
    mode: str
    place: str
    most: int


def call(
    *,
    supporter: Supporter,
    kind: str,
    plans: Collection[Plan],
    invited: Collection[User],
    quiet_minutes: int,
    reminders: list[list[str]],
    origin: str,
    at: datetime,
) -> GroupRound:
    """Keep the facilitator's time for each gathering and invite the people, once.

    The facilitator names the times, so hours and notice are not asked. Repeatable by
    `origin`. Raises AlreadyBooked, and then nothing was called.
    """
    with transaction.atomic():
        known = GroupRound.objects.filter(origin=origin).first()
        if known is not None:
            return known
        made = GroupRound.objects.create(
            origin=origin,
            kind=kind,
            supporter=supporter,
            quiet_minutes=quiet_minutes,
            made_at=at,
        )
        for plan in plans:
            gathering = Gathering.objects.create(
                round=made,
                starts_at=plan.start,
                ends_at=plan.start + timedelta(minutes=plan.minutes),
                mode=plan.mode,
                place=plan.place,
                most=plan.most,
                reminders=reminders,
            )
            _seat(gathering, supporter.person, at)
        others = [person for person in invited if person.pk != supporter.pk]
        GroupInvitation.objects.bulk_create(
            [GroupInvitation(round=made, person=person) for person in others]
        )
        group_messages.invite(made, others, at=at)
    return made


def join(*, gathering: Gathering, person: User, at: datetime) -> Booking:
    """Take a place in a gathering; another place in the same round is given up.

    Twice is once. Raises GroupFull, AlreadyBooked, and NoLongerThere when it was called
    off, has begun or was never open to this person. Then what was chosen before stands.
    """
    with transaction.atomic():
        invitation = _invitation(gathering.round, person)
        booking = _seat(gathering, person, at)
        _leave_others(gathering.round, person, at, but=booking)
        _chose(invitation)
        group_messages.ask_no_more(gathering.round, person, at=at)
    return booking


def rest(*, round: GroupRound, person: User, at: datetime) -> None:
    """Quiet time to oneself in place of the group. It counts the same and needs nobody.

    Raises NoLongerThere when there is no such choice for this person.
    """
    if not round.quiet_minutes:
        raise NoLongerThere
    _instead(round, person, at, "quiet_at")


def not_this_time(*, round: GroupRound, person: User, at: datetime) -> None:
    """The person does not come, and nobody is told. Raises NoLongerThere."""
    _instead(round, person, at, "declined_at")


def call_off(*, gathering: Gathering, at: datetime) -> None:
    """The gathering does not take place; everybody who comes gets an apology. Twice is
    once. Raises NoLongerThere once it has begun."""
    try:
        with one_at_a_time():
            lock_people(gathering.round.supporter_id)
            _called_off(gathering, at)
    except LostTheRace as problem:
        raise NoLongerThere from problem


def _called_off(gathering: Gathering, at: datetime) -> None:
    """Whoever comes is told; whoever is asked whether they come is asked no more."""
    claim = Gathering.objects.filter(
        pk=gathering.pk, called_off_at__isnull=True, starts_at__gt=at
    )
    if not claim.update(called_off_at=at):
        if Gathering.objects.filter(pk=gathering.pk, starts_at__gt=at).exists():
            return
        raise NoLongerThere
    rows = Booking.objects.filter(gathering=gathering, freed_at__isnull=True)
    for row in rows.select_related("person", "supporter__person").order_by("pk"):
        if not free_seat(row, Freed.BY_US, row.supporter.person, at):
            continue
        booking_messages.tell_cancelled(
            row,
            by_us=row.person_id != row.supporter_id,
            instead={"path": group_messages.path_of(gathering.round)},
            at=at,
        )
    for asked in gathering.kept_places.select_related("person"):
        seats = Booking.objects.filter(gathering=gathering, person=asked.person)
        seat = seats.order_by("-made_at", "-pk").first()
        if seat and asked.kept_until and asked.kept_until > at:
            group_messages.apologise(gathering, asked.person, seat=seat, at=at)
        else:
            group_messages.ask_no_more(gathering.round, asked.person, at=at)


# --- seats ---------------------------------------------------------------------------


def _seat(gathering: Gathering, person: User, at: datetime) -> Booking:
    """The person's booking in the gathering, in the first free seat.

    The facilitator's row is locked by everybody, so that seats are counted by one at a
    time; the database stands behind that.
    """
    try:
        with one_at_a_time():
            lock_people(gathering.round.supporter_id, person.pk)
            fresh = Gathering.objects.select_related("round__supporter__person").get(
                pk=gathering.pk
            )
            if fresh.called_off_at is not None or fresh.starts_at <= at:
                raise NoLongerThere
            return _seated(fresh, person, at)
    except WaitedTooLong as problem:
        raise NoLongerThere from problem
    except LostTheRace as problem:
        raise AlreadyBooked(gathering.starts_at) from problem


def _seated(gathering: Gathering, person: User, at: datetime) -> Booking:
    live = Booking.objects.filter(gathering=gathering, freed_at__isnull=True)
    known = live.filter(person=person).first()
    if known is not None:
        return known
    facilitates = person.pk == gathering.round.supporter_id
    free = seats.first_free(gathering=gathering, person=person.pk, at=at)
    seat = 0 if facilitates else free
    if seat is None:
        raise GroupFull
    release_run_out(person.pk, at=at)
    held = Booking.objects.holding(at).of_either(person.pk)
    clash = held.between(gathering.starts_at, gathering.ends_at)
    if clash.exclude(gathering__round=gathering.round, seat__gt=0).exists():
        raise AlreadyBooked(gathering.starts_at)
    _leave_at_that_time(gathering, person, at)
    return _written(gathering, person, seat, at)


def _written(gathering: Gathering, person: User, seat: int, at: datetime) -> Booking:
    booking = Booking.objects.create(
        gathering=gathering,
        seat=seat,
        supporter=gathering.round.supporter,
        person=person,
        kind=gathering.round.kind,
        starts_at=gathering.starts_at,
        ends_at=gathering.ends_at,
        mode=gathering.mode,
        place=gathering.place,
        reminders=gathering.reminders,
        made_at=at,
        agreed_at=at,
    )
    what = BookingChange.What.AGREED
    BookingChange.objects.create(booking=booking, what=what, by=person, at=at)
    booking_messages.tell_agreed(booking, at=at)
    return booking


# --- leaving -------------------------------------------------------------------------


def _leave_at_that_time(gathering: Gathering, person: User, at: datetime) -> None:
    """Their seat in a part of the same round that overlaps makes way first."""
    rows = _seats_of(gathering.round, person).between(
        gathering.starts_at, gathering.ends_at
    )
    for row in rows:
        bookings.cancel(booking=row, by=person, at=at)


def _leave_others(
    round: GroupRound, person: User, at: datetime, *, but: Booking | None = None
) -> None:
    rows = _seats_of(round, person).filter(starts_at__gt=at)
    for row in rows.exclude(pk=but.pk) if but else rows:
        bookings.cancel(booking=row, by=person, at=at)


def _seats_of(round: GroupRound, person: User) -> BookingQuerySet:
    rows = Booking.objects.for_person(person).filter(
        gathering__round=round, freed_at__isnull=True, seat__gt=0
    )
    return rows.select_related("person", "supporter__person")


def _instead(round: GroupRound, person: User, at: datetime, column: str) -> None:
    with transaction.atomic():
        invitation = _invitation(round, person)
        _leave_others(round, person, at)
        _chose(invitation, **{column: at})
        group_messages.take_back(round, person, at=at, reason="they have chosen")


def _chose(invitation: GroupInvitation, **instead: datetime) -> None:
    """One choice takes the place of the one before, and of a place that was kept."""
    none = dict.fromkeys(("quiet_at", "declined_at", "kept_in", "kept_until"))
    GroupInvitation.objects.filter(pk=invitation.pk).update(**none | instead)


def free_seat(row: Booking, why: Freed, by: User, at: datetime) -> bool:
    """The seat is free, unless its person left at this moment; whether it was this."""
    row.freed_at, row.freed_because, row.sequence = at, why, row.sequence + 1
    still = Booking.objects.filter(pk=row.pk, freed_at__isnull=True)
    if not still.update(freed_at=at, freed_because=why, sequence=row.sequence):
        return False
    what = BookingChange.What.FREED
    BookingChange.objects.create(booking=row, what=what, by=by, at=at)
    return True


def _invitation(round: GroupRound, person: User) -> GroupInvitation:
    rows = GroupInvitation.objects.select_for_update(of=("self",))
    found = rows.filter(round=round, person=person).first()
    if found is None:
        raise NoLongerThere
    return found
