"""The times that one person can choose from, and who has them, in a few queries.

In which order, and why, is decided here and said on the page: whom they know, then the
order of the protocol, then who has the most room. Nothing else about anybody counts.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sessions import ties
from sessions.models import Booking, Supporter
from sessions.slots import Span
from sessions.wishes import Liked, liked_by
from wellbeing import support
from wellbeing.models import Study
from wellbeing.people.models import User
from wellbeing.protocol import lengths
from wellbeing.protocol.document import Protocol
from wellbeing.support import Choice

LOOK_AHEAD = timedelta(days=28)
DAYS_A_PAGE = 3
# More rows than this at one part of a day tire the eye; choosing one person shows all.
ROWS_A_PART = 3
PARTS = (("Morning", 0), ("Afternoon", 12), ("Evening", 17))


@dataclass(frozen=True)
class Day:
    """One day's times by part of the day. `late`: the first past the promise."""

    date: date
    starts_at: datetime
    parts: list[tuple[str, list[Choice]]]
    first_late: bool


@dataclass(frozen=True)
class Times:
    """`first_known` and `first_any` are the first times; `promised_by` the promise.

    `liked` is what the person wishes; `narrowed` that only such times are shown, and
    `none_liked` that there is none, so that all are.
    """

    people: list[Supporter]
    known: Supporter | None
    promised_by: datetime
    first_known: Choice | None
    first_any: Choice | None
    why_any: str
    days: list[Day]
    later: date | None
    liked: Liked
    narrowed: bool
    none_liked: bool

    @property
    def in_time(self) -> Choice | None:
        """The first of all times shown, when it keeps the promise."""
        firsts = [one for one in (self.first_known, self.first_any) if one]
        soonest = min(firsts, key=lambda choice: choice.slot.start, default=None)
        kept = soonest is not None and soonest.slot.start <= self.promised_by
        return soonest if kept else None


def bookable_kinds(document: Protocol, kinds: list[str]) -> list[str]:
    """Of these kinds, those that somebody is needed for."""
    return [kind for kind in kinds if document.kinds[kind].with_]


def times_for(
    *,
    study: Study,
    person: User,
    document: Protocol,
    kinds: list[str],
    promised_by: datetime,
    who: str,
    mode: str,
    from_day: date | None,
    at: datetime,
    every: bool = False,
) -> Times:
    """Free times for one person. `who` is a supporter's public id or empty for anyone;
    `mode` narrows to one way of talking; `from_day` pages on. The person's wishes
    narrow the days and hours too, unless `every` time is asked for."""
    circle = support.circle_of(study=study, person=person, at=at)
    roles = {role for kind in kinds for role in document.kinds[kind].with_}
    everyone = circle.with_roles(roles)
    known = ties.usual_supporter(
        person=person, among=[supporter.pk for supporter in everyone], at=at
    )
    chosen = [one for one in everyone if who in {"", str(one.person.public_id)}]
    found = _choices(circle, person, document, kinds, chosen, known, at)
    if mode:
        found = [choice for choice in found if mode in choice.slot.modes]
    found = _in_order(found, kinds, _booked(everyone, at))
    liked = liked_by(person)
    fit = [c for c in found if liked.suits_with(c.slot.start, c.slot.modes)]
    narrowed = not every and not liked.any and bool(fit)
    shown = fit if narrowed else found
    zone = ZoneInfo(person.time_zone)
    start = from_day or date.min
    later = [c for c in shown if c.slot.start.astimezone(zone).date() >= start]
    days, rest = _days(later, zone, promised_by, everything=bool(who))
    first_any, why_any = _first_any(shown, support.not_wanted(person))
    return Times(
        people=everyone,
        known=known,
        promised_by=promised_by,
        first_known=next((choice for choice in shown if choice.known), None),
        first_any=first_any,
        why_any=why_any,
        days=days,
        later=rest,
        liked=liked,
        narrowed=narrowed,
        none_liked=not liked.any and not fit,
    )


def _booked(supporters: Collection[Supporter], at: datetime) -> Counter[int]:
    """How many bookings each has over the weeks that are shown."""
    rows = Booking.objects.holding(at).between(at, at + LOOK_AHEAD)
    mine = rows.filter(supporter__in=[one.pk for one in supporters])
    return Counter(mine.values_list("supporter_id", flat=True))


def _in_order(
    choices: list[Choice], kinds: list[str], booked: Counter[int]
) -> list[Choice]:
    """By time. At one time: whom they know, the protocol's order, who has most room."""
    order = {kind: number for number, kind in enumerate(kinds)}

    def rank(choice: Choice) -> tuple[datetime, bool, int, int, int]:
        who = choice.supporter.pk
        known, kind = not choice.known, order[choice.kind]
        return choice.slot.start, known, kind, booked[who], who

    return sorted(choices, key=rank)


def _first_any(
    choices: list[Choice], not_wanted: Collection[int]
) -> tuple[Choice | None, str]:
    """The first with somebody else, and why it is that one, in words.

    Never one of whom they said "someone else, please".
    """
    others = [
        one for one in choices if not one.known and one.supporter.pk not in not_wanted
    ]
    if not others:
        return None, ""
    beside = [one for one in others if one.slot.start == others[0].slot.start]
    if len({one.supporter for one in beside}) == 1:
        return others[0], "The soonest of them all."
    if len({one.kind for one in beside}) > 1:
        return others[0], "Of the soonest, the one that your protocol names first."
    return others[0], "Of the soonest, with whoever has the most room just now."


def _choices(
    circle: support.Circle,
    person: User,
    document: Protocol,
    kinds: list[str],
    supporters: list[Supporter],
    known: Supporter | None,
    at: datetime,
) -> list[Choice]:
    """Each supporter is asked only about the kinds that their role is for."""
    window = Span(at, at + LOOK_AHEAD)
    by_roles: dict[tuple[str, ...], list[str]] = {}
    for kind in kinds:
        by_roles.setdefault(tuple(document.kinds[kind].with_), []).append(kind)
    found: list[Choice] = []
    for roles, able_kinds in by_roles.items():
        able = circle.with_roles(roles)
        wanted = [one for one in supporters if one in able]
        if wanted:
            found += support.choices(
                supporters=wanted,
                kinds=able_kinds,
                document=document,
                person=person,
                window=window,
                at=at,
                known=known,
            )
    return found


def _days(
    choices: list[Choice], zone: ZoneInfo, promised_by: datetime, *, everything: bool
) -> tuple[list[Day], date | None]:
    by_day: dict[date, list[Choice]] = {}
    for choice in choices:
        by_day.setdefault(choice.slot.start.astimezone(zone).date(), []).append(choice)
    ordered = sorted(by_day)
    days, late = [], False
    for day in ordered[:DAYS_A_PAGE]:
        first_late = not late and by_day[day][0].slot.start > promised_by
        late = late or first_late
        parts = _parts(by_day[day], zone, everything=everything)
        starts_at = lengths.at_wall_time(day, time(12), str(zone))
        days.append(Day(day, starts_at, parts, first_late))
    rest = ordered[DAYS_A_PAGE] if len(ordered) > DAYS_A_PAGE else None
    return days, rest


def _parts(
    choices: list[Choice], zone: ZoneInfo, *, everything: bool
) -> list[tuple[str, list[Choice]]]:
    by_part: dict[str, list[Choice]] = {name: [] for name, _ in PARTS}
    for choice in choices:
        hour = choice.slot.start.astimezone(zone).hour
        name = next(name for name, first in reversed(PARTS) if hour >= first)
        shown = by_part[name]
        if everything or (len(shown) < ROWS_A_PART and not _overlaps(choice, shown)):
            shown.append(choice)
    return [(name, found) for name, found in by_part.items() if found]


def _overlaps(choice: Choice, shown: list[Choice]) -> bool:
    """Whether the same person is already shown for a time that this one cuts into."""
    return any(
        other.supporter == choice.supporter
        and other.slot.start < choice.slot.end
        and choice.slot.start < other.slot.end
        for other in shown
    )
