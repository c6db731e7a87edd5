"""Leave is entered while people book: each booking is asked about or turned away."""

from datetime import date, timedelta

import pytest

from sessions import booking as bookings
from sessions import time_off
from sessions.models import AwayQuestion, Booking
from tests.factories import make_person, make_supporter
from tests.support_sessions.test_races import _together
from tests.support_sessions.times import sept

pytestmark = pytest.mark.usefixtures("one_race_at_a_time")
PEOPLE = 20


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
def test_no_booking_slips_into_time_off_unasked(at):
    cover = make_supporter(make_person("Dr Kim Sato"))
    supporter = make_supporter(
        make_person("Dr Jo Whitfield"), cover=cover, most_per_day=20
    )
    people = [make_person(f"Person Number{n}") for n in range(PEOPLE)]
    turned_away = []

    def press(number):
        if number == PEOPLE // 2:
            _leave(supporter, at)
            return
        start = sept(21 + number % 5, 10) + timedelta(hours=number // 5)
        try:
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
                at=at,
            )
        except (bookings.NotInOfferedHours, bookings.TimeTaken):
            turned_away.append(number)

    results, _ = _together(PEOPLE, press)
    assert results == ["done"] * PEOPLE
    asked = AwayQuestion.objects.values_list("booking", flat=True)
    assert set(asked) == set(Booking.objects.values_list("pk", flat=True))
    assert Booking.objects.count() + len(turned_away) == PEOPLE - 1


def _leave(supporter, at):
    """As a person would: who is told to save once more does so."""
    for _try in range(10):
        try:
            return time_off.add_time_off(
                supporter=supporter,
                first=date(2026, 9, 21),
                last=date(2026, 9, 25),
                cover=None,
                at=at,
            )
        except time_off.HoursNotPossible:
            continue
    raise AssertionError("the time off was never saved")
