"""One pass of everything, with few and with many people at rest."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from statistics import median

from bench import timing
from bench.bulk import in_bulk, refresh_statistics
from bench.scale import Scale
from bench.table import Row
from bench.town import (
    Town,
    make_people,
    rest,
    town,
)
from tests.factories import OPENED, make_study
from wellbeing import looks
from wellbeing.models import Membership, NextLook, Offer, Role
from wellbeing.ticking import Ticked, tick

DUE = 100
ROUNDS = 5
MOST = 1.5


class TickBroke(Exception):
    """The tick did not do what it was measured for."""


def measure(scale: Scale) -> list[Row]:
    """Each of those due has an offer whose time has run out, so the tick closes it."""
    place = town(scale)
    looks_before = NextLook.objects.count()
    few, few_idle = _ticks(place, DUE), _ticks(place, 0)
    _more_at_rest(place, scale.at_rest - looks_before)
    many, many_idle = _ticks(place, DUE), _ticks(place, 0)
    at_rest = f"{NextLook.objects.count():,} at rest"
    before = f"with {looks_before:,} at rest"
    return [
        _row(f"tick, {at_rest}, {DUE} due", many, few, before),
        _row(f"tick, {at_rest}, nobody due", many_idle, few_idle, before),
    ]


def _row(what: str, many: float, few: float, before: str) -> Row:
    target = f"<= {MOST} x the floor"
    ratio = many / few
    return Row(
        what, f"{many:.1f} ms", f"{few:.1f} ms: {before}", ratio, target, ratio <= MOST
    )


def _ticks(place: Town, due: int) -> float:
    """The median of some ticks, in milliseconds, each with as many people due."""
    _make_due(place, 1)
    tick(at=place.at)
    return median(timing.spread(_each(place, due)).found)


def _each(place: Town, due: int) -> Iterator[partial[None]]:
    for _ in range(ROUNDS):
        _make_due(place, due)
        yield partial(_tick, place, due)


def _tick(place: Town, due: int) -> None:
    found: Ticked = tick(at=place.at)
    if found.looked_at != due:
        raise TickBroke(f"{found.looked_at} people were looked at, not {due}")


def _make_due(place: Town, due: int) -> None:
    people = place.people[:due]
    Offer.objects.filter(rule="bench").delete()
    in_bulk(
        Offer,
        (
            Offer(
                study=place.study,
                person=person,
                rule="bench",
                subject="bench",
                version=place.version,
                because={},
                made_at=place.at - timedelta(days=7),
                window_until=place.at - timedelta(days=5),
                open_until=place.at,
            )
            for person in people
        ),
    )
    looks.mark_due(study=place.study, people=people, at=place.at)


def _more_at_rest(place: Town, many: int) -> None:
    study = make_study("At rest")
    people = make_people("resting", many)
    in_bulk(
        Membership,
        (
            Membership(
                study=study, person=person, role=Role.INTERVIEWER, from_date=OPENED
            )
            for person in people
        ),
    )
    rest(study, people, place.at)
    refresh_statistics()
