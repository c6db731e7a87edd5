"""Fifty people want one time. Each has a connection of their own."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Barrier, Thread

from django.db import connection, connections

from bench.scale import Scale
from bench.table import Row
from bench.town import HOUR, Town, make_people, town
from sessions import booking
from sessions.booking import TimeTaken
from sessions.models import Booking, Supporter
from tests.factories import make_person, make_supporter
from wellbeing.people.models import User

CLIENTS = 50
LONGEST = 2.0
# Every hour of every day, so that one round follows another.
ALWAYS = tuple((weekday, "00:00", "00:00") for weekday in range(7))


@dataclass
class Said:
    """What the clients were told, over all rounds."""

    booked: int = 0
    taken: int = 0
    errors: list[str] = field(default_factory=list)


def measure(scale: Scale) -> list[Row]:
    place = town(scale)
    supporter = make_supporter(make_person("Dr Always"), hours=ALWAYS, most_per_day=100)
    people = make_people("client", CLIENTS)
    tomorrow = place.at + timedelta(days=1)
    starts = [tomorrow + number * HOUR for number in range(scale.rounds)]
    said = Said()

    def book(person: User, start: datetime) -> None:
        _book(place, supporter, person, start, said)

    def turn(person: User, start: datetime) -> None:
        _take_turn(supporter.pk)

    rounds = _rounds(people, starts, book)
    bare = _rounds(people, starts[:10], turn)
    stored = Booking.objects.filter(supporter=supporter).count()
    worst, floor = max(rounds), max(bare)
    return [
        Row(
            f"{CLIENTS} clients on one time, {scale.rounds} rounds",
            f"{stored} bookings, {len(said.errors)} errors, worst {worst:.2f} s",
            f"{floor:.3f} s: {CLIENTS} bare turns at one row",
            worst / floor,
            f"{scale.rounds} bookings, 0 errors, worst < {LONGEST:.0f} s",
            stored == said.booked == scale.rounds
            and not said.errors
            and worst < LONGEST,
        )
    ]


def _book(
    place: Town, supporter: Supporter, person: User, start: datetime, said: Said
) -> None:
    try:
        booking.book(
            supporter=supporter,
            person=person,
            kind="debrief",
            start=start,
            minutes=50,
            mode="phone",
            origin=None,
            reminders=[["P2D", "email"], ["PT2H", "sms"]],
            by=person,
            at=place.at,
        )
    except TimeTaken:
        said.taken += 1
    except Exception as problem:  # noqa: BLE001 - counted, whatever it is
        said.errors.append(type(problem).__name__)
    else:
        said.booked += 1


def _take_turn(key: int) -> None:
    """The least that taking turns at a row costs on this engine."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE support_sessions_supporter SET horizon_days = horizon_days"
            " WHERE person_id = %s",
            [key],
        )


def _rounds(
    people: list[User], starts: list[datetime], act: Callable[[User, datetime], None]
) -> list[float]:
    """How many seconds each round took, from the start of all to the end of the last.

    The clients keep their threads and connections, as the workers of a server do.
    """
    gate, done = Barrier(len(people) + 1), Barrier(len(people) + 1)

    def client(person: User) -> None:
        connection.ensure_connection()
        for start in starts:
            gate.wait()
            act(person, start)
            done.wait()
        connections.close_all()

    threads = [Thread(target=client, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    took = []
    for _ in starts:
        gate.wait()
        began = time.perf_counter()
        done.wait()
        took.append(time.perf_counter() - began)
    for thread in threads:
        thread.join()
    return took
