"""Two tabs, two coordinators, many people: one piece of work has one holder."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from tests.queue.conftest import Desk
from wellbeing.models import Activity, WorkItem
from wellbeing.queue import asks, finishing, room
from wellbeing.queue.finishing import Finish
from wellbeing.queue.refusals import (
    CannotTakeIt,
    GoneMeanwhile,
    NotAChoice,
    WorthKnowing,
)

pytestmark = [
    pytest.mark.processes,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("one_race_at_a_time"),
]

ROUNDS = 3


@pytest.fixture
def desk(transactional_db, at):
    return Desk(at)


def at_once(*calls):
    """Let all go at the same moment; what each gave, or the kind of its refusal."""
    gate = threading.Barrier(len(calls))

    def run(call):
        gate.wait()
        try:
            return call()
        except (CannotTakeIt, GoneMeanwhile, WorthKnowing) as refusal:
            return type(refusal)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_two_who_are_asked_at_once_leave_one_who_has_it(desk, at):
    for number in range(ROUNDS):
        item = desk.add(f"R{number}")
        said = at_once(
            *[
                lambda person=person, item=item: asks.ask(
                    item=item, person=person, seen=[], at=at
                )
                for person in (desk.tess, desk.uma) * 4
            ]
        )
        assert sum(isinstance(one, WorkItem) for one in said) == 1
        asks.take(item=WorkItem.objects.get(pk=item.pk), at=at)


def test_taking_it_and_giving_it_back_at_once_leave_one_answer(desk, at):
    for number in range(ROUNDS):
        item = desk.ask(desk.add(f"T{number}"), desk.tess)
        at_once(
            *[lambda item=item: asks.take(item=item, at=at)] * 4,
            *[lambda item=item: asks.give_back(item=item, at=at)] * 4,
        )
        row = WorkItem.objects.get(pk=item.pk)
        assert (row.person is None) == (row.taken_at is None) == (row.ask is None)


def test_one_piece_finished_from_everywhere_is_one_activity(desk, at):
    item = desk.taken(desk.tess)
    said = Finish(at, 60, 20)
    found = at_once(
        *[lambda: finishing.finish(item=item, by=desk.tess, said=said, at=at)] * 10
    )
    assert Activity.objects.count() == 1
    assert {one.pk for one in found} == {Activity.objects.get().pk}


def test_halving_from_everywhere_makes_two_halves(desk, at):
    item = desk.ask(desk.add(minutes=40), desk.tess)

    def split():
        try:
            return asks.split(item=item, at=at)
        except NotAChoice:
            return NotAChoice

    at_once(*[split] * 8)
    rows = WorkItem.objects.order_by("part").values_list("part", "audio_minutes")
    assert list(rows) == [(1, 20), (2, 20)]


def test_two_coordinators_do_not_slip_past_the_pace_unread(desk, at):
    items = [desk.add(f"P{number}", minutes=100) for number in range(2)]
    said = at_once(
        *[
            lambda item=item: asks.ask(item=item, person=desk.tess, seen=[], at=at)
            for item in items
        ]
    )
    assert sum(isinstance(one, WorkItem) for one in said) == 1
    assert room.can_take(item=items[0], person=desk.uma, at=at) is not None
