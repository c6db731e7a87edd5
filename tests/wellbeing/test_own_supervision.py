"""A supporter's own supervision: added up as agreed, for their eyes alone."""

from datetime import timedelta

import pytest

from sessions import booking as bookings
from sessions import groups
from tests.factories import join, make_person, make_supporter
from tests.support_sessions.times import book
from tests.wellbeing.stories import adopt, changed, sept, text_of
from wellbeing import own_supervision
from wellbeing.protocol.agreements import SupportersOwn

OWN = {
    "part": 20,
    "for": ["psychologist"],
    "minutes_a_week": 60,
    "least_a_month": 90,
    "group_of": 4,
    "group_share": 0.5,
}
AGREED = SupportersOwn.model_validate(OWN)


def month(team, at, person=None, agreed=AGREED):
    return own_supervision.month_of(person=person or team.jo, agreed=agreed, at=at)


def alone(team, at, start, **extra):
    return book(
        team,
        at=at,
        start=start,
        person=team.jo,
        supporter=team.dr_kim,
        kind="supervision",
        minutes=60,
        **extra,
    )


def together(team, at, start, people):
    round = groups.call(
        supporter=team.dr_kim,
        kind="group_supervision",
        plans=[groups.Plan(start, 60, "video", "", 8)],
        invited=people,
        quiet_minutes=0,
        reminders=[],
        origin=f"own:{start.isoformat()}",
        at=at,
    )
    for person in people:
        groups.join(gathering=round.gatherings.get(), person=person, at=at)


def colleagues(team, many):
    people = [make_person(f"Dr Number{n}") for n in range(many)]
    for person in people:
        make_supporter(join(team.study, person, "psychologist"))
    return people


def test_alone_counts_whole_and_one_of_three_half(team, at):
    alone(team, at, sept(17, 10))
    together(team, at, sept(18, 10), [team.jo, *colleagues(team, 2)])
    before = month(team, at)
    assert (before.so_far, before.with_what_comes) == (0, 90)
    after = month(team, sept(18, 11))
    assert [one.minutes for one in after.times] == [60, 30]
    assert after.so_far == 90


def test_one_of_six_counts_a_sixth(team, at):
    together(team, at, sept(18, 10), [team.jo, *colleagues(team, 5)])
    assert month(team, sept(18, 11)).so_far == 10


def test_a_month_stands_for_itself(team, at):
    alone(team, at, sept(30, 16))
    late = sept(30, 17)
    assert month(team, late).so_far == 60
    assert month(team, late + timedelta(hours=12)).times == []


def test_what_fell_through_counts_nothing_and_what_nobody_recorded_counts(team, at):
    first, second = alone(team, at, sept(17, 10)), alone(team, at, sept(17, 12))
    bookings.cancel(booking=second, by=team.jo, at=at)
    alone(team, at, sept(18, 10))
    bookings.record_outcome(
        booking=first, took_place=False, by=team.jo, at=sept(17, 11)
    )
    assert month(team, sept(18, 11)).so_far == 60


def test_time_given_to_others_is_no_supervision_of_ones_own(team, at):
    book(team, at=at, start=sept(17, 10), kind="supervision")
    together(team, at, sept(18, 10), [team.jo, *colleagues(team, 1)])
    assert [one.minutes for one in month(team, at).times] == [30]
    assert month(team, at, person=team.kim).times == []


@pytest.mark.parametrize("said", [True, False])
def test_the_page_says_what_the_team_agreed(agreed, at, clock, browse, said):
    if said:
        adopt(agreed.study, changed(supporters_own=OWN), at=at)
    alone(agreed, at, sept(17, 10))
    clock(sept(17, 12))
    page = text_of(browse(agreed.jo).get("/own-supervision/"))
    assert ("1 hour so far, as your team counts it" in page) == said
    assert ("at least 90 minutes in each month by itself" in page) == said
    assert ("says nothing about this" in page) != said
    assert "Supervision with Dr Kim Sato" in page


def test_only_a_supporter_opens_it_and_sees_the_own(agreed, at, clock, browse):
    alone(agreed, at, sept(17, 10))
    page = text_of(browse(agreed.kim).get("/own-supervision/"))
    assert "Nothing is agreed for this month yet." in page
    for person in (agreed.ada, agreed.lou, agreed.sam, agreed.charlie):
        assert browse(person).get("/own-supervision/").status_code == 404


def test_it_costs_one_query_however_many_times(team, at, django_assert_num_queries):
    for day in (17, 18, 21):
        alone(team, at, sept(day, 10))
    with django_assert_num_queries(1):
        assert len(month(team, at).times) == 3
