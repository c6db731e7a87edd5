"""Fifty people want one time. Each has a connection of their own."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import pairwise

from django.db import connection, connections

from bench import timing
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
    overlaps = _overlapping(place, people, scale.rounds)
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
        ),
        overlaps,
    ]


def _overlapping(place: Town, people: list[User], many: int) -> Row:
    """Half come half an hour later, a third for a shorter talk, a quarter by moving a
    time that they have with somebody else, as a tick would pencil, or by taking it."""
    supporter = make_supporter(
        make_person("Dr Overlap"), hours=ALWAYS, most_per_day=100
    )
    others = [
        make_supporter(make_person(f"Dr Other {n}"), hours=ALWAYS, most_per_day=100)
        for n in range(CLIENTS // 4)
    ]
    number = {person.pk: n for n, person in enumerate(people)}
    first = place.at + timedelta(days=7)
    said = Said()
    theirs = _with_others(place, people, others, first + timedelta(days=30))

    def come(person: User, start: datetime) -> None:
        n = number[person.pk]
        later = start + timedelta(minutes=30 * (n % 2))
        if n % 4 == 3:
            move = partial(booking.move, booking=theirs[n], supporter=supporter)
            _counted(
                lambda: move(start=later, mode="phone", by=person, at=place.at), said
            )
        else:
            length = 20 if n % 3 else 50
            _book(
                place, supporter, person, later, said, minutes=length, pencil=n % 4 == 2
            )

    starts = [first + round_ * 2 * HOUR for round_ in range(many)]
    worst = max(_rounds(people, starts, come))
    live = Booking.objects.filter(supporter=supporter, freed_at__isnull=True)
    spans = sorted(live.values_list("starts_at", "ends_at"))
    doubled = sum(start < end for (_, end), (start, _) in pairwise(spans))
    return Row(
        f"{CLIENTS} on overlapping times, by four doors, {many} rounds",
        f"{len(spans)} kept, {doubled} doubled, {len(said.errors)} errors, "
        f"worst {worst:.2f} s",
        target=f"0 doubled, 0 errors, worst < {LONGEST:.0f} s",
        met=not doubled and not said.errors and worst < LONGEST,
    )


def _with_others(
    place: Town, people: list[User], others: list[Supporter], start: datetime
) -> dict[int, Booking]:
    """Every fourth person has a time with somebody else already."""
    movers = [(n, person) for n, person in enumerate(people) if n % 4 == 3]
    return {
        n: booking.book(
            supporter=other,
            person=person,
            kind="debrief",
            start=start,
            minutes=50,
            mode="phone",
            origin=None,
            reminders=[],
            by=person,
            at=place.at,
        )
        for (n, person), other in zip(movers, others, strict=True)
    }


def _book(
    place: Town,
    supporter: Supporter,
    person: User,
    start: datetime,
    said: Said,
    *,
    minutes: int = 50,
    pencil: bool = False,
) -> None:
    wanted = {
        "supporter": supporter,
        "person": person,
        "kind": "debrief",
        "start": start,
        "minutes": minutes,
        "mode": "phone",
        "origin": None,
        "reminders": [["P2D", "email"], ["PT2H", "sms"]],
        "by": person,
        "at": place.at,
    }
    if pencil:
        _counted(lambda: booking.pencil(until=start, **wanted), said)
    else:
        _counted(lambda: booking.book(**wanted), said)


def _counted(act: Callable[[], object], said: Said) -> None:
    try:
        act()
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
    """The clients keep their threads and connections, as the workers of a server do."""
    return timing.rounds(
        people,
        starts,
        act,
        begin=connection.ensure_connection,
        end=connections.close_all,
    )
