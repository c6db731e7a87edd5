"""Protocol B: a survey with field teams at two places, on days of March 2027."""

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from wellbeing.protocol import lengths
from wellbeing.protocol.facts import Exposed, Facts, Held, Made, Version
from wellbeing.protocol.plan import plan
from wellbeing.protocol.reading import read

DOCUMENT = read(Path("wellbeing/protocols/survey.yaml").read_text())
BEGAN = datetime(2027, 2, 1, tzinfo=UTC)
MEMBER = (Held("interviewer", date(2027, 2, 1), None),)


def at_north(day, hour, minute=0):
    zone = ZoneInfo("Europe/London")
    return datetime(2027, 3, day, hour, minute, tzinfo=zone).astimezone(UTC)


def at_south(day, hour, minute=0):
    zone = ZoneInfo("Africa/Nairobi")
    return datetime(2027, 3, day, hour, minute, tzinfo=zone).astimezone(UTC)


def survey(activity, ended, *, logged=None, **extra):
    return Exposed(
        activity,
        "survey_interview",
        "interviewer",
        ended_at=ended,
        logged_at=logged or ended,
        minutes=45,
        **extra,
    )


def planned(exposures, at, *, site="north", offers=()):
    document = DOCUMENT.at_site(site)
    found = Facts(
        zone=document.zone, roles=MEMBER, exposures=tuple(exposures), offers=offers
    )
    return plan(facts=found, versions=(Version(1, BEGAN, document),), at=at)


def of_rule(owed, rule):
    return [one for one in owed.offers if one.rule == rule]


def offer(rule, subject, at, **extra):
    return Made(rule, subject, made_at=at, open_until=at, state="lapsed", **extra)


def test_four_interviews_of_one_day_bring_one_team_close():
    day = [survey(n, at_north(2, 9 + 2 * n)) for n in range(4)]
    owed = of_rule(planned(day, at_north(2, 17)), "team_close")
    assert [one.subject for one in owed] == ["day:2027-03-02"]


def test_the_first_log_of_the_day_makes_it_and_later_ones_change_nothing():
    first = planned([survey(1, at_north(2, 9))], at_north(2, 10))
    later = [survey(n, at_north(2, 9 + n)) for n in (0, 3)]
    both = planned(later, at_north(2, 17))
    assert of_rule(first, "team_close") == of_rule(both, "team_close")


def test_the_day_is_a_day_at_the_place_of_the_team():
    """Half past ten in the evening in London is the next day in Nairobi."""
    late = survey(1, at_north(2, 22, 30))
    assert of_rule(planned([late], at_north(2, 23)), "team_close")[0].subject == (
        "day:2027-03-02"
    )
    south = planned([late], at_north(2, 23), site="south")
    assert of_rule(south, "team_close")[0].subject == "day:2027-03-03"


def test_a_batch_that_is_two_days_late_joins_into_one_offer_for_the_person():
    days = [survey(n, at_north(n, 15), logged=at_north(5, 9)) for n in (2, 3, 4)]
    owed = planned(days, at_north(5, 9))
    closes = of_rule(owed, "team_close")
    assert [one.subject for one in closes] == [
        "day:2027-03-02",
        "day:2027-03-03",
        "day:2027-03-04",
    ]
    assert [one.joins for one in closes] == [
        None,
        *[("team_close", "day:2027-03-02")] * 2,
    ]


def test_a_log_that_is_four_days_late_makes_no_team_close_any_more():
    late = survey(1, at_north(2, 15), logged=at_north(6, 16))
    assert of_rule(planned([late], at_north(6, 17)), "team_close") == []


def test_the_weekly_call_comes_on_friday_when_there_was_a_field_day():
    tuesday = survey(1, at_north(2, 15))
    assert of_rule(planned([tuesday], at_north(4, 23)), "weekly") == []
    assert planned([tuesday], at_north(4, 23)).look_again_at == at_north(5, 0)
    friday = of_rule(planned([tuesday], at_north(5, 0)), "weekly")
    assert [one.subject for one in friday] == ["week:2027-03-05"]
    assert friday[0].open_until == at_north(10, 0)


def test_a_week_without_a_field_day_brings_no_call():
    before = survey(1, at_north(2, 15))
    owed = planned(
        [before],
        at_north(12, 9),
        offers=(offer("weekly", "week:2027-03-05", at_north(5, 0)),),
    )
    assert of_rule(owed, "weekly") == []


def test_work_on_saturday_still_brings_the_call_of_its_week():
    saturday = survey(1, at_north(6, 12))
    owed = of_rule(planned([saturday], at_north(6, 12)), "weekly")
    assert [one.subject for one in owed] == ["week:2027-03-05"]
    assert owed[0].open_until == at_north(11, 12)


def test_the_fifth_marked_interview_in_fourteen_days_brings_an_offer_and_the_tenth():
    marked = [survey(n, at_north(2 + n, 10), marked=True) for n in range(5)]
    plain = [survey(50 + n, at_north(2 + n, 14)) for n in range(5)]
    at = at_north(7, 9)
    assert [o.subject for o in of_rule(planned(marked + plain, at), "marked")] == [
        "counted:4"
    ]
    more = [survey(10 + n, at_north(8 + n, 10), marked=True) for n in range(5)]
    made = (offer("marked", "counted:4", at),)
    four = planned([*marked, *more[:4]], at_north(12, 9), offers=made)
    assert of_rule(four, "marked") == []
    five = planned([*marked, *more], at_north(13, 9), offers=made)
    assert [one.subject for one in of_rule(five, "marked")] == ["counted:14"]


def test_marked_interviews_that_lie_further_apart_do_not_add_up():
    marked = [survey(n, at_north(1 + 4 * n, 10), marked=True) for n in range(5)]
    assert of_rule(planned(marked, at_north(18, 9)), "marked") == []


def test_three_field_days_in_a_row_bring_an_offer_and_a_gap_starts_again():
    in_a_row = [survey(n, at_north(n, 10)) for n in (2, 3, 4)]
    owed = of_rule(planned(in_a_row, at_north(4, 11)), "days_in_a_row")
    assert [one.subject for one in owed] == ["run:2027-03-04"]
    with_gap = [survey(n, at_north(n, 10)) for n in (2, 3, 5)]
    assert of_rule(planned(with_gap, at_north(5, 11)), "days_in_a_row") == []


def test_the_daily_question_is_asked_once_at_half_past_six_where_the_team_is():
    day = [survey(n, at_south(2, 9 + n)) for n in range(3)]
    owed = planned(day, at_south(2, 12), site="south")
    asked = [c for c in owed.check_ins if c.rule == "daily"]
    assert [(c.subject, c.form, c.ask_at) for c in asked] == [
        ("daily:2027-03-02", "one_item", at_south(2, 18, 30))
    ]


def test_the_weekly_questions_come_on_saturday_of_a_week_with_work():
    tuesday = [survey(1, at_north(2, 15))]
    weekly = [
        c for c in planned(tuesday, at_north(6, 9)).check_ins if c.rule == "weekly"
    ]
    assert [(c.subject, c.ask_at) for c in weekly] == [
        ("weekly:2027-03-06", at_north(6, 10))
    ]
    idle = [
        c for c in planned(tuesday, at_north(13, 9)).check_ins if c.rule == "weekly"
    ]
    assert idle == []


@pytest.mark.parametrize("day", [1, 22])
def test_the_questions_of_the_team_come_on_the_days_it_named(day):
    named = [
        c for c in planned([], at_north(day, 9)).check_ins if c.rule == "how_it_goes"
    ]
    assert [(c.form, c.ask_at) for c in named] == [("our_scale", at_north(day, 12))]


def test_we_look_again_on_the_next_day_of_the_week_or_of_the_list():
    assert planned([], at_north(18, 9)).look_again_at == at_north(20, 0)
    alone = plan(
        facts=Facts(zone="Europe/London", roles=MEMBER),
        versions=(Version(1, BEGAN, _only("how_it_goes")),),
        at=at_north(2, 9),
    )
    assert alone.look_again_at == at_north(22, 0)


def _only(check_in):
    kept = {check_in: DOCUMENT.check_ins[check_in]}
    standing = {"call_back": DOCUMENT.offers["call_back"]}
    return DOCUMENT.model_copy(update={"check_ins": kept, "offers": standing})


def test_work_that_is_taken_back_takes_the_open_offer_of_its_day_along():
    open_one = Made(
        "team_close", "day:2027-03-02", at_north(2, 9), at_north(3, 9), "open"
    )
    gone = planned([], at_north(2, 10), offers=(open_one,))
    assert gone.withdrawing == (("team_close", "day:2027-03-02"),)
    other = [survey(2, at_north(2, 9, 30))]
    assert planned(other, at_north(2, 10), offers=(open_one,)).withdrawing == ()


@pytest.mark.parametrize(
    ("asked", "answer_due"),
    [
        (at_north(2, 9), at_north(2, 11)),
        (at_north(2, 19), at_north(3, 8)),
        (at_north(2, 23), at_north(3, 9)),
        (at_north(6, 5), at_north(6, 9)),
        (at_north(27, 19, 30), at_north(28, 8, 30)),
    ],
)
def test_a_call_back_is_promised_within_two_hours_between_seven_and_eight(
    asked, answer_due
):
    """On every day of the week, and over the night in which the clocks go forward."""
    within = DOCUMENT.requests.answer_within
    assert lengths.after(asked, within, DOCUMENT.answering) == answer_due


def test_each_place_has_its_own_holidays():
    kenya = DOCUMENT.at_site("south").calendar
    assert (
        DOCUMENT.calendar.works_on(date(2027, 6, 1)),
        kenya.works_on(date(2027, 6, 1)),
    ) == (True, False)
    scotland = DOCUMENT.at_site("north").calendar
    assert scotland.works_on(date(2027, 1, 4)) is False


def test_a_place_that_the_protocol_does_not_name_is_the_study_itself():
    assert DOCUMENT.at_site("moon") is DOCUMENT
