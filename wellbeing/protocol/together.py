"""The past of many people played again by several processes. Pure: facts in, sums out.

For a preview from the shell. Each process is given the texts with every few lives and
reads them once; it opens no database and keeps nothing.
"""

import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import (
    BrokenExecutor,
    Executor,
    Future,
    ProcessPoolExecutor,
)
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from multiprocessing import get_context

from wellbeing.protocol.facts import Facts, Version
from wellbeing.protocol.reading import read
from wellbeing.protocol.replay import Tally, replay

# A draft is taken to have been in force all along.
ALWAYS = datetime(1, 1, 2, tzinfo=UTC)
# Facts of one person, and the place where they work.
Lived = tuple[Facts, str]


class ProcessEnded(Exception):
    """One of the processes was ended from outside, before its sums were made."""


@dataclass(frozen=True)
class Played:
    """What is compared over what time: the versions as (number, in force from, text),
    and the text of the draft."""

    versions: tuple[tuple[int, datetime, str], ...]
    draft: str
    since: datetime
    until: datetime


@dataclass
class Both:
    """The sums under what was in force, and under the draft; of so many people."""

    before: Tally
    after: Tally
    people: int


def play(played: Played, lives: Iterable[Lived]) -> Both:
    """Play these lives again, one after the other."""
    sums = Both(Tally(), Tally(), 0)
    for facts, site in lives:
        old, new = _versions(played, site)
        since, until = played.since, played.until
        sums.before.add(replay(facts=facts, versions=old, since=since, until=until))
        sums.after.add(replay(facts=facts, versions=new, since=since, until=until))
        sums.people += 1
    return sums


def play_together(played: Played, few: Iterable[list[Lived]]) -> Iterator[Both]:
    """The sums of each few lives, in their order, by as many processes as there are
    processors. They are started anew and inherit no open connection. Raises
    ProcessEnded when one of them is killed."""
    hands = os.cpu_count() or 1
    try:
        with ProcessPoolExecutor(hands, mp_context=get_context("spawn")) as pool:
            yield from _a_few_ahead(pool, played, few, 2 * hands)
    except BrokenExecutor as problem:
        raise ProcessEnded from problem


def _a_few_ahead(
    pool: Executor, played: Played, few: Iterable[list[Lived]], most: int
) -> Iterator[Both]:
    """Never far ahead, so that what is still to be read need not be in memory."""
    ahead: deque[Future[Both]] = deque()
    for some in few:
        ahead.append(pool.submit(play, played, some))
        if len(ahead) > most:
            yield ahead.popleft().result()
    while ahead:
        yield ahead.popleft().result()


@lru_cache(maxsize=8)
def _versions(
    played: Played, site: str
) -> tuple[tuple[Version, ...], tuple[Version, ...]]:
    old = tuple(
        Version(number, since, read(text).at_site(site))
        for number, since, text in played.versions
    )
    return old, (Version(0, ALWAYS, read(played.draft).at_site(site)),)
