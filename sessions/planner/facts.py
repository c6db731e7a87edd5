"""What a planner is asked, what an answer costs, and whether it keeps the rules. Pure.

The sums rank answers for the service, never people: nothing about how somebody is, how
often they met or what they said goes in. A promise and a distance in hours do.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import combinations

# For each hour between the time somebody had (or asked) and the time they would get.
WAIT = 1.0
# For each hour later than was promised, on top.
LATE = 4.0
# For meeting somebody else than agreed.
CHANGE = 60.0
# For a time outside the days and hours that the person likes.
UNWISHED = 20.0
# For each booking between the most and the least that a supporter gets. Twice this is
# less than CHANGE: evening out the work never takes a known person from anybody.
SPREAD = 20.0
# For no time at all. Above everything else together.
UNPLACED = 3000.0

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Opening:
    """A time that one person could have. `day` is the supporter's local day.

    `wished` says whether it lies in the days and hours that the person likes.
    """

    supporter: int
    start: datetime
    end: datetime
    day: date
    wished: bool = True


@dataclass(frozen=True, slots=True)
class Need:
    """One booking or request that wants a time, and all that it could have.

    `near` is the time they had, or when they asked; `usual` whom they were to meet.
    """

    key: int
    person: int
    near: datetime
    usual: int
    openings: tuple[Opening, ...]
    promised_by: datetime | None = None


@dataclass(frozen=True, slots=True)
class Listener:
    """How much one supporter can take on. `booked` counts what stays, by local day."""

    key: int
    buffer: timedelta
    most_per_day: int
    booked: Mapping[date, int]


# By the key of the need; None where nothing was found.
Placing = Mapping[int, Opening | None]


def cost_of(need: Need, opening: Opening) -> float:
    """What one time costs, seen alone."""
    cost = WAIT * (abs(opening.start - need.near) / HOUR)
    if need.promised_by is not None and opening.start > need.promised_by:
        cost += LATE * ((opening.start - need.promised_by) / HOUR)
    if opening.supporter != need.usual:
        cost += CHANGE
    return cost if opening.wished else cost + UNWISHED


def spread_of(loads: Iterable[int]) -> float:
    """What it costs that some have more to do than others."""
    counts = list(loads)
    return SPREAD * (max(counts) - min(counts)) if counts else 0.0


def taking_part(needs: Sequence[Need]) -> list[int]:
    """The supporters who have at least one time for somebody, in order."""
    return sorted({one.supporter for need in needs for one in need.openings})


def total(needs: Sequence[Need], placing: Placing) -> float:
    """What a whole answer costs."""
    loads = Counter(dict.fromkeys(taking_part(needs), 0))
    cost = 0.0
    for need in needs:
        opening = placing[need.key]
        if opening is None:
            cost += UNPLACED
        else:
            cost += cost_of(need, opening)
            loads[opening.supporter] += 1
    return cost + spread_of(loads.values())


def broken_rules(
    needs: Sequence[Need], listeners: Mapping[int, Listener], placing: Placing
) -> list[str]:
    """What an answer does that it must not. Independent of how it was found."""
    placed = [
        (need, opening) for need in needs if (opening := placing[need.key]) is not None
    ]
    said = [
        f"{need.key} got a time that was never open to them"
        for need, opening in placed
        if opening not in need.openings
    ]
    for (first, one), (second, other) in combinations(placed, 2):
        if first.person == second.person and one.day == other.day:
            said.append(f"{first.key} and {second.key} are one person on one day")
        buffer = listeners[one.supporter].buffer
        if one.supporter == other.supporter and _touch(one, other, buffer):
            said.append(f"{first.key} and {second.key} are too close")
    days = Counter((opening.supporter, opening.day) for _, opening in placed)
    for (supporter, day), many in days.items():
        listener = listeners[supporter]
        if many + listener.booked.get(day, 0) > listener.most_per_day:
            said.append(f"{supporter} has too many on {day}")
    return said


def _touch(one: Opening, other: Opening, buffer: timedelta) -> bool:
    return one.start < other.end + buffer and other.start < one.end + buffer
