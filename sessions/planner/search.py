"""Looking for a good time for everybody at once. Pure, and the same each time.

Scarcest first: who has the fewest times chooses first. Then a local search tries to
better that in small steps: it puts somebody where others are, finds these another
time, and keeps the change when it costs less, or at first sometimes when it does not.
The same needs, seed and number of steps give the same answer on every machine.
"""

import math
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sessions.planner.facts import (
    SPREAD,
    UNPLACED,
    Listener,
    Need,
    Opening,
    cost_of,
    spread_of,
    taking_part,
)

# How many of somebody's cheapest times a step chooses among.
NEAREST = 12
# The most people whose times a step takes away to find them better ones.
TAKEN_AWAY = 5
# How much worse a step may make it, in the first steps and in the last.
WARM, COLD = 60.0, 0.5


@dataclass(frozen=True, slots=True)
class _Option:
    """One opening of one need, with its own cost and the place that it would fill."""

    cost: float
    place: int
    opening: Opening


class Search:
    """One search. `place_all` first, then `improve` as often as there is time."""

    def __init__(
        self,
        needs: Sequence[Need],
        listeners: Mapping[int, Listener],
        *,
        seed: int,
        steps: int,
    ) -> None:
        self.steps, self.done = steps, 0
        self._needs = list(needs)
        self._listeners = listeners
        self._random = random.Random(seed)  # noqa: S311 - nothing secret hangs on it
        places = _places(self._needs)
        self._options = _options(self._needs, places, listeners)
        self._against = _against(places, listeners)
        self._holder: list[int | None] = [None] * len(places)
        self._blocked = [0] * len(places)
        self._at: list[_Option | None] = [None] * len(self._needs)
        self._on_day: Counter[tuple[int, object]] = Counter()
        self._with_person: dict[tuple[int, object], int] = {}
        self._load = dict.fromkeys(taking_part(self._needs), 0)
        self._cost = UNPLACED * len(self._needs)
        self._best, self._best_cost = list(self._at), self._whole_cost()

    def place_all(self) -> None:
        """The first answer: scarcest first, each the cheapest time that is left."""
        in_order = sorted(
            range(len(self._needs)),
            key=lambda n: (len(self._options[n]), self._needs[n].near, n),
        )
        for number in in_order:
            self._place_best(number)
        self._keep_if_best()

    def improve(self, steps: int) -> None:
        """Take so many of the steps that are left."""
        for _ in range(min(steps, self.steps - self.done)):
            self.done += 1
            self._step()

    @property
    def finished(self) -> bool:
        return self.done >= self.steps or not any(self._options)

    def found(self) -> dict[int, Opening | None]:
        """The best answer so far, by the key of the need."""
        return {
            need.key: option.opening if option else None
            for need, option in zip(self._needs, self._best, strict=True)
        }

    @property
    def cost(self) -> float:
        return self._best_cost

    # --- one step ---------------------------------------------------------------

    def _step(self) -> None:
        number = self._random.randrange(len(self._needs))
        options = self._options[number]
        if not options:
            return
        before, remembered = self._whole_cost(), {number: self._at[number]}
        if self._random.random() < 0.5:
            away = self._make_room(number, self._one_of(options), remembered)
        else:
            away = self._take_some_away(number, remembered)
        self._random.shuffle(away)
        away.sort(key=lambda n: len(self._options[n]))
        for one in away:
            self._place_best(one)
        if self._is_kept(self._whole_cost() - before):
            self._keep_if_best()
        else:
            self._put_back(remembered)

    def _one_of(self, options: list[_Option]) -> _Option:
        return options[self._random.randrange(min(NEAREST, len(options)))]

    def _make_room(
        self, number: int, wanted: _Option, remembered: dict[int, _Option | None]
    ) -> list[int]:
        """Put one need where it wants to be; the numbers of those who had to go."""
        self._lift(number)
        away = self._in_the_way(number, wanted)
        for one in away:
            remembered[one] = self._at[one]
            self._lift(one)
        self._put(number, wanted)
        return away

    def _in_the_way(self, number: int, wanted: _Option) -> list[int]:
        opening = wanted.opening
        holders = (self._holder[place] for place in self._against[wanted.place])
        found = {holder for holder in holders if holder is not None}
        same_day = self._with_person.get((self._needs[number].person, opening.day))
        if same_day is not None:
            found.add(same_day)
        if self._is_full(opening) and not any(self._is_on(n, opening) for n in found):
            on_it = [n for n in range(len(self._at)) if self._is_on(n, opening)]
            if on_it:
                found.add(self._random.choice(on_it))
        return sorted(found)

    def _take_some_away(
        self, number: int, remembered: dict[int, _Option | None]
    ) -> list[int]:
        """Lift one need, some that want the same times, and who has none yet."""
        rivals = [
            holder
            for option in self._options[number][: NEAREST * 2]
            for holder in (self._holder[place] for place in self._against[option.place])
            if holder is not None and holder != number
        ]
        some = self._random.sample(rivals, min(len(rivals), TAKEN_AWAY - 1))
        away = sorted({number, *some})
        for one in away:
            remembered[one] = self._at[one]
            self._lift(one)
        return away

    def _is_kept(self, dearer: float) -> bool:
        if dearer <= 0:
            return True
        warmth = WARM * (COLD / WARM) ** (self.done / self.steps)
        return self._random.random() < math.exp(-dearer / warmth)

    def _put_back(self, remembered: dict[int, _Option | None]) -> None:
        for number in remembered:
            self._lift(number)
        for number, option in remembered.items():
            if option is not None:
                self._put(number, option)

    # --- the state --------------------------------------------------------------

    def _place_best(self, number: int) -> None:
        """The cheapest time that is left, counting how it spreads the work."""
        best, least = None, math.inf
        for option in self._options[number]:
            if option.cost - 2 * SPREAD >= least:
                break
            if self._is_free(number, option):
                cost = option.cost + self._spread_with(option.opening.supporter)
                if cost < least:
                    best, least = option, cost
        if best is not None:
            self._put(number, best)

    def _is_free(self, number: int, option: _Option) -> bool:
        return (
            not self._blocked[option.place]
            and (self._needs[number].person, option.opening.day)
            not in self._with_person
            and not self._is_full(option.opening)
        )

    def _is_full(self, opening: Opening) -> bool:
        listener = self._listeners[opening.supporter]
        before = listener.booked.get(opening.day, 0)
        now = self._on_day[opening.supporter, opening.day]
        return before + now >= listener.most_per_day

    def _is_on(self, number: int, opening: Opening) -> bool:
        at = self._at[number]
        return at is not None and (at.opening.supporter, at.opening.day) == (
            opening.supporter,
            opening.day,
        )

    def _spread_with(self, supporter: int) -> float:
        """What the spread changes by when this supporter gets one more."""
        loads = self._load.values()
        most, least = max(loads), min(loads)
        mine = self._load[supporter]
        higher = SPREAD if mine == most else 0.0
        alone = mine == least and sum(load == least for load in loads) == 1
        return higher - (SPREAD if alone else 0.0)

    def _put(self, number: int, option: _Option) -> None:
        self._turn(number, option, +1)
        self._holder[option.place] = number
        key = self._needs[number].person, option.opening.day
        self._with_person[key] = number
        self._at[number] = option

    def _lift(self, number: int) -> None:
        option = self._at[number]
        if option is None:
            return
        self._turn(number, option, -1)
        self._holder[option.place] = None
        del self._with_person[self._needs[number].person, option.opening.day]
        self._at[number] = None

    def _turn(self, number: int, option: _Option, by: int) -> None:
        opening = option.opening
        for place in self._against[option.place]:
            self._blocked[place] += by
        self._on_day[opening.supporter, opening.day] += by
        self._load[opening.supporter] += by
        self._cost += by * (option.cost - UNPLACED)

    def _whole_cost(self) -> float:
        return self._cost + spread_of(self._load.values())

    def _keep_if_best(self) -> None:
        cost = self._whole_cost()
        if cost < self._best_cost - 1e-9:
            self._best, self._best_cost = list(self._at), cost


# --- what is worked out once ---------------------------------------------------------


def _places(needs: Iterable[Need]) -> list[Opening]:
    """Each time of each supporter once, whoever could have it."""
    found = {_place(one): one for need in needs for one in need.openings}
    return [found[key] for key in sorted(found)]


def _options(
    needs: Iterable[Need], places: list[Opening], listeners: Mapping[int, Listener]
) -> list[list[_Option]]:
    """The openings of each need, cheapest first, without days that are full already."""
    number = {_place(one): at for at, one in enumerate(places)}
    found = []
    for need in needs:
        open_days = (
            one
            for one in need.openings
            if listeners[one.supporter].booked.get(one.day, 0)
            < listeners[one.supporter].most_per_day
        )
        options = [
            _Option(cost_of(need, one), number[_place(one)], one) for one in open_days
        ]
        found.append(sorted(options, key=lambda option: (option.cost, option.place)))
    return found


def _place(opening: Opening) -> tuple[int, datetime, datetime]:
    return opening.supporter, opening.start, opening.end


def _against(
    places: list[Opening], listeners: Mapping[int, Listener]
) -> list[list[int]]:
    """For each place, the places that cannot be had beside it, itself among them."""
    by_supporter: dict[int, list[int]] = defaultdict(list)
    for number, place in enumerate(places):
        by_supporter[place.supporter].append(number)
    against: list[list[int]] = [[number] for number in range(len(places))]
    for supporter, numbers in by_supporter.items():
        buffer = listeners[supporter].buffer
        for at, first in enumerate(numbers):
            for second in numbers[at + 1 :]:
                # They are in order of their start, so no later one can touch either.
                if places[second].start >= places[first].end + buffer:
                    break
                against[first].append(second)
                against[second].append(first)
    return against
