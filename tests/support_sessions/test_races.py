"""Fifty people press at once. Exactly one gets the time; the others are told so."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from sessions import booking as bookings
from sessions import group_moves, groups
from sessions.models import Booking, BookingChange
from sessions.taking import NoLongerThere, TimeTaken
from tests.factories import make_person, make_supporter
from tests.support_sessions.times import sept

pytestmark = pytest.mark.usefixtures("one_race_at_a_time")

CLIENTS = 50
ROUNDS = 5


def _together(count, press):
    """Run `press(number)` in as many threads at one moment; what each came to."""
    barrier = Barrier(count)

    def run(number):
        try:
            barrier.wait(timeout=20)
            started = time.monotonic()
            try:
                press(number)
                return "done", time.monotonic() - started
            except TimeTaken:
                return "taken", time.monotonic() - started
            except Exception as problem:  # noqa: BLE001 - counted, and shown below
                return repr(problem), time.monotonic() - started
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        results = list(pool.map(run, range(count)))
    return [what for what, _ in results], max(took for _, took in results)


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("shifted", [0, 30])
def test_fifty_at_once_get_exactly_one_time(at, shifted):
    supporter = make_supporter(make_person("Dr Jo Whitfield"), most_per_day=20)
    people = [make_person(f"Person Number{n}") for n in range(CLIENTS)]
    worst = 0.0
    for number in range(ROUNDS):
        start = sept(21 + number, 10)

        def press(client, start=start):
            later = timedelta(minutes=shifted if client % 2 else 0)
            bookings.book(
                supporter=supporter,
                person=people[client],
                kind="individual",
                start=start + later,
                minutes=50,
                mode="phone",
                origin=None,
                reminders=[],
                by=people[client],
                at=at,
            )

        results, took = _together(CLIENTS, press)
        worst = max(worst, took)
        assert sorted(set(results)) == ["done", "taken"]
        assert results.count("done") == 1
    assert Booking.objects.count() == ROUNDS
    print(f"worst round of {ROUNDS}, shifted by {shifted} minutes: {worst:.2f} s")


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
def test_one_person_asking_two_supporters_at_once_gets_one_time(at):
    supporters = [make_supporter(make_person(f"Dr Number{n}")) for n in range(8)]
    person = make_person("Ada Okafor")

    def press(number):
        bookings.book(
            supporter=supporters[number],
            person=person,
            kind="individual",
            start=sept(21, 10),
            minutes=50,
            mode="phone",
            origin=None,
            reminders=[],
            by=person,
            at=at,
        )

    results, _ = _together(len(supporters), press)
    assert sorted(results) == ["done"] + ["taken"] * 7


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
def test_twenty_cancels_at_once_are_one(at):
    supporter = make_supporter(make_person("Dr Jo Whitfield"))
    person = make_person("Ada Okafor")
    booking = bookings.book(
        supporter=supporter,
        person=person,
        kind="individual",
        start=sept(21, 10),
        minutes=50,
        mode="phone",
        origin=None,
        reminders=[],
        by=person,
        at=at,
    )
    results, _ = _together(
        20, lambda number: bookings.cancel(booking=booking, by=person, at=at)
    )
    assert results == ["done"] * 20
    freed = BookingChange.objects.filter(what=BookingChange.What.FREED)
    assert freed.count() == 1
    booking.refresh_from_db()
    assert booking.sequence == 1


def _kept_for(person, supporter, start, at, until):
    return bookings.pencil(
        supporter=supporter,
        person=person,
        kind="individual",
        start=start,
        minutes=50,
        mode="phone",
        until=until,
        origin=None,
        reminders=[],
        by=None,
        at=at,
    )


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
def test_a_late_keep_and_a_newcomer_leave_one_booking(at):
    """The pencil has run out; its person keeps it while others book the same time."""
    supporter = make_supporter(make_person("Dr Jo Whitfield"))
    people = [make_person(f"Person Number{n}") for n in range(12)]
    start, later = sept(24, 10), at + timedelta(hours=2)
    old = _kept_for(people[0], supporter, start, at, at + timedelta(hours=1))

    def press(number):
        if number % 3 == 0:
            try:
                bookings.agree(booking=old, by=people[0], at=later)
            except NoLongerThere as problem:
                raise TimeTaken([]) from problem
            return
        bookings.book(
            supporter=supporter,
            person=people[number],
            kind="individual",
            start=start,
            minutes=50,
            mode="phone",
            origin=None,
            reminders=[],
            by=people[number],
            at=later,
        )

    results, _ = _together(len(people), press)
    assert set(results) <= {"done", "taken"}
    live = Booking.objects.filter(freed_at__isnull=True)
    assert live.count() == 1
    kept_old = live.get().person == people[0]
    assert results.count("done") == (4 if kept_old else 1)


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
def test_an_undo_and_a_newcomer_leave_one_booking(at):
    supporter = make_supporter(make_person("Dr Jo Whitfield"))
    people = [make_person(f"Person Number{n}") for n in range(10)]
    old = _kept_for(people[0], supporter, sept(24, 10), at, sept(24, 8))
    agreed = bookings.agree(booking=old, by=people[0], at=at)
    freed = bookings.cancel(booking=agreed, by=people[0], at=at)

    def press(number):
        if number == 0:
            bookings.restore(booking=freed, by=people[0], at=at)
        else:
            _book_then(supporter, people[number], sept(24, 10), at)

    results, _ = _together(len(people), press)
    assert sorted(results) == ["done"] + ["taken"] * 9
    assert Booking.objects.filter(freed_at__isnull=True).count() == 1


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
def test_moves_from_two_tabs_and_a_cancel_leave_one_row_and_one_time(at):
    supporter = make_supporter(make_person("Dr Jo Whitfield"))
    person = make_person("Ada Okafor")
    old = _kept_for(person, supporter, sept(24, 10), at, sept(24, 8))
    agreed = bookings.agree(booking=old, by=person, at=at)

    def press(number):
        try:
            if number == 0:
                bookings.cancel(booking=agreed, by=person, at=at)
            else:
                start = sept(25, 10 + number % 3)
                bookings.move(
                    booking=agreed, start=start, mode="phone", by=person, at=at
                )
        except NoLongerThere as problem:
            raise TimeTaken([]) from problem

    results, _ = _together(10, press)
    assert set(results) <= {"done", "taken"}
    only = Booking.objects.get()
    assert only.freed_at is not None
    moves = BookingChange.objects.filter(what=BookingChange.What.MOVED).count()
    assert only.sequence == moves + 1


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
def test_thirty_want_eight_places_in_a_group(at):
    """Half of them press on a time with somebody else at the same moment as well."""
    facilitator = make_supporter(make_person("Dr Jo Whitfield"))
    others = [make_supporter(make_person(f"Dr Number{n}")) for n in range(15)]
    people = [make_person(f"Person Number{n}") for n in range(30)]
    start = sept(24, 14)
    round = groups.call(
        supporter=facilitator,
        kind="group_reflection",
        plans=[groups.Plan(start, 75, "video", "", 8)],
        invited=people,
        quiet_minutes=0,
        reminders=[],
        origin="race",
        at=at,
    )
    gathering = round.gatherings.get()

    def press(number):
        try:
            if number < 30:
                groups.join(gathering=gathering, person=people[number], at=at)
            else:
                later = start + timedelta(minutes=30)
                _book_then(others[number - 30], people[number - 30], later, at)
        except (groups.GroupFull, groups.AlreadyBooked) as problem:
            raise TimeTaken([]) from problem

    results, took = _together(45, press)
    assert set(results) == {"done", "taken"}
    live = Booking.objects.filter(freed_at__isnull=True)
    places = live.coming(gathering)
    assert places.count() <= 8
    assert sorted(places.values_list("seat", flat=True)) == list(
        range(1, places.count() + 1)
    )
    alone = live.filter(gathering__isnull=True)
    assert not set(places.values_list("person", flat=True)) & set(
        alone.values_list("person", flat=True)
    )
    assert results.count("done") == places.count() + alone.count()
    print(f"45 at once took {took:.2f} s")


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("past_the_code", [False, True])
def test_a_facilitator_is_never_in_a_group_and_a_talk_at_once(
    at, past_the_code, monkeypatch
):
    """Also when every check of ours looks away: then the database says no."""
    supporter = make_supporter(make_person("Dr Jo Whitfield"))
    people = [make_person(f"Person Number{n}") for n in range(8)]
    start = sept(24, 14)
    if past_the_code:
        monkeypatch.setattr("sessions.availability._taken", lambda *args: {})
        monkeypatch.setattr(
            "sessions.models.BookingQuerySet.between", lambda self, *span: self.none()
        )

    def press(number):
        if number % 2:
            _book_then(supporter, people[number], start, at)
            return
        try:
            groups.call(
                supporter=supporter,
                kind="group_reflection",
                plans=[groups.Plan(start, 60, "video", "", 8)],
                invited=people,
                quiet_minutes=0,
                reminders=[],
                origin=f"race:{number}",
                at=at,
            )
        except groups.AlreadyBooked as problem:
            raise TimeTaken([]) from problem

    results, _ = _together(8, press)
    assert sorted(results) == ["done"] + ["taken"] * 7
    assert Booking.objects.filter(freed_at__isnull=True).count() == 1


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
def test_a_group_moves_while_its_people_book_leave_and_join(at):
    """Whoever is quicker: all seats are at one time, and nobody is in two places."""
    facilitator = make_supporter(make_person("Dr Jo Whitfield"))
    others = [make_supporter(make_person(f"Dr Number{n}")) for n in range(8)]
    people = [make_person(f"Person Number{n}") for n in range(12)]
    old, new = sept(24, 14), sept(25, 14)
    gathering = groups.call(
        supporter=facilitator,
        kind="group_reflection",
        plans=[groups.Plan(old, 60, "video", "", 12)],
        invited=people,
        quiet_minutes=0,
        reminders=[],
        origin="race",
        at=at,
    ).gatherings.get()
    seats = [groups.join(gathering=gathering, person=one, at=at) for one in people[:8]]

    def press(number):
        try:
            if number == 0:
                group_moves.move(gathering=gathering, start=new, at=at)
            elif number < 9:
                _book_then(others[number - 1], people[number - 1], new, at)
            elif number < 13:
                groups.join(gathering=gathering, person=people[number - 1], at=at)
            else:
                leaves = seats[number - 13]
                bookings.cancel(booking=leaves, by=leaves.person, at=at)
        except (groups.AlreadyBooked, NoLongerThere) as problem:
            raise TimeTaken([]) from problem

    results, took = _together(15, press)
    assert set(results) <= {"done", "taken"}
    live = Booking.objects.filter(freed_at__isnull=True)
    gathering.refresh_from_db()
    at_one_time = set(live.filter(gathering=gathering).values_list("starts_at"))
    assert at_one_time == {(gathering.starts_at,)}
    assert gathering.starts_at == (new if results[0] == "done" else old)
    alone = live.filter(gathering__isnull=True).values_list("person", flat=True)
    if results[0] == "done":
        assert not set(alone) & set(
            live.coming(gathering).values_list("person", flat=True)
        )
    print(f"15 at once, {results[0]}: {took:.2f} s")


def _book_then(supporter, person, start, at):
    return bookings.book(
        supporter=supporter,
        person=person,
        kind="individual",
        start=start,
        minutes=50,
        mode="phone",
        origin=None,
        reminders=[],
        by=person,
        at=at,
    )
