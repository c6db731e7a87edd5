"""From rows to the plain questions of the planner, in a fixed number of queries."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q

from sessions import slots
from sessions.availability import rules_for
from sessions.models import Booking, Supporter, SupportRequest, UsualSupporter
from sessions.planner.facts import Listener, Need, Opening
from sessions.rearrangements import Rearrangement, Suggestion
from sessions.slots import Rules, Slot, Span
from sessions.wishes import Liked, liked_by_each
from wellbeing.people.models import User

LOOK_AHEAD = timedelta(days=28)


@dataclass(frozen=True)
class Subject:
    """What one need is about: a booking that must change, or a request without a time.

    `modes` are the ways of talking that it can be held in; empty means any.
    """

    person: User
    length: timedelta
    modes: tuple[str, ...]
    booking: Booking | None = None
    request: SupportRequest | None = None

    @property
    def stays_with_holder(self) -> bool:
        """Only somebody's agreed time may go to a colleague, and they are asked first.
        A request or a pencil would tell the colleague a name before a yes."""
        return self.booking is None or self.booking.agreed_at is None

    def mode_of(self, slot: Slot) -> str | None:
        """How they would talk then; None when this time cannot be held so."""
        fit = [mode for mode in slot.modes if not self.modes or mode in self.modes]
        return fit[0] if fit else None


@dataclass(frozen=True)
class Gathered:
    """The needs in the order of the subjects; `modes` by supporter and start."""

    subjects: list[Subject]
    needs: list[Need]
    listeners: dict[int, Listener]
    slots: dict[tuple[int, datetime, datetime], Slot]


def gathered(row: Rearrangement, at: datetime) -> Gathered:
    """Everything about one rearrangement as it stands at this moment."""
    supporters = [row.supporter, *row.also.select_related("person")]
    subjects = _subjects(row, at)
    window = Span(at, max(at, row.ends_at or at) + LOOK_AHEAD)
    found = rules_for(supporters=[s.pk for s in supporters], window=window, at=at)
    # What is suggested together must fit together, of whatever kind it is.
    rules = {pk: own.for_any() for pk, own in found.items()}
    lengths = {subject.length for subject in subjects}
    free = {
        (pk, length): _outside(
            slots.free_times(rules[pk], length=length, window=window, at=at),
            _cleared(row, pk),
        )
        for pk in rules
        for length in lengths
    }
    apart = _Apart.of(row, supporters, subjects, window, at)
    needs = [
        _need(key, subject, supporters, free, apart, rules, row.supporter_id)
        for key, subject in enumerate(subjects)
    ]
    times = {
        (pk, slot.start, slot.end): slot
        for (pk, _), shown in free.items()
        for slot in shown
    }
    return Gathered(subjects, needs, _listeners(supporters, rules), times)


def bookings_to_place(row: Rearrangement, at: datetime) -> list[Booking]:
    """Bookings on the days that cannot be kept, whose people were not asked yet."""
    if row.starts_at is None or row.ends_at is None:
        return []
    waiting = Suggestion.objects.waiting(at).filter(booking__isnull=False)
    found = (
        Booking.objects.holding(at)
        .for_supporter(row.supporter_id)
        .filter(starts_at__gt=at, starts_at__lt=row.ends_at, ends_at__gt=row.starts_at)
        .exclude(pk__in=waiting.values("booking"))
        # Who steps in for a supporter does not decide about their own time with them.
        .exclude(person=row.asked_by_id)
    )
    return list(found.select_related("person", "supporter").order_by("starts_at"))


def requests_to_place(row: Rearrangement) -> list[SupportRequest]:
    """Requests without a time. Cover does not see them: whose they are stays with the
    holder until the person says yes."""
    if row.asked_by_id != row.supporter_id:
        return []
    held = SupportRequest.objects.unanswered().for_holder(row.supporter_id)
    return list(held.select_related("person").order_by("promised_by", "asked_at"))


def _subjects(row: Rearrangement, at: datetime) -> list[Subject]:
    found = [
        Subject(one.person, one.ends_at - one.starts_at, (one.mode,), booking=one)
        for one in bookings_to_place(row, at)
    ]
    return found + [
        Subject(
            one.person,
            timedelta(minutes=one.minutes),
            tuple(one.modes),
            request=one,
        )
        for one in requests_to_place(row)
    ]


def _cleared(row: Rearrangement, supporter: int) -> Span | None:
    """The days that this supporter cannot keep. Colleagues can."""
    if supporter != row.supporter_id or row.starts_at is None or row.ends_at is None:
        return None
    return Span(row.starts_at, row.ends_at)


def _outside(times: list[Slot], cleared: Span | None) -> list[Slot]:
    return slots.clear_of(times, [cleared]) if cleared else times


@dataclass(frozen=True)
class _Apart:
    """Why a free time of a supporter may still not be one for a certain person."""

    busy: dict[int, list[Span]]
    asked: dict[int, list[Span]]
    not_with: dict[int, set[int]]
    liked: dict[int, Liked]

    @classmethod
    def of(
        cls,
        row: Rearrangement,
        supporters: list[Supporter],
        subjects: list[Subject],
        window: Span,
        at: datetime,
    ) -> "_Apart":
        people = {subject.person.pk: subject.person for subject in subjects}
        to_go = [s.booking.pk for s in subjects if s.booking is not None]
        return cls(
            _busy(people, to_go, window, at),
            _asked_for(supporters, at),
            _not_with(people, supporters),
            liked_by_each(list(people.values())),
        )


def _busy(
    people: Iterable[int], to_go: list[int], window: Span, at: datetime
) -> dict[int, list[Span]]:
    """When each is booked already, on either side, leaving out what is to change."""
    keys = set(people)
    rows = Booking.objects.holding(at).between(window.start, window.end)
    found: dict[int, list[Span]] = defaultdict(list)
    for row in rows.of_either(*keys).exclude(pk__in=to_go):
        for key in {row.person_id, row.supporter_id} & keys:
            found[key].append(Span(row.starts_at, row.ends_at))
    return found


def _asked_for(supporters: list[Supporter], at: datetime) -> dict[int, list[Span]]:
    """Times that others were asked about and may say yes to any moment."""
    found: dict[int, list[Span]] = defaultdict(list)
    rows = Suggestion.objects.waiting(at).filter(supporter__in=supporters)
    for supporter, start, end in rows.values_list("supporter", "starts_at", "ends_at"):
        if supporter and start and end:
            found[supporter].append(Span(start, end))
    return found


def _not_with(
    people: Iterable[int], supporters: list[Supporter]
) -> dict[int, set[int]]:
    """Of whom each person said "someone else, please" and has not chosen again."""
    ties = UsualSupporter.objects.filter(person__in=people, supporter__in=supporters)
    rows = list(ties.values_list("person_id", "supporter_id", "ended_at"))
    current = {(person, supporter) for person, supporter, ended in rows if not ended}
    found: dict[int, set[int]] = defaultdict(set)
    for person, supporter, ended in rows:
        if ended and (person, supporter) not in current:
            found[person].add(supporter)
    return found


def _need(
    key: int,
    subject: Subject,
    supporters: list[Supporter],
    free: dict[tuple[int, timedelta], list[Slot]],
    apart: _Apart,
    rules: dict[int, Rules],
    holder: int,
) -> Need:
    openings = []
    for supporter in _possible(subject, supporters, apart, holder):
        zone = ZoneInfo(rules[supporter].zone)
        busy = [*apart.busy.get(subject.person.pk, []), *apart.asked.get(supporter, [])]
        for slot in slots.clear_of(free[supporter, subject.length], busy):
            if subject.mode_of(slot) is not None:
                day = slot.start.astimezone(zone).date()
                wished = apart.liked[subject.person.pk].suits(slot.start)
                opening = Opening(supporter, slot.start, slot.end, day, wished)
                openings.append(opening)
    booking, request = subject.booking, subject.request
    return Need(
        key=key,
        person=subject.person.pk,
        near=booking.starts_at if booking else request.asked_at,  # type: ignore[union-attr]
        usual=holder,
        openings=tuple(openings),
        promised_by=request.promised_by if request else None,
    )


def _possible(
    subject: Subject, supporters: list[Supporter], apart: _Apart, holder: int
) -> Iterator[int]:
    """Whom this person could meet. Whom they have now is never taken from the list."""
    person = subject.person.pk
    for supporter in supporters:
        if supporter.pk == holder or (
            not subject.stays_with_holder
            and supporter.pk != person
            and supporter.pk not in apart.not_with.get(person, ())
        ):
            yield supporter.pk


def _listeners(
    supporters: list[Supporter], rules: dict[int, Rules]
) -> dict[int, Listener]:
    return {
        one.pk: Listener(
            one.pk,
            rules[one.pk].buffer,
            one.most_per_day,
            _booked(rules[one.pk]),
        )
        for one in supporters
    }


def _booked(rules: Rules) -> Counter[date]:
    zone = ZoneInfo(rules.zone)
    return Counter(
        taken.span.start.astimezone(zone).date()
        for taken in rules.taken
        if taken.counts
    )


def who_may_step_in(supporter: object, at: datetime) -> Q:
    """Supporters for whom this one covers: as a rule, or during a time off."""
    return Q(cover=supporter) | Q(time_off__cover=supporter, time_off__ends_at__gt=at)
