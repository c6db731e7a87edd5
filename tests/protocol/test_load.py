"""Load counts what was done when it was done; planning cannot slip past a limit."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.protocol.people import DOCUMENT, london
from wellbeing.protocol.facts import Held, Paused
from wellbeing.protocol.load import Done, came_back_on, check, limits_on, sums

LIMITS = DOCUMENT.limits["interview"]


def _done(day, hour, minutes=60, month=9):
    start = london(day, hour, month=month)
    return Done(start, start + timedelta(minutes=minutes))


def _levels(done, candidate):
    return [n.level for n in check(LIMITS, done, candidate, zone="Europe/London")]


def test_the_sums_cover_168_hours_and_28_days():
    at = london(15, 16)
    done = [_done(8, 14), _done(8, 16), _done(1, 12), _done(10, 10, month=8)]
    found = sums(done, at=at)
    assert (found.days_7, found.minutes_7) == (1, 60)
    assert (found.days_28, found.minutes_28) == (3, 180)
    assert found.frees_at == london(15, 17)


def test_nothing_to_say_about_the_first_interview_of_a_quiet_week():
    assert _levels([], _done(18, 10)) == []


def test_a_second_one_on_a_day_is_past_the_pace_and_a_third_past_the_limit():
    first, second = _done(18, 10), _done(18, 14)
    assert _levels([first], second) == ["soft"]
    assert _levels([first, second], _done(18, 16))[0] == "hard"


def test_a_fourth_in_seven_days_stops_planning_with_the_numbers_in_words():
    week = [_done(14, 10), _done(15, 10), _done(16, 10)]
    notices = check(LIMITS, week, _done(18, 10), zone="Europe/London")
    assert notices[0].level == "hard"
    assert notices[0].sentence == "This would be number 4 in 7 days. The limit is 3."


def test_planning_an_earlier_day_counts_what_is_already_planned_after_it():
    later = [_done(16, 10), _done(17, 10), _done(18, 10)]
    assert _levels(later, _done(14, 10))[0] == "hard"


def test_the_clock_change_does_not_move_a_day():
    late = _done(24, 23, month=10)
    assert _levels([_done(24, 9, month=10)], late) == ["soft"]


@given(st.lists(st.tuples(st.integers(1, 28), st.integers(8, 20)), max_size=12))
def test_more_work_never_means_fewer_notices(rows):
    candidate = _done(15, 12)
    done = [_done(day, hour) for day, hour in rows]
    hard = [level for level in _levels(done, candidate) if level == "hard"]
    fewer = [level for level in _levels(done[:-1], candidate) if level == "hard"]
    assert len(hard) >= len(fewer)


def _limits(day, back_on):
    return limits_on(DOCUMENT, "interview", day=day, back_on=back_on)


# Domain scenario 30: for 14 days after Monday 27 July the hard 7-day limit is 2.
def test_after_a_pause_the_marks_are_halved_and_rounded_up_for_two_weeks():
    back = date(2020, 7, 27)
    for day, limit in ((back, 2), (date(2020, 8, 9), 2), (date(2020, 8, 10), 3)):
        assert _limits(day, back).days_7.limit == limit
    assert _limits(date(2020, 7, 26), back).days_7.limit == 3
    assert _limits(back, None).days_7.limit == 3


def test_the_day_somebody_came_back_is_the_later_of_the_pause_and_their_own_gap():
    pause = Paused(1, date(2020, 3, 16), date(2020, 7, 27))
    roles = (
        Held("interviewer", date(2019, 7, 1), date(2020, 8, 1)),
        Held("interviewer", date(2020, 9, 14), None),
    )
    assert came_back_on(roles, [pause], date(2020, 9, 1)) == date(2020, 7, 27)
    assert came_back_on(roles, [pause], date(2020, 9, 14)) == date(2020, 9, 14)
    assert came_back_on(roles, [], date(2020, 9, 1)) is None
