"""Load counts what was done when it was done; planning cannot slip past a limit."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.protocol.people import DOCUMENT, london
from wellbeing.protocol.load import Done, check, sums

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
