"""A planned time moves, and the protocol is asked as for a new plan."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
import yaml
from django.urls import reverse

from tests.planning.story import TEXT, THURSDAY, agree, days_before, done, plan
from wellbeing import planning
from wellbeing.models import Activity, NextLook, Prepared

DAY = timedelta(days=1)


def move(team, row, at, **changes):
    details = {"start": THURSDAY + DAY, "minutes": 60, "by": team.fay, **changes}
    return planning.move(activity=row, at=at, **details)


def test_a_move_keeps_people_number_and_row(team, at):
    row = plan(team, at, facilitator=team.gil)
    moved = move(team, row, at, minutes=90)
    assert Activity.objects.get() == moved == row
    moved.refresh_from_db()
    assert (moved.starts_at, moved.ends_at) == (
        THURSDAY + DAY,
        THURSDAY + DAY + timedelta(minutes=90),
    )
    assert (moved.planned_start, moved.planned_minutes) == (moved.starts_at, 90)
    assert (moved.planned_by, moved.planned_at, moved.code) == (team.fay, at, "209")
    assert moved.exposures.count() == 2


def test_its_people_are_due_for_a_look_when_it_is_planned_moved_or_taken_off(team, at):
    def due():
        rows = NextLook.objects.filter(due_at__isnull=False).order_by("person__name")
        names = [row.person for row in rows]
        NextLook.objects.update(due_at=None)
        return names

    row = plan(team, at, facilitator=team.gil)
    assert due() == [team.bem, team.gil]
    move(team, row, at)
    assert due() == [team.bem, team.gil]
    planning.take_off(activity=row, at=at)
    assert due() == [team.bem, team.gil]


def test_it_does_not_count_beside_itself(team, at):
    done(team, team.bem, *days_before(THURSDAY, 3))
    row = plan(team, at)
    assert move(team, row, at, start=THURSDAY + timedelta(minutes=30)) == row


def test_a_limit_stops_a_move_as_it_stops_a_plan(team, at):
    done(team, team.bem, *days_before(THURSDAY, 2, 3, 5))
    row = plan(team, at, start=THURSDAY + 14 * DAY)
    with pytest.raises(planning.LimitReached):
        move(team, row, at, start=THURSDAY)
    row.refresh_from_db()
    assert row.starts_at == THURSDAY + 14 * DAY


def test_a_pace_is_told_before_a_move_goes_on(team, at):
    done(team, team.bem, *days_before(THURSDAY, 3, 5))
    row = plan(team, at, start=THURSDAY + 14 * DAY)
    with pytest.raises(planning.WorthKnowing) as telling:
        move(team, row, at, start=THURSDAY)
    seen = [word.sentence for word in telling.value.words]
    assert move(team, row, at, start=THURSDAY, seen=seen).starts_at == THURSDAY


def test_the_same_time_once_more_changes_nothing(team, at):
    row = plan(team, at)
    done(team, team.bem, *days_before(THURSDAY, 2, 3, 5))
    kept = move(team, row, at, start=THURSDAY)
    assert (kept.starts_at, kept.planned_by) == (THURSDAY, team.lou)


def test_what_stands_against_a_plan_stands_against_a_move(team, at):
    row = plan(team, at)
    with pytest.raises(planning.AlreadyStarted):
        move(team, row, at, start=at)
    pause = team.study.pauses.create(
        starts_on=date(2026, 9, 18), ends_on=date(2026, 9, 19), reason="x"
    )
    with pytest.raises(planning.StudyPaused):
        move(team, row, at)
    pause.delete()
    team.bem.memberships.update(until_date=date(2026, 9, 18))
    with pytest.raises(planning.NotInTheTeam):
        move(team, row, at)
    team.bem.memberships.update(until_date=None)
    Prepared.objects.filter(person=team.bem).delete()
    with pytest.raises(planning.NotPrepared):
        move(team, row, at)


def test_what_is_logged_or_taken_off_does_not_move(team, at):
    row = plan(team, at)
    Activity.objects.update(logged_at=at)
    with pytest.raises(planning.NoLongerPlanned):
        move(team, row, at)
    Activity.objects.update(logged_at=None, withdrawn_at=at)
    with pytest.raises(planning.NoLongerPlanned):
        move(team, row, at)


def test_one_whose_time_has_come_and_gone_may_be_moved_on(team, at):
    row = plan(team, at)
    later = THURSDAY + timedelta(hours=3)
    assert move(team, row, later).starts_at == THURSDAY + DAY


def when(**changes):
    return {"day": "2026-09-18", "start_time": "09:30", "minutes": "60", **changes}


def address_of(row):
    return reverse("plan_one", args=[row.public_id])


def test_the_page_shows_the_time_and_moves_it(as_, team, at):
    row, browser = plan(team, at), as_(team.lou)
    page = browser.get(address_of(row)).content.decode()
    assert 'value="2026-09-17"' in page
    assert 'value="14:00"' in page
    assert "Bem Adeyemi, interviewer." in page
    said = browser.post(address_of(row), when(), follow=True).content.decode()
    assert "Planned: Friday 18\u00a0September, 9:30am, London time." in said
    row.refresh_from_db()
    assert row.starts_at == THURSDAY + DAY - timedelta(hours=4, minutes=30)


def test_at_a_limit_the_page_offers_other_days(as_, team, at):
    done(team, team.bem, *days_before(THURSDAY, 2, 3, 5))
    row, browser = plan(team, at, start=THURSDAY + 14 * DAY), as_(team.lou)
    answer = browser.post(address_of(row), when())
    assert answer.status_code == 422
    assert "Planning stops at this limit" in answer.content.decode()
    assert [value for value, _ in answer.context["days"]][:1] == ["2026-09-21"]
    other = when(other_day="2026-09-21")
    told = browser.post(address_of(row), other)
    assert "Plan it all the same" in told.content.decode()
    seen = [word.sentence for word in told.context["telling"]]
    assert browser.post(address_of(row), {**other, "seen": seen}).status_code == 302
    row.refresh_from_db()
    assert row.starts_at.date() == date(2026, 9, 21)


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"day": ""}, "day", "Choose a day."),
        ({"day": "2026-09-15"}, "day", "That is past. If it has happened, log it."),
        ({"minutes": "0"}, "minutes", "Enter at least 1 minute."),
        ({"start_time": "x"}, "start_time", "Enter a time, like 14:00."),
        ({"day": "2026-10-01"}, "day", "Bem Adeyemi is not in the team on that day."),
    ],
)
def test_what_is_unclear_is_said_beside_its_field(
    as_, team, at, changes, field, sentence
):
    row = plan(team, at)
    team.bem.memberships.update(until_date=date(2026, 10, 1))
    answer = as_(team.lou).post(address_of(row), when(**changes))
    assert answer.status_code == 422
    assert answer.context["form"].errors == {field: [sentence]}


def test_what_is_no_longer_in_the_plan_is_said(as_, team, at):
    row, browser = plan(team, at), as_(team.lou)
    planning.take_off(activity=row, at=at)
    for answer in (
        browser.get(address_of(row), follow=True),
        browser.post(address_of(row), when(), follow=True),
    ):
        assert "It was no longer in the plan." in answer.content.decode()


@pytest.mark.parametrize("who", ["ada", "bem", "gil", "jo", "sam", "charlie"])
def test_only_coordinators_of_the_study_find_the_page(as_, team, at, who):
    row, browser = plan(team, at), as_(getattr(team, who))
    for address in (address_of(row), reverse("plan_one", args=[uuid4()])):
        assert browser.get(address).status_code == 404
        assert browser.post(address, when()).status_code == 404
    row.refresh_from_db()
    assert row.starts_at == THURSDAY


def test_a_way_of_holding_it_that_is_not_in_the_protocol_is_a_question(as_, team, at):
    agree(team.study, other_modes(), number=2, since=THURSDAY - DAY)
    browser = as_(team.lou)
    fields = {
        "study": team.study.public_id,
        "code": "209",
        "interviewer": team.bem.public_id,
        "day": "2026-09-17",
        "start_time": "14:00",
        "minutes": "60",
        "mode": "teams",
        "submission": uuid4(),
    }
    asked = browser.post(reverse("plan"), fields)
    question = "The protocol of that day does not name MS Teams. Is it the right one?"
    assert asked.status_code == 200
    assert asked.context["form"].fields["mode"].help_text == question
    assert Activity.objects.count() == 0
    assert browser.post(reverse("plan"), {**fields, "seen": question}).status_code == (
        302
    )
    assert Activity.objects.get().mode == "teams"


def other_modes():
    words = yaml.safe_load(TEXT)
    words["activities"]["interview"]["modes"] = {"phone": "telephone"}
    return yaml.safe_dump(words)
