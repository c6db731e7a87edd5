"""Taking a time, so that of many who want it exactly one gets it.

`winning` opens the transaction, `take` decides inside it. Everybody who gives or takes
a time goes through here; the database's own guard stands behind (`sessions.guard`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sessions import slots
from sessions.availability import rules_and_own
from sessions.locks import LostTheRace, lock_people, one_at_a_time
from sessions.models import Booking, BookingChange, Freed, Supporter
from sessions.slots import Rules, Slot, Span
from wellbeing.people.models import User

NEARBY = 3
BACK, AHEAD = timedelta(days=1), timedelta(days=14)


class TimeTaken(Exception):
    """The time has gone to somebody else. `next_times` are the nearest free ones."""

    def __init__(self, next_times: list[Slot]) -> None:
        super().__init__("This time has just been taken.")
        self.next_times = next_times


class NotInOfferedHours(Exception):
    """The time was never on offer; `sentence` says why, to a person."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class NoLongerThere(Exception):
    """The booking has changed since it was looked at; nothing was done."""


@dataclass(frozen=True)
class Wanted:
    """One person's wish for one supporter's time, for one kind of booking. It `moves`
    when the two have agreed it already, at another time."""

    supporter: Supporter
    person: User
    kind: str
    start: datetime
    length: timedelta
    mode: str
    at: datetime
    moves: bool = False

    @property
    def span(self) -> Span:
        return Span(self.start, self.start + self.length)

    @property
    def around(self) -> Span:
        return Span(self.start - BACK, self.start + AHEAD)


def wanted_again(booking: Booking, at: datetime) -> Wanted:
    """The wish for the same time, people and way as a booking has."""
    return Wanted(
        booking.supporter,
        booking.person,
        booking.kind,
        booking.starts_at,
        booking.ends_at - booking.starts_at,
        booking.mode,
        at,
    )


def has_run_out(booking: Booking, at: datetime) -> bool:
    """A pencil whose moment has passed, freed by that moment or not freed yet. One that
    went back before its moment went back for a reason, and does not count."""
    until = booking.pencilled_until
    if booking.agreed_at is not None or until is None or until > at:
        return False
    by_itself = booking.freed_because == Freed.RELEASED
    return booking.freed_at is None or (by_itself and booking.freed_at >= until)


def still_on_offer(booking: Booking, at: datetime) -> bool:
    """Whether the time of a pencil that ran out could be taken at this moment. A look
    without a lock, for a page; four queries."""
    wanted = wanted_again(booking, at)
    rules, own = _looked_up(wanted, booking)
    slot = slots.slot_at(rules, start=wanted.start, length=wanted.length, at=at)
    return bool(slot and wanted.mode in slot.modes and slots.clear_of([slot], own))


@contextmanager
def all_at_once() -> Iterator[None]:
    """A transaction around the taking of a time and what belongs to it. When others
    keep their hand on it for too long, that is TimeTaken too, and nothing is done."""
    try:
        with one_at_a_time():
            yield
    except LostTheRace as problem:
        raise TimeTaken([]) from problem


@contextmanager
def winning(wanted: Wanted, *, ignoring: Booking | None = None) -> Iterator[None]:
    """A transaction in which both people stand still. A lost race is TimeTaken."""
    try:
        with one_at_a_time():
            lock_people(wanted.supporter.pk, wanted.person.pk)
            yield
    except LostTheRace as problem:
        rules, own = _looked_up(wanted, ignoring)
        raise TimeTaken(_nearest(wanted, rules, own)) from problem


def take(wanted: Wanted, *, ignoring: Booking | None = None) -> Slot:
    """The slot, if it is free for both. Call it inside `winning`.

    Raises TimeTaken when only other bookings stand in the way, NotInOfferedHours when
    it would not be on offer without them either.
    """
    if wanted.supporter.pk == wanted.person.pk:
        raise NotInOfferedHours("Choose somebody other than yourself.")
    release_run_out(wanted.supporter.pk, wanted.person.pk, at=wanted.at)
    return _decided(wanted, ignoring)


def look_first(wanted: Wanted, *, ignoring: Booking | None = None) -> None:
    """What `take` would answer, for a time that somebody else plainly has. One query.

    Call it before the line is joined: of fifty people who want one time, those who
    come later need no turn to hear that it has gone. It gives nothing away; who finds
    the time free here stands in line, and `take` decides. Raises as `take` does.
    """
    held = Booking.objects.holding(wanted.at).of_either(wanted.supporter.pk)
    theirs = held.between(wanted.span.start, wanted.span.end)
    if theirs.exclude(person=wanted.person).exists():
        _decided(wanted, ignoring)


def _decided(wanted: Wanted, ignoring: Booking | None) -> Slot:
    rules, own = _looked_up(wanted, ignoring)
    slot = slots.slot_at(rules, start=wanted.start, length=wanted.length, at=wanted.at)
    if slot and wanted.mode in slot.modes and slots.clear_of([slot], own):
        return slot
    sentence = slots.refusal(
        replace(rules, taken=()),
        start=wanted.start,
        length=wanted.length,
        mode=wanted.mode,
        at=wanted.at,
    )
    if sentence:
        raise NotInOfferedHours(sentence)
    raise TimeTaken(_nearest(wanted, rules, own))


def keep_clear(wanted: Wanted, *, ignoring: Booking) -> None:
    """Only that both are free, whatever the hours and the notice: for an undo.

    A seat in a group asks only about its own person; the database knows the seats.

    Call it inside `winning`. Raises TimeTaken.
    """
    release_run_out(wanted.supporter.pk, wanted.person.pk, at=wanted.at)
    held = Booking.objects.holding(wanted.at).exclude(pk=ignoring.pk)
    people = {wanted.person.pk}
    if ignoring.gathering_id is None:
        people.add(wanted.supporter.pk)
    both = held.of_either(*people)
    if both.between(wanted.span.start, wanted.span.end).exists():
        rules, own = _looked_up(wanted, ignoring)
        raise TimeTaken(_nearest(wanted, rules, own))


def release_run_out(*people: int, at: datetime) -> int:
    """Free the pencils of these people, or of everybody, whose moment has passed.

    The guard of the database sees rows, not moments: a run-out pencil must be freed
    before its time can go to somebody else.
    """
    rows = Booking.objects.run_out(at)
    if people:
        rows = rows.of_either(*people)
    keys = list(rows.order_by("pk").values_list("pk", flat=True))
    return sum(_released(key, at) for key in keys)


def _released(key: int, at: datetime) -> int:
    """One at a time and by condition: a pencil that was just agreed stays."""
    done = Booking.objects.run_out(at).filter(pk=key)
    if not done.update(freed_at=at, freed_because=Freed.RELEASED):
        return 0
    what = BookingChange.What.FREED
    BookingChange.objects.create(booking_id=key, what=what, at=at)
    return 1


def nearest_to(wanted: Wanted, *, ignoring: Booking | None = None) -> list[Slot]:
    """The free times nearest to the wanted one that suit both, earliest first."""
    rules, own = _looked_up(wanted, ignoring)
    return _nearest(wanted, rules, own)


def _looked_up(wanted: Wanted, ignoring: Booking | None) -> tuple[Rules, list[Span]]:
    return rules_and_own(
        supporter=wanted.supporter.pk,
        person=wanted.person.pk,
        window=wanted.around,
        at=wanted.at,
        kind=wanted.kind,
        moving=wanted.moves,
        ignoring=ignoring,
    )


def _nearest(wanted: Wanted, rules: Rules, own: list[Span]) -> list[Slot]:
    """The free times that lie nearest to the one that has gone, earliest first.

    Looked for on the day before and after at first: where there are enough, those
    further off cannot be nearer, and everybody who lost a race asks this at once.
    """
    fit: list[Slot] = []
    for ahead in (BACK, AHEAD):
        window = Span(wanted.start - BACK, wanted.start + ahead)
        found = slots.free_times(
            rules, length=wanted.length, window=window, at=wanted.at
        )
        fit = [slot for slot in slots.clear_of(found, own) if wanted.mode in slot.modes]
        if len(fit) >= NEARBY:
            break
    fit.sort(key=lambda slot: abs(slot.start - wanted.start))
    return sorted(fit[:NEARBY], key=lambda slot: slot.start)
