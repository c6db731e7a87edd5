"""Hours with exceptions, limits and public holidays, through the database."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from sessions import availability, hours, public_holidays
from sessions import booking as bookings
from sessions.limits import change_limits, limits_of
from sessions.models import BusyTime, ClosedDay, WorkingHours
from sessions.slots import Span
from sessions.taking import NotInOfferedHours, TimeTaken
from tests.factories import make_person, make_supporter
from tests.support_sessions.times import book, sept

FIFTY = timedelta(minutes=50)


def days_open(supporter, at, first=16, days=14):
    """The days of September on which something is free."""
    window = Span(sept(first, 0), sept(first, 0) + timedelta(days=days))
    found = availability.free_times_of(
        supporter=supporter, length=FIFTY, window=window, at=at
    )
    return sorted({slot.start.day for slot in found})


@pytest.fixture
def gil_listens(team):
    return make_supporter(team.gil, hours=())


def add(supporter, **changed):
    asked = {
        "weekday": 3,
        "starts": time(10),
        "ends": time(11),
        "zone": "Europe/London",
        "modes": ["phone"],
        "from_date": date(2026, 9, 1),
    } | changed
    return hours.add_hours(supporter=supporter, **asked)


def test_every_second_thursday(team, at, gil_listens):
    row = add(gil_listens, every_weeks=2, from_date=date(2026, 9, 15))
    assert days_open(gil_listens, at, days=28) == [1, 17]
    assert hours.next_day(row, date(2026, 9, 18)) == date(2026, 10, 1)
    assert hours.next_day(row, date(2026, 9, 1)) == date(2026, 9, 17)


def test_the_last_thursday_of_each_month_until_a_day(team, at, gil_listens):
    row = add(gil_listens, of_month=-1, until_date=date(2026, 10, 29))
    assert days_open(gil_listens, at, days=90) == [24]
    assert hours.next_day(row, date(2026, 9, 2)) == date(2026, 9, 24)
    assert hours.next_day(row, date(2026, 9, 25)) is None


@pytest.mark.parametrize("often", [(0, None), (9, None), (1, 0), (1, 5), (1, -2)])
def test_how_often_has_bounds(team, gil_listens, often):
    every, of_month = often
    with pytest.raises(hours.HoursNotPossible):
        add(gil_listens, every_weeks=every, of_month=of_month)


def test_a_supporter_adds_the_first_of_each_month_and_reads_it(
    client, team, at, settings
):
    settings.DEMO_AT = at
    client.force_login(team.jo)
    page = client.post(
        "/availability/",
        {
            "weekday": "1",
            "every": "first",
            "starts": "18:00",
            "ends": "19:00",
            "modes": ["phone"],
        },
        follow=True,
    )
    said = " ".join(page.content.decode().split())
    assert "6pm to 7pm. By phone. The first in each month, next on 6 October." in said


def test_one_day_closes_and_opens_again(team, at):
    assert 24 in days_open(team.dr_jo, at)
    for _twice in range(2):
        hours.close_day(supporter=team.dr_jo, day=date(2026, 9, 24), at=at)
    assert ClosedDay.objects.count() == 1
    assert 24 not in days_open(team.dr_jo, at)
    with pytest.raises(NotInOfferedHours):
        book(team, at=at, start=sept(24, 10))
    hours.open_day(supporter=team.dr_kim, day=date(2026, 9, 24))
    assert 24 not in days_open(team.dr_jo, at)
    hours.open_day(supporter=team.dr_jo, day=date(2026, 9, 24))
    assert 24 in days_open(team.dr_jo, at)


def test_a_day_that_is_over_is_not_closed(team, at):
    with pytest.raises(hours.HoursNotPossible):
        hours.close_day(supporter=team.dr_jo, day=date(2026, 9, 14), at=at)


def test_a_closed_day_leaves_what_was_agreed(team, at):
    kept = book(team, at=at, start=sept(24, 10))
    hours.close_day(supporter=team.dr_jo, day=date(2026, 9, 24), at=at)
    kept.refresh_from_db()
    assert kept.freed_at is None


def test_hours_of_one_day_hold_on_a_closed_day_and_go_when_removed(
    team, at, gil_listens
):
    day = date(2026, 9, 24)
    hours.close_day(supporter=gil_listens, day=day, at=at)
    row = hours.add_hours_on(
        supporter=gil_listens,
        day=day,
        starts=time(10),
        ends=time(11),
        zone="Europe/London",
        modes=["phone"],
    )
    assert days_open(gil_listens, at) == [24]
    assert book(team, at=at, start=sept(24, 10), supporter=gil_listens).agreed_at
    shown = hours.hours_of(gil_listens, date(2026, 9, 15))
    assert (hours.on_one_day(shown), hours.weekly(shown)) == ([row], [])
    hours.remove_hours(supporter=gil_listens, hours=row.pk, at=sept(24, 12))
    assert not WorkingHours.objects.filter(pk=row.pk).exists()


def test_weekly_hours_do_not_hold_on_public_holidays(db, at):
    """Christmas Day and Boxing Day of 2026 are a Friday and, moved on, a Monday."""
    away = make_supporter(make_person("Dr Noel"), holidays="GB-ENG")
    works = make_supporter(make_person("Dr Works"))
    first, last = sept(15, 0) + timedelta(days=98), sept(15, 0) + timedelta(days=106)

    def days(supporter):
        window = Span(first, last)
        found = availability.free_times_of(
            supporter=supporter, length=FIFTY, window=window, at=at
        )
        return sorted({slot.start.day for slot in found})

    assert days(works) == [22, 23, 24, 25, 28, 29]
    assert days(away) == [22, 23, 24, 29]


def test_holidays_are_told_apart_by_part_of_the_country():
    first = date(2027, 1, 1)
    english, scottish = (
        public_holidays.between(name, first, first) for name in ("GB-ENG", "GB-SCT")
    )
    assert date(2027, 1, 4) not in english
    assert date(2027, 1, 4) in scottish
    assert public_holidays.between("", first, first) == frozenset()


def test_every_calendar_that_can_be_chosen_is_known():
    names = [name for _, name in public_holidays.choices()]
    assert {"England", "Wales", "Ireland", "Kenya"} <= set(names)
    assert names == sorted(names)
    for value, _ in public_holidays.choices():
        public_holidays.between(value, date(2027, 1, 1), date(2027, 1, 1))


def test_limits_are_changed_together_and_decide_at_once(team, at):
    for start in (9, 11):
        book(
            team,
            at=at,
            start=sept(23, start, 30),
            person=[team.ada, team.bem][start > 9],
        )
    assert 25 in days_open(team.dr_jo, at)
    tight = replace(limits_of(team.dr_jo), most_per_week=2)
    change_limits(supporter=team.dr_jo, limits=tight)
    assert days_open(team.dr_jo, at, first=21, days=7) == []
    assert 28 in days_open(team.dr_jo, at)
    with pytest.raises(TimeTaken) as gone:
        book(team, at=at, start=sept(25, 10), person=team.gil)
    assert min(slot.start for slot in gone.value.next_times).day == 28


def test_a_moved_booking_does_not_count_against_its_own_week(team, at):

    kept = book(team, at=at, start=sept(23, 10))
    change_limits(
        supporter=team.dr_jo,
        limits=replace(limits_of(team.dr_jo), most_per_week=1, most_per_day=1),
    )
    moved = bookings.move(
        booking=kept, start=sept(23, 14), mode="phone", by=team.ada, at=at
    )
    assert moved.starts_at == sept(23, 14)


def test_a_run_ends_where_it_may(team, at):
    change_limits(
        supporter=team.dr_jo,
        limits=replace(limits_of(team.dr_jo), longest_run_minutes=60),
    )
    book(team, at=at, start=sept(24, 10))
    with pytest.raises(TimeTaken):
        book(team, at=at, start=sept(24, 11), person=team.bem)
    assert book(team, at=at, start=sept(24, 11, 30), person=team.bem).agreed_at


@pytest.mark.parametrize("rows", [1, 3])
def test_exceptions_cost_no_further_query(team, at, django_assert_num_queries, rows):
    for number in range(rows):
        day = sept(20 + number, 10)
        hours.close_day(supporter=team.dr_jo, day=day.date(), at=at)
        BusyTime.objects.create(
            supporter=team.dr_jo, starts_at=day, ends_at=day + FIFTY, brought_in_at=at
        )
        add(team.dr_jo, every_weeks=2)
    team.dr_jo.holidays = "GB-ENG"
    team.dr_jo.save()
    window = Span(at, at + timedelta(days=28))
    with django_assert_num_queries(4):
        availability.rules_for(supporters=[team.dr_jo.pk], window=window, at=at)


def test_what_is_over_is_forgotten_after_thirty_days(team, at):
    day = at + timedelta(days=3)
    hours.close_day(supporter=team.dr_jo, day=day.date(), at=at)
    BusyTime.objects.create(
        supporter=team.dr_jo, starts_at=day, ends_at=day + FIFTY, brought_in_at=at
    )
    assert availability.forget_past(at=day + timedelta(days=30)) == 0
    assert availability.forget_past(at=day + timedelta(days=31)) == 2
