"""A wave of interviews: many who want a time at once, made up from a seed."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sessions.planner.facts import Listener, Need, Opening

MONDAY = datetime(2026, 9, 21, tzinfo=UTC)
HOUR = timedelta(hours=1)
BUFFER = timedelta(minutes=10)
LENGTH = timedelta(minutes=50)
MOST_PER_DAY = 6


@dataclass(frozen=True)
class Wave:
    needs: Sequence[Need]
    listeners: dict[int, Listener]


def wave(*, requests: int, slots: int, supporters: int, seed: int) -> Wave:
    """So many requests for about so many one-hour slots of several supporters.

    Everybody can do most times, has a promise of 48 hours, and asked somebody.
    """
    chance = random.Random(seed)
    days = -(-slots // (supporters * MOST_PER_DAY))
    open_times = [
        Opening(who, start, start + LENGTH, start.date())
        for who in range(supporters)
        for day in range(days)
        for start in _day(chance, day)
    ]
    chance.shuffle(open_times)
    open_times = sorted(open_times[:slots], key=lambda one: (one.start, one.supporter))
    needs = [
        _need(chance, key, open_times, supporters, days) for key in range(requests)
    ]
    listeners = {
        who: Listener(who, BUFFER, MOST_PER_DAY, {}) for who in range(supporters)
    }
    return Wave(needs, listeners)


def _day(chance: random.Random, day: int) -> list[datetime]:
    first = MONDAY + timedelta(days=day)
    hours = sorted(chance.sample(range(9, 18), MOST_PER_DAY))
    return [first + hour * HOUR for hour in hours]


def _need(
    chance: random.Random,
    key: int,
    open_times: list[Opening],
    supporters: int,
    days: int,
) -> Need:
    asked = MONDAY + chance.uniform(0, days * 0.7) * timedelta(days=1)
    not_with = chance.randrange(supporters) if chance.random() < 0.1 else None
    usual = chance.choice([who for who in range(supporters) if who != not_with])
    return Need(
        key=key,
        # Every tenth person wants two times.
        person=key if key % 10 else key + 1,
        near=asked,
        usual=usual,
        openings=tuple(
            Opening(one.supporter, one.start, one.end, one.day, chance.random() < 0.8)
            for one in open_times
            if one.start > asked and one.supporter != not_with and chance.random() < 0.7
        ),
        promised_by=asked + 48 * HOUR,
    )
