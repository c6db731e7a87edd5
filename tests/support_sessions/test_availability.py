"""Rules read from rows, and what supporters may change about them."""

from datetime import date, time, timedelta

import pytest

from sessions import availability
from sessions.models import TimeOff, WorkingHours
from sessions.slots import Span
from tests.factories import make_person, make_supporter
from tests.support_sessions.times import book, pencil, sept

WEEKS = timedelta(days=28)
FIFTY = timedelta(minutes=50)


def starts(supporter, at, day):
    window = Span(sept(day, 0), sept(day + 1, 0))
    found = availability.free_times_of(
        supporter=supporter, length=FIFTY, window=window, at=at
    )
    return [slot.start for slot in found]


@pytest.mark.parametrize("many", [1, 3])
def test_rules_cost_four_queries_however_many_supporters(
    team, at, many, django_assert_num_queries
):
    keys = [team.dr_jo.pk, team.dr_kim.pk, make_supporter(make_person("Dr Ines")).pk]
    book(team, at=at, start=sept(24, 10))
    window = Span(at, at + WEEKS)
    with django_assert_num_queries(4):
        found = availability.rules_for(supporters=keys[:many], window=window, at=at)
    assert sorted(found) == sorted(keys[:many])


def test_free_times_leave_out_what_is_booked_and_the_minutes_between(team, at):
    before = starts(team.dr_jo, at, 24)
    book(team, at=at, start=sept(24, 10))
    gone = {sept(24, 9, 30), sept(24, 10), sept(24, 10, 30)}
    assert starts(team.dr_jo, at, 24) == [one for one in before if one not in gone]


def test_a_pencil_that_ran_out_is_free_again_without_any_clean_up(team, at):
    before = starts(team.dr_jo, at, 24)
    pencil(team, at=at, start=sept(24, 10), until=at + timedelta(hours=1))
    assert len(starts(team.dr_jo, at, 24)) == len(before) - 3
    assert starts(team.dr_jo, at + timedelta(hours=1), 24) == before


def test_hours_can_be_added_and_taken_away_from_today_on(team, at):
    made = availability.add_hours(
        supporter=team.dr_jo,
        weekday=5,
        starts=time(10),
        ends=time(11),
        zone="Europe/London",
        modes=["phone"],
        from_date=date(2026, 9, 1),
    )
    assert starts(team.dr_jo, at, 26) == [sept(26, 10)]
    availability.remove_hours(supporter=team.dr_kim, hours=made.pk, at=at)
    assert starts(team.dr_jo, at, 26) == [sept(26, 10)]
    availability.remove_hours(supporter=team.dr_jo, hours=made.pk, at=at)
    assert starts(team.dr_jo, at, 26) == []
    made.refresh_from_db()
    assert made.until_date == date(2026, 9, 15)


def test_hours_that_have_not_begun_leave_nothing_behind(team, at):
    made = availability.add_hours(
        supporter=team.dr_jo,
        weekday=5,
        starts=time(10),
        ends=time(11),
        zone="Europe/London",
        modes=["phone"],
        from_date=date(2026, 9, 26),
    )
    availability.remove_hours(supporter=team.dr_jo, hours=made.pk, at=at)
    assert not WorkingHours.objects.filter(pk=made.pk).exists()


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"modes": []}, "Choose at least one way in which people can reach you."),
        ({"ends": time(10)}, "Choose an end that is not the same as the start."),
        ({"until_date": date(2026, 9, 1)}, "The last day comes before the first."),
    ],
)
def test_hours_that_make_no_sense_are_not_saved(team, changed, sentence):
    asked = {
        "weekday": 5,
        "starts": time(10),
        "ends": time(11),
        "zone": "Europe/London",
        "modes": ["phone"],
        "from_date": date(2026, 9, 1),
    } | changed
    with pytest.raises(availability.HoursNotPossible) as refused:
        availability.add_hours(supporter=team.dr_jo, **asked)
    assert refused.value.sentence == sentence


def away(supporter, at, first=21, last=25, cover=None):
    return availability.add_time_off(
        supporter=supporter,
        first=date(2026, 9, first),
        last=date(2026, 9, last),
        cover=cover,
        at=at,
    )


def test_time_off_covers_whole_days_and_names_the_usual_cover(team, at):
    made = away(team.dr_jo, at)
    assert (made.starts_at, made.ends_at) == (sept(21, 0), sept(26, 0))
    assert made.cover == team.dr_kim
    assert starts(team.dr_jo, at, 24) == []
    availability.remove_time_off(supporter=team.dr_kim, time_off=made.pk, at=at)
    assert TimeOff.objects.count() == 1
    availability.remove_time_off(supporter=team.dr_jo, time_off=made.pk, at=at)
    assert starts(team.dr_jo, at, 24) != []


def test_time_off_needs_somebody_to_hold_requests(team, at):
    with pytest.raises(availability.CoverNeeded):
        away(team.dr_kim, at)
    assert away(team.dr_kim, at, cover=team.dr_jo).cover == team.dr_jo


def test_cover_who_is_away_too_does_not_cover(team, at):
    away(team.dr_kim, at, cover=team.dr_jo)
    with pytest.raises(availability.CoverNeeded) as refused:
        away(team.dr_jo, at)
    assert refused.value.sentence == "Dr Kim is away on some of these days too."


def test_time_off_that_is_over_or_backwards_is_not_saved(team, at):
    for first, last in ((1, 2), (25, 21)):
        with pytest.raises(availability.HoursNotPossible):
            away(team.dr_jo, at, first=first, last=last)


def test_time_off_lists_the_bookings_it_touches_and_changes_none(team, at):
    inside = book(team, at=at, start=sept(24, 10))
    book(team, at=at, start=sept(28, 10), person=team.bem)
    away(team.dr_jo, at)
    assert list(availability.touched(team.dr_jo, at)) == [inside]
    inside.refresh_from_db()
    assert inside.freed_at is None


def test_only_people_near_by_are_offered_as_cover(team):
    make_supporter(team.charlie)
    assert list(availability.who_could_cover(team.dr_jo)) == [team.dr_kim]
    assert list(availability.who_could_cover(team.dr_kim)) == [team.dr_jo]
