"""Fifty at once through every door: form, function, tick and move. Exactly one gets it.

The one free time is the first and the only one, so that the tick pencils it too. Half
want it half an hour later or for a shorter talk, so that the times only overlap.
"""

import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from sessions import booking as bookings
from sessions.booking import TimeTaken
from sessions.models import Booking
from tests.factories import join, make_interview, make_person, make_supporter
from tests.wellbeing.stories import sept
from wellbeing.models import NextLook
from wellbeing.ticking import tick

pytestmark = [
    pytest.mark.processes,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("one_race_at_a_time"),
]

EACH = 13
START = sept(16, 10)
LATER = START + timedelta(minutes=30)
WORKERS = 2


@pytest.fixture
def alone(agreed):
    """Dr Jo is the only one who is in, for one hour and twenty minutes."""
    agreed.dr_kim.hours.all().delete()
    agreed.dr_jo.hours.all().delete()
    agreed.dr_jo.hours.create(
        weekday=START.weekday(),
        starts="10:00",
        ends="11:20",
        zone="Europe/London",
        from_date=START.date(),
        until_date=START.date() + timedelta(days=1),
        modes=["phone"],
    )
    return agreed


def crowd(team, name):
    return [
        join(team.study, make_person(f"{name} N{number}"), "interviewer")
        for number in range(EACH)
    ]


def by_form(team, at):
    def press(client, number):
        kind = "short_call" if number % 2 else "debrief"
        start = LATER if number % 2 else START
        slot = f"{team.jo.public_id} {kind} {start.isoformat()} phone"
        status = client.post("/times/", {"slot": slot}).status_code
        return {302: "done", 422: "taken"}.get(status, status)

    clients = []
    for person in crowd(team, "Form"):
        client = Client()
        client.force_login(person)
        clients.append(client)
    return [(press, client, number) for number, client in enumerate(clients)]


def by_function(team, at):
    def book(person, number):
        bookings.book(
            supporter=team.dr_jo,
            person=person,
            kind="debrief",
            start=LATER if number % 2 else START,
            minutes=50,
            mode="phone",
            origin=None,
            reminders=[],
            by=person,
            at=at,
        )
        return "done"

    return [(book, one, number) for number, one in enumerate(crowd(team, "Function"))]


def by_move(team, at):
    """Each has a time with somebody else, and would rather have this one."""

    def move(booking, number):
        bookings.move(
            booking=booking,
            start=LATER if number % 2 else START,
            mode="phone",
            by=booking.person,
            at=at,
            supporter=team.dr_jo,
        )
        return "done"

    found = []
    for number, person in enumerate(crowd(team, "Move")):
        other = make_supporter(make_person(f"Dr N{number}"))
        booking = bookings.book(
            supporter=other,
            person=person,
            kind="debrief",
            start=sept(21, 10),
            minutes=50,
            mode="phone",
            origin=None,
            reminders=[],
            by=person,
            at=at,
        )
        found.append((move, booking, number))
    return found


def by_tick(team, at):
    """Each is owed an offer with a pencilled time; many workers tick at once."""
    for person in crowd(team, "Tick"):
        make_interview(team.study, person, ended=at - timedelta(minutes=5))
        NextLook.objects.create(study=team.study, person=person, due_at=at)

    def run(at, number):
        tick(at=at)
        return "ticked"

    return [(run, at, number) for number in range(WORKERS)]


def together(doors):
    gate = threading.Barrier(len(doors))

    def run(door):
        act, *what = door
        gate.wait(timeout=60)
        try:
            return act(*what)
        except TimeTaken:
            return "taken"
        except Exception as problem:  # noqa: BLE001 - counted, and shown by the test
            return repr(problem)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(doors)) as pool:
        began = time.monotonic()
        said = Counter(pool.map(run, doors))
        return said, time.monotonic() - began


def holds_the_hour():
    """Bookings with Dr Jo that keep a part of the hour."""
    live = Booking.objects.filter(
        freed_at__isnull=True, supporter__person__name="Dr Jo Whitfield"
    )
    return list(live.filter(starts_at__lt=sept(16, 11, 20), ends_at__gt=START))


@pytest.mark.parametrize(
    "chosen",
    [(by_form, by_function, by_move, by_tick), (by_tick, by_move), (by_move, by_form)],
    ids=["every door", "tick and move", "move and form"],
)
def test_whatever_the_door_exactly_one_gets_the_time(alone, clock, at, chosen):
    doors = [one for make in chosen for one in make(alone, at)]
    said, took = together(doors)
    assert set(said) <= {"done", "taken", "ticked"}, said
    assert len(holds_the_hour()) == 1
    assert said["done"] <= 1
    print(f"{len(doors)} at once, {dict(said)}: {took:.2f} s")
