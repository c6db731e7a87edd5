"""Who could talk with a person, and at what times. Decides nothing by itself."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sessions import availability, slots, ties, wishes
from sessions.models import Booking, Supporter, UsualSupporter
from sessions.slots import Slot, Span
from wellbeing.lib import words
from wellbeing.models import SUPPORTER_ROLES, Membership, Study
from wellbeing.people.models import User
from wellbeing.protocol import lengths
from wellbeing.protocol.document import Protocol
from wellbeing.protocol.rules import KeptUntil

MODE_WORDS = {"phone": "phone", "video": "video", "in_person": "in person"}


@dataclass(frozen=True)
class Choice:
    """One free time with one supporter, for one kind of booking."""

    supporter: Supporter
    slot: Slot
    kind: str
    minutes: int
    known: bool
    term: str = ""

    @property
    def mode(self) -> str:
        return self.slot.modes[0]

    @property
    def value(self) -> str:
        """What a form sends back for this time; ids in it are random."""
        who = self.supporter.person.public_id
        return f"{who} {self.kind} {self.slot.start.isoformat()} {self.mode}"

    @property
    def way_words(self) -> str:
        """`Phone, video, or in person in room 4.`"""
        ways = [MODE_WORDS.get(mode, mode) for mode in self.slot.modes]
        if "in_person" in self.slot.modes and self.slot.place:
            ways[self.slot.modes.index("in_person")] += f" in {self.slot.place}"
        return f"{words.list_words(ways, 'or').capitalize()}."


@dataclass(frozen=True)
class Circle:
    """The supporters of one study today, each with the roles they hold in it."""

    roles: dict[Supporter, frozenset[str]]

    def with_roles(self, roles: Collection[str]) -> list[Supporter]:
        """Those who hold one of the roles, in the study's own order."""
        return [one for one, held in self.roles.items() if held & set(roles)]


def circle_of(*, study: Study, person: User, at: datetime) -> Circle:
    """Whom this person could talk with in this study. Two queries.

    Without the person: nobody is offered time with themself.
    """
    held: dict[int, set[str]] = {}
    rows = (
        Membership.objects.on(at.date())
        .filter(study=study, role__in=SUPPORTER_ROLES, person__is_active=True)
        .exclude(person=person)
        .order_by("pk")
    )
    for pk, role in rows.values_list("person_id", "role"):
        held.setdefault(pk, set()).add(role)
    found = Supporter.objects.select_related("person", "cover__person").in_bulk(held)
    return Circle({found[pk]: frozenset(held[pk]) for pk in held if pk in found})


def not_wanted(person: User) -> set[int]:
    """Supporters of whom the person has said "someone else, please"."""
    ended = UsualSupporter.objects.filter(person=person)
    rows = list(ended.values_list("supporter_id", "ended_at"))
    current = {supporter for supporter, ended_at in rows if ended_at is None}
    return {supporter for supporter, ended_at in rows if ended_at} - current


def choice(
    supporter: Supporter,
    slot: Slot,
    kind: str,
    document: Protocol,
    *,
    known: bool = False,
) -> Choice:
    """A free time, with what the protocol says about such a booking."""
    return Choice(
        supporter=supporter,
        slot=slot,
        kind=kind,
        minutes=document.kinds[kind].minutes,
        known=known,
        term=document.kind_words(kind),
    )


def choices(
    *,
    supporters: Collection[Supporter],
    kinds: Collection[str],
    document: Protocol,
    person: User,
    window: Span,
    at: datetime,
    known: Supporter | None = None,
) -> list[Choice]:
    """Every time that is free for both, earliest first; at one time the known person
    stands first. A fixed number of queries.
    """
    rules = availability.rules_for(
        supporters=[supporter.pk for supporter in supporters], window=window, at=at
    )
    busy = _own_bookings(person, window, at)
    found = [
        choice(supporter, slot, kind, document, known=known == supporter)
        for supporter in supporters
        for kind in kinds
        for slot in slots.free_times(
            rules[supporter.pk].for_a(kind),
            length=timedelta(minutes=document.kinds[kind].minutes),
            window=window,
            at=at,
        )
        if not any(slot.start < span.end and slot.end > span.start for span in busy)
    ]
    return sorted(found, key=lambda one: (one.slot.start, not one.known))


def _own_bookings(person: User, window: Span, at: datetime) -> list[Span]:
    """When the person is already booked, on either side of the table."""
    rows = Booking.objects.holding(at).between(window.start, window.end)
    mine = rows.filter(person=person) | rows.filter(supporter_id=person.pk)
    return [Span(start, end) for start, end in mine.values_list("starts_at", "ends_at")]


def proposal(
    *,
    circle: Circle,
    person: User,
    document: Protocol,
    kind: str,
    kept: KeptUntil,
    since: datetime,
    until: datetime,
    at: datetime,
) -> Choice | None:
    """The time to pencil: the first with the person they know, inside the promise.

    A time that the person likes comes before a sooner one, as long as it keeps the
    promise. Who knows nobody yet gets the first time with anybody they have not turned
    down. When the known person has no time, nobody else is put in their place: the
    choice is the person's (domain scenario 11).
    """
    everyone = circle.with_roles(document.kinds[kind].with_)
    if not everyone or until <= since:
        return None
    known = ties.usual_supporter(
        person=person, among=[supporter.pk for supporter in everyone], at=at
    )
    turned_down = set() if known else not_wanted(person)
    found = choices(
        supporters=[known]
        if known
        else [one for one in everyone if one.pk not in turned_down],
        kinds=[kind],
        document=document,
        person=person,
        window=Span(since, until),
        at=at,
        known=known,
    )
    calendar = document.calendar
    fit = [
        one
        for one in found
        if can_be_kept(one.slot.start, kept, calendar, since=since, at=at)
    ]
    liked = wishes.liked_by(person)
    suiting = (one for one in fit if liked.suits_with(one.slot.start, one.slot.modes))
    return next(suiting, fit[0] if fit else None)


def kept_until(
    start: datetime, kept: KeptUntil, calendar: lengths.Calendar, since: datetime
) -> datetime:
    """The moment until which a pencilled time is kept for the person. The days are
    counted from `since`: from now, or from the end of the work that is planned."""
    day = since.astimezone(ZoneInfo(calendar.zone)).date() + timedelta(days=kept.days)
    morning = lengths.at_wall_time(day, kept.time, calendar.zone)
    return min(morning, lengths.before(start, kept.at_latest_before))


def can_be_kept(
    start: datetime,
    kept: KeptUntil,
    calendar: lengths.Calendar,
    *,
    since: datetime,
    at: datetime,
) -> bool:
    """Whether the person would have the agreed least time to think about it."""
    least = lengths.after(at, kept.at_least, calendar)
    return kept_until(start, kept, calendar, since) >= least


def known_to(
    *, person: User, among: Collection[Supporter], at: datetime
) -> Supporter | None:
    """Whom of these the person usually talks to."""
    return ties.usual_supporter(
        person=person, among=[supporter.pk for supporter in among], at=at
    )


def study_of(*, supporter: int, person: User, at: datetime) -> Study | None:
    """A study that the supporter supports and the person belongs to today."""
    day = at.date()
    of_supporter = Membership.objects.on(day).filter(person_id=supporter)
    shared = Membership.objects.on(day).filter(
        person=person, study__in=of_supporter.values("study")
    )
    row = shared.select_related("study").order_by("study_id").first()
    return row.study if row else None
