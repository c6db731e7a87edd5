"""What the protocol owes, on the days of the stories it was agreed with."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.protocol.people import VERSIONS, exposed, facts, london, made
from wellbeing.protocol.facts import Held
from wellbeing.protocol.plan import plan


def _plan(found, at, versions=VERSIONS):
    return plan(facts=found, versions=versions, at=at)


def test_an_interview_brings_an_offer_with_times_within_two_working_days():
    at = london(15, 16)
    owed = _plan(facts(exposures=(exposed(1, london(15, 15, 40)),)), at)
    assert [(o.rule, o.subject, o.version) for o in owed.offers] == [
        ("after_interview", "activity:1", 2)
    ]
    assert owed.offers[0].window_until == london(17, 15, 40)
    assert owed.offers[0].open_until == london(22, 15, 40)


def test_the_check_in_comes_the_next_day_at_ten():
    owed = _plan(facts(exposures=(exposed(1, london(15, 15, 40)),)), london(15, 16))
    assert [(c.subject, c.ask_at) for c in owed.check_ins] == [
        ("day_after:2020-09-16", london(16, 10))
    ]


def test_two_interviews_on_one_day_bring_one_offer_that_the_other_joins():
    at = london(18, 16)
    both = (exposed(1, london(18, 10, 45)), exposed(2, london(18, 15, 10)))
    owed = _plan(facts(exposures=both), at)
    assert [(o.subject, o.joins) for o in owed.offers] == [
        ("activity:1", None),
        ("activity:2", ("after_interview", "activity:1")),
    ]
    assert [c.subject for c in owed.check_ins] == ["day_after:2020-09-19"]


def test_a_second_interview_joins_a_conversation_that_is_still_to_come():
    earlier = made(
        "activity:1", london(15, 16), state="accepted", meets_at=london(17, 10)
    )
    both = (exposed(1, london(15, 15)), exposed(2, london(16, 15)))
    owed = _plan(facts(exposures=both, offers=(earlier,)), london(16, 15))
    assert [o.joins for o in owed.offers] == [("after_interview", "activity:1")]


@pytest.mark.parametrize("state", ["declined", "lapsed", "withdrawn"])
def test_an_answered_offer_does_not_stand_in_the_way_of_the_next(state):
    earlier = made("activity:1", london(15, 16), state=state)
    both = (exposed(1, london(15, 15)), exposed(2, london(16, 15)))
    owed = _plan(facts(exposures=both, offers=(earlier,)), london(16, 15))
    assert [(o.subject, o.joins) for o in owed.offers] == [("activity:2", None)]


def test_nothing_is_owed_twice():
    earlier = made("activity:1", london(15, 16))
    found = facts(exposures=(exposed(1, london(15, 15)),), offers=(earlier,))
    assert _plan(found, london(15, 16)).offers == ()


def test_an_open_offer_lapses_when_its_time_is_over_and_not_before():
    earlier = made("activity:1", london(10, 16))
    found = facts(exposures=(exposed(1, london(10, 15)),), offers=(earlier,))
    assert _plan(found, london(17, 15, 59)).lapsing == ()
    assert _plan(found, london(17, 16)).lapsing == (("after_interview", "activity:1"),)


def test_a_log_taken_back_takes_its_open_offer_and_its_waiting_check_in_along():
    found = facts(
        offers=(made("activity:1", london(15, 16)),),
        asked=frozenset({"day_after:2020-09-16"}),
        waiting=frozenset({"day_after:2020-09-16"}),
    )
    owed = _plan(found, london(15, 17))
    assert owed.withdrawing == (("after_interview", "activity:1"),)
    assert owed.not_asking == ("day_after:2020-09-16",)


def test_an_offer_that_another_has_joined_stays_for_the_other():
    found = facts(
        exposures=(exposed(2, london(15, 12)),),
        offers=(
            made("activity:1", london(15, 10)),
            made(
                "activity:2",
                london(15, 12),
                state="joined",
                joins=("after_interview", "activity:1"),
            ),
        ),
    )
    assert _plan(found, london(15, 17)).withdrawing == ()


def test_logged_late_the_offer_is_still_made_and_open_for_its_whole_length():
    late = exposed(1, london(1, 15), logged_at=london(14, 9))
    owed = _plan(facts(exposures=(late,)), london(14, 9))
    assert owed.offers[0].window_until == london(3, 15)
    assert owed.offers[0].open_until == london(21, 9)


def test_an_old_log_brought_in_from_a_file_makes_no_offer():
    old = exposed(1, london(1, 15, month=5), logged_at=london(14, 9))
    owed = _plan(facts(exposures=(old,)), london(14, 9))
    assert (owed.offers, owed.check_ins) == ((), ())


def test_the_version_in_force_when_the_work_ended_governs_it():
    before = exposed(1, london(24, 15, month=7), logged_at=london(28, 9, month=7))
    owed = _plan(replace(facts(), exposures=(before,)), london(28, 9, month=7))
    assert [o.version for o in owed.offers if o.subject == "activity:1"] == [1]


def test_supervision_is_offered_once_in_every_month():
    at = london(2, 9, month=10)
    owed = _plan(facts(), at)
    assert [(o.rule, o.subject) for o in owed.offers] == [
        ("supervision", "month:2020-10")
    ]
    assert _plan(facts(), london(30, 9)).offers == ()


def test_the_next_look_is_at_the_start_of_the_month_when_nothing_else_is_open():
    quiet = replace(facts(), offers=())
    month = facts().offers
    found = replace(quiet, offers=(replace(month[0], state="declined"),))
    assert _plan(found, london(15, 16)).look_again_at == london(1, 0, month=10)


def test_without_support_nothing_is_owed_and_nobody_looked_at():
    found = replace(
        facts(exposures=(exposed(1, london(15, 15)),)),
        closed_on=date(2020, 9, 1),
        support_ends_on=date(2020, 9, 1),
    )
    owed = _plan(found, london(15, 16))
    assert (owed.offers, owed.check_ins, owed.look_again_at) == ((), (), None)


def test_only_people_whom_the_rule_names_are_offered_anything():
    coder = exposed(1, london(15, 15), role="coder", kind="coding")
    found = replace(
        facts(exposures=(coder,)), roles=(Held("coder", date(2020, 1, 1), None),)
    )
    owed = _plan(replace(found, offers=()), london(15, 16))
    assert (owed.offers, owed.check_ins) == ((), ())


moments = st.integers(0, 60 * 24 * 40).map(
    lambda minutes: london(1, 9) + timedelta(minutes=minutes)
)
activities = st.lists(
    st.tuples(moments, st.integers(0, 600), st.sampled_from(["interview", "coding"])),
    max_size=8,
).map(
    lambda rows: tuple(
        exposed(
            number,
            ended,
            kind=kind,
            role="interviewer" if kind == "interview" else "coder",
            logged_at=ended + timedelta(minutes=waited),
        )
        for number, (ended, waited, kind) in enumerate(rows)
    )
)


@given(activities, moments)
def test_the_same_facts_give_the_same_plan(exposures, at):
    found = facts(exposures=exposures)
    assert _plan(found, at) == _plan(found, at)


@given(activities, moments, st.randoms())
def test_the_order_of_the_facts_changes_nothing(exposures, at, random):
    mixed = list(exposures)
    random.shuffle(mixed)
    assert _plan(facts(exposures=exposures), at) == _plan(
        facts(exposures=tuple(mixed)), at
    )


@given(activities, moments)
def test_coding_adds_nothing_to_what_interviews_bring(exposures, at):
    interviews = tuple(e for e in exposures if e.kind == "interview")
    assert (
        _plan(facts(exposures=exposures), at).offers
        == _plan(facts(exposures=interviews), at).offers
    )


@given(activities, moments, st.integers(1, 60 * 24 * 20))
def test_planning_later_after_a_crash_still_makes_every_offer(exposures, at, minutes):
    done = tuple(e for e in exposures if e.logged_at <= at)
    found = facts(exposures=done)
    in_time = {(o.subject, o.open_until) for o in _plan(found, at).offers}
    late = {
        (o.subject, o.open_until)
        for o in _plan(found, at + timedelta(minutes=minutes)).offers
        if o.subject.startswith("activity:")
    }
    assert {pair for pair in in_time if pair[0].startswith("activity:")} == late


@given(activities, moments)
def test_the_next_look_is_never_in_the_past(exposures, at):
    again = _plan(facts(exposures=exposures), at).look_again_at
    assert again is not None
    assert again > at


def test_a_new_interview_takes_in_an_older_offer_whose_time_went_back():
    earlier = made("activity:1", london(14, 16))
    both = (exposed(1, london(14, 15)), exposed(2, london(16, 15)))
    owed = _plan(facts(exposures=both, offers=(earlier,)), london(16, 15))
    assert [(o.subject, o.joins, o.takes_in) for o in owed.offers] == [
        ("activity:2", None, (("after_interview", "activity:1"),))
    ]


def test_a_new_interview_joins_an_older_offer_that_still_keeps_a_time():
    earlier = made("activity:1", london(15, 16), holds_time=True)
    both = (exposed(1, london(15, 15)), exposed(2, london(15, 18)))
    owed = _plan(facts(exposures=both, offers=(earlier,)), london(15, 18))
    assert [(o.joins, o.takes_in) for o in owed.offers] == [
        (("after_interview", "activity:1"), ())
    ]
