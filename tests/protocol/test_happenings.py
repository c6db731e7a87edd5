"""What calls for an offer beside an interview: counts, plans, pauses and leaving."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from tests.protocol.people import exposed, facts, london, made, versions_with
from wellbeing.protocol.facts import Coming, Held, Paused
from wellbeing.protocol.plan import plan

CODER = (Held("coder", date(2019, 7, 1), None),)


def _offers(found, at, *rules):
    owed = plan(facts=found, versions=versions_with(*rules), at=at)
    return [(o.rule, o.subject) for o in owed.offers]


def _coded(activity, day, minutes=155, **extra):
    return exposed(
        activity, london(day, 17), kind="coding", role="coder", minutes=minutes, **extra
    )


def _coder(*done, offers=()):
    return replace(facts(exposures=done), roles=CODER, offers=offers)


# Domain scenario 9: Mo finishes the second transcript of the week.
def test_the_second_transcript_brings_the_offer_and_the_first_does_not():
    first, second = _coded(1, 14), _coded(2, 16)
    assert _offers(_coder(first), london(14, 18), "after_coding") == []
    assert _offers(_coder(first, second), london(16, 18), "after_coding") == [
        ("after_coding", "counted:2")
    ]


def test_a_count_does_not_depend_on_the_order_in_which_rows_are_read():
    done = (_coded(1, 14), _coded(2, 15), _coded(3, 16))
    counted = {
        tuple(_offers(_coder(*order), london(16, 18), "after_coding"))
        for order in permutations(done)
    }
    assert counted == {(("after_coding", "counted:2"),)}


def test_six_hours_of_one_transcript_count_like_two():
    long = _coded(1, 14, minutes=370)
    assert _offers(_coder(long), london(14, 18), "after_coding") == [
        ("after_coding", "counted:1")
    ]


def test_the_count_starts_again_at_each_offer_that_was_made():
    done = [_coded(number, 10 + number) for number in range(1, 4)]
    earlier = replace(made("counted:2", london(12, 18), state="declined"))
    found = _coder(*done, offers=(replace(earlier, rule="after_coding"),))
    assert _offers(found, london(13, 18), "after_coding") == []
    more = replace(found, exposures=(*found.exposures, _coded(4, 14)))
    assert _offers(more, london(14, 18), "after_coding") == [
        ("after_coding", "counted:4")
    ]


@given(st.lists(st.integers(1, 28), max_size=12, unique=True), st.integers(0, 5))
def test_counting_in_one_go_gives_what_counting_day_by_day_gave(days, extra):
    versions = versions_with("after_coding")
    done = tuple(
        _coded(n, day, minutes=60 + extra) for n, day in enumerate(sorted(days))
    )
    made_so_far = ()
    for number in range(1, len(done) + 1):
        at = done[number - 1].logged_at
        found = _coder(*done[:number], offers=made_so_far)
        for due in plan(facts=found, versions=versions, at=at).offers:
            one = made(due.subject, at, state="declined")
            made_so_far += (replace(one, rule="after_coding"),)
    at_once = plan(facts=_coder(*done), versions=versions, at=london(28, 23))
    assert {o.subject for o in made_so_far} == {o.subject for o in at_once.offers}


# Domain scenario 10: six people code one transcript together.
def test_coding_together_brings_each_their_own_offer():
    together = exposed(7, london(16, 15), kind="group_coding", role="coder")
    assert _offers(_coder(together), london(16, 15), "after_coding_together") == [
        ("after_coding_together", "activity:7")
    ]


# Domain scenario 7: Esi's first interview is planned for Monday 21 September, 11am.
FIRST = Coming(5, "interview", "interviewer", london(21, 12), london(16, 9))


def test_a_time_is_pencilled_for_after_the_first_interview_before_it_happens():
    found = facts(coming=(FIRST,), never_done=frozenset({"interview"}))
    owed = plan(facts=found, versions=versions_with("before_first"), at=london(16, 9))
    due = owed.offers[0]
    assert due.subject == "planned:5"
    assert due.pencil_from == london(21, 14)
    assert due.window_until == london(23, 12)


def test_nobody_is_asked_before_a_second_interview():
    found = facts(coming=(FIRST,))
    assert _offers(found, london(16, 9), "before_first") == []


def test_when_the_plan_moves_the_open_offer_follows():
    earlier = replace(
        made("planned:5", london(16, 9), open_until=london(27, 12)), rule="before_first"
    )
    found = facts(
        coming=(FIRST,), never_done=frozenset({"interview"}), offers=(earlier,)
    )
    owed = plan(facts=found, versions=versions_with("before_first"), at=london(17, 9))
    assert [o.subject for o in owed.moving] == ["planned:5"]
    assert owed.moving[0].open_until == london(28, 12)


def test_a_plan_that_is_called_off_takes_its_open_offer_along():
    earlier = replace(made("planned:5", london(16, 9)), rule="before_first")
    owed = plan(
        facts=facts(offers=(earlier,)),
        versions=versions_with("before_first"),
        at=london(17, 9),
    )
    assert owed.withdrawing == (("before_first", "planned:5"),)


def test_the_offer_after_the_interview_joins_the_one_from_before_it():
    kept = replace(
        made("planned:5", london(16, 9), state="accepted", meets_at=london(22, 10)),
        rule="before_first",
    )
    found = facts(exposures=(exposed(5, london(21, 12)),), offers=(kept,))
    owed = plan(
        facts=found,
        versions=versions_with("before_first", "after_interview"),
        at=london(21, 12),
    )
    assert [o.joins for o in owed.offers] == [("before_first", "planned:5")]


# Domain scenario 30: the study resumes on Monday 27 July 2020.
PAUSE = Paused(3, date(2020, 3, 16), date(2020, 7, 27))


def test_when_the_study_goes_on_everybody_is_offered_a_conversation_first():
    found = facts(pauses=(PAUSE,))
    morning = london(27, 9, month=7)
    assert _offers(found, morning, "coming_back") == [("coming_back", "resumed:3")]
    assert _offers(found, morning - timedelta(days=1), "coming_back") == []


def test_the_next_look_is_at_the_end_of_the_pause():
    found = replace(facts(pauses=(PAUSE,)), offers=())
    owed = plan(
        facts=found, versions=versions_with("coming_back"), at=london(1, 9, month=7)
    )
    assert owed.look_again_at == london(27, 0, month=7)


def test_somebody_who_was_away_for_a_month_is_offered_a_conversation_too():
    roles = (
        Held("interviewer", date(2019, 7, 1), date(2020, 8, 1)),
        Held("interviewer", date(2020, 9, 14), None),
    )
    found = replace(facts(), roles=roles)
    assert _offers(found, london(14, 9), "coming_back") == [
        ("coming_back", "back:2020-09-14")
    ]
    short = (
        Held("interviewer", date(2019, 7, 1), date(2020, 9, 1)),
        Held("interviewer", date(2020, 9, 14), None),
    )
    assert _offers(replace(found, roles=short), london(14, 9), "coming_back") == []


def test_leaving_brings_three_offers_and_then_no_more():
    gone = (Held("interviewer", date(2019, 7, 1), date(2020, 9, 15)),)
    found = replace(facts(), roles=gone, offers=())
    seen = []
    for days in range(200):
        at = london(15, 9) + timedelta(days=days)
        for due in plan(facts=found, versions=versions_with("leaving"), at=at).offers:
            seen.append((days, due.subject))
            one = replace(made(due.subject, at, state="lapsed"), rule="leaving")
            found = replace(found, offers=(*found.offers, one))
    assert seen == [
        (0, "left:2020-09-15:0"),
        (30, "left:2020-09-15:1"),
        (90, "left:2020-09-15:2"),
    ]


def test_when_it_has_been_quiet_for_four_weeks_one_offer_is_made():
    found = facts(exposures=(exposed(1, london(1, 15)),))
    rules = ("quiet_for_long",)
    assert _offers(found, london(29, 14), *rules) == []
    assert _offers(found, london(29, 15), *rules) == [("quiet_for_long", "quiet:1")]


def _asked(found, at, *rules):
    owed = plan(facts=found, versions=versions_with(*rules), at=at)
    return [c.subject for c in owed.check_ins]


def test_the_second_check_in_is_left_out_for_somebody_who_has_just_answered():
    done = (exposed(1, london(8, 15)),)
    at = london(8, 16)
    assert _asked(facts(exposures=done), at, "week_after") == ["week_after:2020-09-15"]
    answered = facts(exposures=done, answered=(london(13, 12),))
    assert _asked(answered, at, "week_after") == []
    earlier = facts(exposures=done, answered=(london(13, 9),))
    assert _asked(earlier, at, "week_after") == ["week_after:2020-09-15"]


def test_once_a_month_comes_ten_days_into_it_on_the_wall_clock():
    found = facts()
    owed = plan(facts=found, versions=versions_with("monthly"), at=london(1, 9))
    assert [c.ask_at for c in owed.check_ins] == [london(10, 10)]
    assert owed.look_again_at == london(1, 0, month=10)


def test_a_pause_rests_the_check_ins_after_interviews_but_not_the_monthly_one():
    pause = Paused(1, date(2020, 9, 10), None)
    found = facts(exposures=(exposed(1, london(9, 15)),), pauses=(pause,))
    rules = ("day_after", "week_after", "monthly")
    assert _asked(found, london(9, 16), *rules) == ["monthly:2020-09-10"]


@given(st.integers(0, 27), st.integers(1, 60))
def test_a_pause_never_takes_an_offer_away(day, length):
    start = date(2020, 9, 1) + timedelta(days=day)
    pause = Paused(1, start, start + timedelta(days=length))
    done = (exposed(1, london(15, 15)), exposed(2, london(20, 15)))
    rules = ("after_interview", "supervision", "before_first", "quiet_for_long")
    at = london(21, 9)
    without = set(_offers(facts(exposures=done), at, *rules))
    assert without <= set(_offers(facts(exposures=done, pauses=(pause,)), at, *rules))


def test_a_month_belongs_to_the_version_in_which_it_began():
    """Version 2 starts on 27 July. Looked at late, July is still version 1's."""
    nobody_has_looked = replace(facts(), offers=())
    for day in (1, 28):
        owed = plan(
            facts=nobody_has_looked,
            versions=versions_with("supervision"),
            at=london(day, 9, month=7),
        )
        assert [(one.subject, one.version) for one in owed.offers] == [
            ("month:2020-07", 1)
        ]


def test_a_check_in_belongs_to_the_version_in_force_when_it_is_asked():
    """Asked on Friday 10 July: the same, whether it is planned before or afterwards."""
    asked = [
        [
            (due.subject, due.version)
            for due in plan(
                facts=facts(), versions=versions_with("monthly"), at=at
            ).check_ins
        ]
        for at in (london(1, 9, month=7), london(12, 9, month=7))
    ]
    assert asked == [[("monthly:2020-07-10", 1)]] * 2


def test_who_interviewed_and_then_coded_is_not_forgotten_after_a_quiet_while():
    both = (*facts().roles, Held("coder", date(2019, 7, 1), None))
    done = (exposed(1, london(1, 12)), _coded(2, 8))
    found = replace(facts(exposures=done), roles=both)
    assert _offers(found, london(30, 12), "quiet_for_long") == []
    after = london(6, 18, month=10)
    assert _offers(found, after, "quiet_for_long") == [("quiet_for_long", "quiet:2")]
