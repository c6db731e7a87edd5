"""Planning inside what the team agreed: told at a pace, stopped at a limit."""

import threading
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection

from tests.factories import join, make_interview, make_person
from tests.planning.story import TEXT, THURSDAY, agree, days_before, done, plan
from wellbeing import planning
from wellbeing.models import Activity, Membership, Pause, Role

DAY = timedelta(days=1)


def said(words):
    return [word.sentence for word in words]


def test_a_plan_names_its_people_and_keeps_its_times(team, at):
    row = plan(team, at, facilitator=team.gil)
    assert list(Activity.objects.planned()) == [row]
    assert (row.starts_at, row.ends_at) == (THURSDAY, THURSDAY + timedelta(hours=1))
    assert (row.planned_start, row.planned_minutes) == (THURSDAY, 60)
    assert (row.planned_by, row.logged_at, row.mode) == (team.lou, None, "teams")
    assert {(e.person, e.role) for e in row.exposures.all()} == {
        (team.bem, "interviewer"),
        (team.gil, "facilitator"),
    }


def test_a_pace_is_told_and_may_be_passed(team, at):
    done(team, team.bem, *days_before(THURSDAY, 3, 5))
    with pytest.raises(planning.WorthKnowing) as telling:
        plan(team, at)
    assert said(telling.value.words) == [
        "Bem Adeyemi: This would be number 3 in 7 days. The agreed pace is 2."
    ]
    assert Activity.objects.planned().count() == 0
    plan(team, at, seen=said(telling.value.words))
    assert Activity.objects.planned().count() == 1


def test_a_pace_that_was_not_the_one_seen_is_told_again(team, at):
    done(team, team.bem, *days_before(THURSDAY, 3, 5))
    with pytest.raises(planning.WorthKnowing):
        plan(team, at, seen=["Bem Adeyemi: something else"])


def test_planning_stops_at_a_limit_whoever_asks(team, at):
    done(team, team.bem, *days_before(THURSDAY, 2, 3, 5))
    done(team, team.fay, *days_before(THURSDAY, 2, 3, 5))
    for person, by in ((team.bem, team.lou), (team.fay, team.fay)):
        with pytest.raises(planning.LimitReached) as stop:
            plan(team, at, interviewer=person, by=by, seen=["anything"])
        assert said(stop.value.words) == [
            f"{person.name}: This would be number 4 in 7 days. The limit is 3."
        ]
    assert Activity.objects.planned().count() == 0


def test_the_limit_of_a_facilitator_counts_as_much(team, at):
    done(team, team.gil, *days_before(THURSDAY, 2, 3, 5))
    with pytest.raises(planning.LimitReached) as stop:
        plan(team, at, facilitator=team.gil)
    assert [word.person for word in stop.value.words] == [team.gil]


def test_what_is_planned_counts_like_what_is_done(team, at):
    for code, days in (("1", 4), ("2", 5), ("3", 6)):
        plan(team, at, code=code, start=THURSDAY + days * DAY, seen=_soft(team))
    with pytest.raises(planning.LimitReached):
        plan(team, at, code="4", start=THURSDAY + 2 * DAY)


def _soft(team):
    return [f"{team.bem.name}: This would be number 3 in 7 days. The agreed pace is 2."]


def test_what_was_taken_back_or_was_in_another_study_does_not_count(team, at):
    done(team, team.bem, *days_before(THURSDAY, 2, 3, 5))
    Activity.objects.update(withdrawn_at=at)
    for end in days_before(THURSDAY, 2, 3, 5):
        make_interview(team.elsewhere, team.bem, ended=end)
    assert plan(team, at).code == "209"


def test_two_at_one_time_are_told(team, at):
    plan(team, at)
    with pytest.raises(planning.WorthKnowing) as telling:
        plan(team, at, code="210", start=THURSDAY + timedelta(minutes=30))
    assert said(telling.value.words) == [
        "Bem Adeyemi: This would be number 2 on that day. The agreed pace is 1.",
        "Bem Adeyemi: Other work of theirs is in the plan at that time.",
    ]


def test_the_protocol_of_that_day_is_the_one_that_counts(team, at):
    agree(
        team.study,
        TEXT.replace("day: {pace: 1, limit: 2}", "day: {limit: 1}"),
        number=2,
        since=THURSDAY,
    )
    done(team, team.bem, THURSDAY - timedelta(hours=3))
    found = planning.notices(
        study=team.study, person=team.bem, start=THURSDAY, minutes=60, at=at
    )
    assert [notice.sentence for notice in found] == [
        "This would be number 2 on that day. The limit is 1."
    ]


@pytest.mark.parametrize(("days_after", "stops"), [(1, True), (13, True), (14, False)])
def test_after_a_pause_the_marks_are_halved_for_a_while(team, at, days_after, stops):
    resumed = date(2026, 9, 17) - timedelta(days=days_after)
    Pause.objects.create(
        study=team.study, reason="x", starts_on=date(2026, 8, 1), ends_on=resumed
    )
    done(team, team.bem, *days_before(THURSDAY, 2, 3))
    found = planning.notices(
        study=team.study, person=team.bem, start=THURSDAY, minutes=60, at=at
    )
    hard = "This would be number 3 in 7 days. The limit is 2."
    soft = "This would be number 3 in 7 days. The agreed pace is 2."
    assert found[0].sentence == (hard if stops else soft)
    assert (team.bem in room(team)) == (not stops)


def room(team):
    return planning.people_with_room(
        study=team.study, start=THURSDAY, minutes=60, besides=[]
    )


def test_other_days_know_when_the_halved_marks_end(team, at):
    Pause.objects.create(
        study=team.study,
        reason="x",
        starts_on=date(2026, 8, 1),
        ends_on=date(2026, 9, 8),
    )
    done(team, team.bem, *days_before(THURSDAY, 1, 2))
    # Halved until Monday 21; on Tuesday 22 three in seven days are open to Bem again.
    assert planning.other_days(
        study=team.study, people=[team.bem], start=THURSDAY, minutes=60
    ) == [date(2026, 9, 22), date(2026, 9, 23), date(2026, 9, 24)]


def test_a_study_without_a_protocol_has_no_limits(team, at):
    done_elsewhere = [THURSDAY - timedelta(days=n, hours=n) for n in range(1, 7)]
    for end in done_elsewhere:
        make_interview(team.elsewhere, team.charlie, ended=end)
    found = planning.notices(
        study=team.elsewhere, person=team.charlie, start=THURSDAY, minutes=60, at=at
    )
    assert found == []


def test_notices_take_four_questions_however_much_was_done(
    team, at, django_assert_num_queries
):
    for count in (1, 3):
        done(team, team.bem, *days_before(THURSDAY, *range(1, count + 1)))
        with django_assert_num_queries(4):
            planning.notices(
                study=team.study, person=team.bem, start=THURSDAY, minutes=60, at=at
            )


@pytest.mark.parametrize(
    "pause",
    [
        {"starts_on": date(2026, 9, 15)},
        {"starts_on": date(2026, 9, 1), "ends_on": date(2026, 9, 16)},
        {"starts_on": date(2026, 9, 17), "ends_on": date(2026, 9, 18)},
    ],
    ids=["open end", "today", "that day"],
)
def test_a_paused_study_plans_nothing(team, at, pause):
    Pause.objects.create(study=team.study, reason="x", **pause)
    with pytest.raises(planning.StudyPaused):
        plan(team, at)


def test_a_pause_that_is_over_stops_nothing(team, at):
    Pause.objects.create(
        study=team.study,
        reason="x",
        starts_on=date(2026, 3, 16),
        ends_on=date(2026, 9, 15),
    )
    assert plan(team, at).logged_at is None


def test_what_has_started_and_what_comes_after_the_end_is_not_planned(team, at):
    with pytest.raises(planning.AlreadyStarted):
        plan(team, at, start=at)
    team.study.closed_on = date(2026, 9, 17)
    team.study.save()
    with pytest.raises(planning.StudyClosed):
        plan(team, at)


@pytest.mark.parametrize("code", ["201", "p-7", "P-7"])
def test_a_number_is_used_once(team, at, code):
    make_interview(team.study, team.ada, ended=at, code="201")
    plan(team, at, code="P-7", interviewer=team.fay)
    with pytest.raises(planning.NumberTaken):
        plan(team, at, code=code)


def test_a_number_is_free_again_after_it_was_taken_off(team, at):
    row = plan(team, at)
    planning.take_off(activity=row, at=at)
    assert plan(team, at).pk != row.pk


def test_only_people_whose_role_takes_part_on_that_day_are_planned(team, at):
    leaver = join(team.study, make_person("Leaver"), Role.INTERVIEWER)
    Membership.objects.filter(person=leaver).update(until_date=date(2026, 9, 17))
    for person in (team.charlie, team.jo, team.lou, team.sam, leaver):
        with pytest.raises(planning.NotInTheTeam) as refusal:
            plan(team, at, facilitator=person)
        assert refusal.value.person == person
    with pytest.raises(planning.OnePersonTwice):
        plan(team, at, facilitator=team.bem)


def test_one_form_makes_one_plan(team, at):
    form = uuid4()
    assert plan(team, at, submission=form) == plan(team, at, submission=form)
    assert Activity.objects.count() == 1


def test_only_a_plan_is_taken_off_the_plan(team, at):
    row = plan(team, at)
    planning.take_off(activity=row, at=at)
    with pytest.raises(planning.NoLongerPlanned):
        planning.take_off(activity=row, at=at)
    logged = make_interview(team.study, team.ada, ended=at)
    with pytest.raises(planning.NoLongerPlanned):
        planning.take_off(activity=logged, at=at)
    assert list(Activity.objects.done()) == [logged]


def test_other_days_are_working_days_with_room(team, at):
    done(team, team.bem, *days_before(THURSDAY, 2, 3, 5))
    Pause.objects.create(
        study=team.study,
        reason="x",
        starts_on=date(2026, 9, 22),
        ends_on=date(2026, 9, 23),
    )
    # Bem's oldest of the week falls out on Saturday; Tuesday is inside a pause.
    assert planning.other_days(
        study=team.study, people=[team.bem], start=THURSDAY, minutes=60
    ) == [date(2026, 9, 21), date(2026, 9, 23), date(2026, 9, 24)]


def test_people_with_room_are_interviewers_whom_no_limit_stops(team, at):
    done(team, team.fay, *days_before(THURSDAY, 2, 3, 5))
    done(team, team.ada, *days_before(THURSDAY, 2, 3))
    found = planning.people_with_room(
        study=team.study, start=THURSDAY, minutes=60, besides=[team.bem]
    )
    assert found == [team.ada]


def test_a_plan_is_named_by_its_day_and_time(team):
    winter = datetime(2026, 12, 3, 14, 30, tzinfo=UTC)
    assert planning.planned_words(winter, "Europe/London") == (
        "Thursday 3\u00a0December, 2:30pm"
    )


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
def test_two_coordinators_at_once_do_not_slip_past_a_limit(team, at):
    done(team, team.bem, *days_before(THURSDAY, 3, 5))
    results = []

    def press(code, by):
        try:
            results.append(plan(team, at, code=code, by=by, seen=_soft(team)).code)
        except planning.LimitReached:
            results.append("stopped")
        finally:
            connection.close()

    threads = [
        threading.Thread(target=press, args=pair)
        for pair in (("301", team.lou), ("302", team.fay))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert results.count("stopped") == 1
    assert Activity.objects.planned().count() == 1
