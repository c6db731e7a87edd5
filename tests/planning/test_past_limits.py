"""Past a limit: other eyes and the person's own yes (scenarios 21 and 23)."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from notifications.models import Message
from tests.factories import join, make_interview, make_person, make_study
from tests.planning.story import THURSDAY, agree, days_before, done, plan, prepare
from wellbeing import past_limit_words, past_limits, planning
from wellbeing.models import Activity, Membership, PastLimit, Prepared, Role
from wellbeing.past_limits import State

WHY = "Only this day suits the participant."
FOURTH = "This would be number 4 in 7 days. The limit is 3."


@pytest.fixture
def team(team):
    """Bem has three in the last seven days, and Max coordinates as well."""
    done(team, team.bem, *days_before(THURSDAY, 2, 3, 5))
    team.max = join(team.study, make_person("Max Ito"), Role.COORDINATOR)
    return team


def wanted(team, **changes):
    details = {
        "study": team.study,
        "code": "209",
        "interviewer": team.bem,
        "facilitator": None,
        "start": THURSDAY,
        "minutes": 60,
        "mode": "teams",
    }
    return planning.Wanted(**{**details, **changes})


def ask(team, at, *, by=None, reason=WHY, **changes):
    return past_limits.ask(
        wanted=wanted(team, **changes), reason=reason, by=by or team.lou, at=at
    )


def planned():
    return list(Activity.objects.planned())


def waiting_messages(person):
    return Message.objects.filter(person=person, state="pending")


def test_scenario_21_reason_other_eyes_and_own_yes(db):
    """Tuesday 15 September 2020: Bem has three in seven days, Lou plans a fourth."""
    began = date(2019, 7, 1)
    study = make_study(opened_on=began)
    bem = join(study, make_person("Bem Adeyemi"), Role.INTERVIEWER, since=began)
    lou, fay = (
        join(study, make_person(name), Role.COORDINATOR, since=began)
        for name in ("Lou Brennan", "Fay Lindqvist")
    )
    agree(study, since=datetime(2020, 7, 26, 23, tzinfo=UTC))
    prepare(study, bem, day=date(2019, 9, 2))
    at, friday = (
        datetime(2020, 9, 15, 15, tzinfo=UTC),
        datetime(2020, 9, 18, 13, tzinfo=UTC),
    )
    for code, end in enumerate(days_before(friday, 4, 5, 6)):
        make_interview(study, bem, ended=end, code=str(code))
    fourth = planning.Wanted(study, "209", bem, None, friday, 60, "teams")
    row = past_limits.ask(wanted=fourth, reason=WHY, by=lou, at=at)
    assert (row.limit_words, row.asked_by, row.reason) == (FOURTH, lou, WHY)
    past_limits.answer(wish=row, by=bem, yes=True, at=at)
    assert planned() == []
    row = past_limits.decide(wish=row, by=fay, yes=True, at=at)
    assert planned() == [row.activity]
    assert (row.activity.starts_at, row.activity.planned_by) == (friday, lou)
    assert [(e.person, e.role) for e in row.activity.exposures.all()] == [
        (bem, "interviewer")
    ]


def test_scenario_23_nobody_decides_about_their_own_limit(team, at):
    done(team, team.fay, *days_before(THURSDAY, 2, 3, 5))
    row = ask(team, at, by=team.fay, interviewer=team.fay)
    for who in (team.fay, team.charlie, team.ada, team.sam):
        with pytest.raises(past_limits.NotTheirs):
            past_limits.decide(wish=row, by=who, yes=True, at=at)
    with pytest.raises(past_limits.NotTheirs):
        past_limits.answer(wish=row, by=team.lou, yes=True, at=at)
    assert planned() == []
    assert not waiting_messages(team.fay).exists()
    row = past_limits.decide(wish=row, by=team.lou, yes=True, at=at)
    assert planned() == [row.activity]


def test_whoever_asked_never_decides_and_the_database_knows_it_too(team, at):
    row = ask(team, at)
    with pytest.raises(past_limits.NotTheirs):
        past_limits.decide(wish=row, by=team.lou, yes=True, at=at)
    for who in (team.lou, team.bem):
        with pytest.raises(IntegrityError), transaction.atomic():
            PastLimit.objects.filter(pk=row.pk).update(decided_by=who)


def test_the_first_yes_may_be_either_and_the_second_plans(team, at):
    row = ask(team, at, facilitator=team.gil)
    row = past_limits.decide(wish=row, by=team.fay, yes=True, at=at)
    assert (planned(), past_limits.state_of(row, at)) == ([], State.WAITING)
    row = past_limits.answer(wish=row, by=team.bem, yes=True, at=at)
    assert past_limits.state_of(row, at) is State.PLANNED
    assert {(e.person, e.role) for e in row.activity.exposures.all()} == {
        (team.bem, "interviewer"),
        (team.gil, "facilitator"),
    }


@pytest.mark.parametrize("who", ["person", "coordinator"])
def test_a_no_by_either_ends_it_and_writes_to_nobody(team, at, who):
    row = ask(team, at)
    before = Message.objects.count()
    if who == "person":
        past_limits.decide(wish=row, by=team.fay, yes=True, at=at)
        row = past_limits.answer(wish=row, by=team.bem, yes=False, at=at)
    else:
        row = past_limits.decide(wish=row, by=team.fay, yes=False, at=at)
        with pytest.raises(past_limits.Over):
            past_limits.answer(wish=row, by=team.bem, yes=True, at=at)
    assert (planned(), past_limits.state_of(row, at)) == ([], State.NOT_PLANNED)
    assert Message.objects.count() == before
    assert not waiting_messages(team.bem).exists()
    for by in (team.fay, team.max):
        with pytest.raises(past_limits.Over):
            past_limits.decide(wish=row, by=by, yes=who == "coordinator", at=at)


def test_a_yes_may_become_a_no_until_it_is_planned(team, at):
    row = ask(team, at)
    past_limits.answer(wish=row, by=team.bem, yes=True, at=at)
    past_limits.answer(wish=row, by=team.bem, yes=False, at=at)
    with pytest.raises(past_limits.Over):
        past_limits.decide(wish=row, by=team.fay, yes=True, at=at)
    other = ask(team, at, code="210")
    past_limits.decide(wish=other, by=team.fay, yes=True, at=at)
    past_limits.decide(wish=other, by=team.fay, yes=False, at=at)
    with pytest.raises(past_limits.Over):
        past_limits.answer(wish=other, by=team.bem, yes=True, at=at)
    assert planned() == []


def test_the_same_word_twice_is_one(team, at):
    row = ask(team, at)
    for _ in range(2):
        past_limits.decide(wish=row, by=team.fay, yes=True, at=at)
    for _ in range(2):
        past_limits.answer(wish=row, by=team.bem, yes=True, at=at)
    assert len(planned()) == 1
    with pytest.raises(past_limits.Over):
        past_limits.answer(wish=row, by=team.bem, yes=False, at=at)
    assert len(planned()) == 1


def test_the_person_is_told_once_in_quiet_words(team, at):
    row = ask(team, at)
    assert ask(team, at).pk == row.pk
    message = Message.objects.get()
    assert (message.person, message.channel, message.template) == (
        team.bem,
        "email",
        "past_limit_asked",
    )
    assert message.context == {"path": f"/asked/{row.public_id}/"}
    assert message.expires_at == THURSDAY


def test_asking_twice_is_one_wish_and_keeps_the_first_words(team, at):
    row = ask(team, at)
    again = ask(team, at, by=team.fay, reason="Another sentence.")
    assert (again.pk, again.asked_by, again.reason) == (row.pk, team.lou, WHY)
    assert PastLimit.objects.count() == 1


def test_another_length_is_another_question(team, at):
    row = ask(team, at)
    past_limits.answer(wish=row, by=team.bem, yes=True, at=at)
    later = at + timedelta(minutes=5)
    again = ask(team, later, minutes=90)
    assert (again.pk, again.minutes, again.person_yes) == (row.pk, 90, None)
    assert [m.state for m in Message.objects.order_by("pk")] == ["cancelled", "pending"]


def test_what_was_not_planned_is_not_asked_again(team, at):
    row = ask(team, at)
    past_limits.answer(wish=row, by=team.bem, yes=False, at=at)
    with pytest.raises(past_limits.AnsweredBefore):
        ask(team, at, by=team.fay)
    assert ask(team, at, start=THURSDAY + timedelta(hours=1)).pk != row.pk


def test_without_a_second_coordinator_nobody_can_ask(team, at):
    team.max.memberships.update(until_date=at.date())
    team.fay.memberships.filter(role=Role.COORDINATOR).update(until_date=at.date())
    with pytest.raises(past_limits.NobodyToDecide):
        ask(team, at)
    join(team.elsewhere, make_person("Elsewhere"), Role.COORDINATOR)
    join(team.study, make_person("Gone", is_active=False), Role.COORDINATOR)
    with pytest.raises(past_limits.NobodyToDecide):
        ask(team, at)


def test_only_who_is_at_a_limit_is_asked(team, at):
    with pytest.raises(past_limit_words.NoLimit):
        ask(team, at, interviewer=team.ada)
    row = ask(team, at, interviewer=team.ada, facilitator=team.bem)
    assert past_limits.asked_people(row) == [team.bem]
    assert (row.limit_words, row.facilitator_words) == ("", FOURTH)
    assert [m.person for m in Message.objects.filter(state="pending")] == [team.bem]
    with pytest.raises(past_limits.NotTheirs):
        past_limits.answer(wish=row, by=team.ada, yes=True, at=at)
    past_limits.decide(wish=row, by=team.fay, yes=True, at=at)
    row = past_limits.answer(wish=row, by=team.bem, yes=True, at=at)
    assert [(e.person, e.role) for e in row.activity.exposures.order_by("role")] == [
        (team.bem, "facilitator"),
        (team.ada, "interviewer"),
    ]


def test_two_people_at_a_limit_are_both_asked_and_one_no_ends_it(team, at):
    done(team, team.ada, *days_before(THURSDAY, 1, 2, 3))
    for words, state in (((True, True), "planned"), ((True, False), "not planned")):
        row = ask(team, at, interviewer=team.ada, facilitator=team.bem)
        assert past_limits.asked_people(row) == [team.ada, team.bem]
        past_limits.decide(wish=row, by=team.fay, yes=True, at=at)
        for person, yes in zip((team.ada, team.bem), words, strict=True):
            assert past_limits.state_of(row, at) == "waiting"
            row = past_limits.answer(wish=row, by=person, yes=yes, at=at)
        assert past_limits.state_of(row, at) == state
        assert list(past_limits.open_for(person=team.ada, at=at)) == []
        if row.activity:
            planning.take_off(activity=row.activity, at=at)


def test_nobody_at_a_limit_decides_about_it_whatever_their_part(team, at):
    done(team, team.fay, *days_before(THURSDAY, 1, 2, 3))
    ended = Membership.objects.filter(person=team.max)
    ended.update(until_date=at.date())
    with pytest.raises(past_limits.NobodyToDecide):
        ask(team, at, interviewer=team.ada, facilitator=team.fay)
    ended.update(until_date=None)
    row = ask(team, at, interviewer=team.ada, facilitator=team.fay)
    with pytest.raises(past_limits.NotTheirs):
        past_limits.decide(wish=row, by=team.fay, yes=True, at=at)
    rows = PastLimit.objects.filter(pk=row.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(decided_by=team.fay, decided_at=at, decided_yes=True)


def test_a_limit_by_week_and_in_a_row_is_measured_too():
    row = PastLimit(limit_words="This would be 4 days in a row. The limit is 3.")
    for now, covered in (
        ("This would be 4 days in a row. The limit is 3.", True),
        ("This would be 5 days in a row. The limit is 3.", False),
        ("This would be number 17 in that week. The limit is 16.", False),
    ):
        words = past_limit_words.Words(None, now, None, "")
        assert words.covered_by(row) is covered


def test_asking_stops_where_planning_stops(team, at):
    team.study.pauses.create(starts_on=date(2026, 9, 17), reason="x")
    with pytest.raises(planning.StudyPaused):
        ask(team, at)
    team.study.pauses.all().delete()
    with pytest.raises(planning.AlreadyStarted):
        ask(team, at, start=at)
    Prepared.objects.filter(person=team.bem, step="role_play").delete()
    with pytest.raises(planning.NotPrepared):
        ask(team, at)


def both_but_the_last(team, at, **changes):
    """Fay has said yes; Bem's yes would plan it."""
    row = ask(team, at, **changes)
    return past_limits.decide(wish=row, by=team.fay, yes=True, at=at)


def answer_yes(team, row, at):
    return past_limits.answer(wish=row, by=team.bem, yes=True, at=at)


def test_the_last_yes_asks_again_whether_the_study_plans(team, at):
    row = both_but_the_last(team, at)
    team.study.pauses.create(starts_on=date(2026, 9, 16), reason="x")
    later = at + timedelta(days=1)
    with pytest.raises(planning.StudyPaused):
        answer_yes(team, row, later)
    row.refresh_from_db()
    assert (row.person_yes, planned()) == (None, [])
    team.study.pauses.update(ends_on=date(2026, 9, 17))
    with pytest.raises(planning.StudyPaused):
        answer_yes(team, row, later)
    team.study.pauses.all().delete()
    assert answer_yes(team, row, later).activity is not None


def test_the_last_yes_asks_again_whether_the_number_is_free(team, at):
    row = both_but_the_last(team, at)
    other = plan(team, at, interviewer=team.ada)
    with pytest.raises(planning.NumberTaken):
        answer_yes(team, row, at)
    planning.take_off(activity=other, at=at)
    assert planned() == []
    assert answer_yes(team, row, at).activity.code == "209"


def test_the_last_yes_asks_again_who_is_in_the_team(team, at):
    row = both_but_the_last(team, at, facilitator=team.gil)
    Membership.objects.filter(person=team.gil).update(until_date=date(2026, 9, 17))
    with pytest.raises(planning.NotInTheTeam) as refusal:
        answer_yes(team, row, at)
    assert refusal.value.person == team.gil


def test_after_the_start_there_is_nothing_to_answer_and_nobody_hears(team, at):
    row = both_but_the_last(team, at)
    assert list(past_limits.open_in(study=team.study, at=at)) == [row]
    assert list(past_limits.open_for(person=team.bem, at=at)) == [row]
    with pytest.raises(past_limits.Over):
        answer_yes(team, row, THURSDAY)
    assert past_limits.state_of(row, THURSDAY) is State.NOT_PLANNED
    assert list(past_limits.open_in(study=team.study, at=THURSDAY)) == []
    assert list(past_limits.open_for(person=team.bem, at=THURSDAY)) == []
    assert Message.objects.count() == 1


def test_a_limit_that_is_free_again_meanwhile_stops_nothing(team, at):
    row = both_but_the_last(team, at)
    Activity.objects.filter(exposures__person=team.bem).update(withdrawn_at=at)
    assert answer_yes(team, row, at).activity.starts_at == THURSDAY


def test_less_than_was_asked_is_planned_and_more_is_another_question(team, at):
    done(team, team.bem, THURSDAY - timedelta(days=4))
    row = both_but_the_last(team, at)
    assert row.limit_words == "This would be number 5 in 7 days. The limit is 3."
    done(team, team.bem, THURSDAY - timedelta(days=4, hours=3))
    with pytest.raises(past_limits.LimitMoved):
        answer_yes(team, row, at)
    again = ask(team, at + timedelta(minutes=1))
    assert (again.pk, again.decided_yes) == (row.pk, None)
    assert again.limit_words == "This would be number 6 in 7 days. The limit is 3."
    past_limits.decide(wish=again, by=team.fay, yes=True, at=at)
    last = Activity.objects.done().latest("pk")
    Activity.objects.filter(pk=last.pk).update(withdrawn_at=at)
    assert answer_yes(team, again, at).activity is not None


def test_a_role_that_was_taken_away_decides_nothing(team, at):
    row = ask(team, at)
    team.fay.memberships.filter(role=Role.COORDINATOR).update(until_date=at.date())
    with pytest.raises(past_limits.NotTheirs):
        past_limits.decide(wish=row, by=team.fay, yes=True, at=at)


def test_taken_off_the_plan_it_can_be_asked_anew(team, at):
    row = answer_yes(team, both_but_the_last(team, at), at)
    planning.take_off(activity=row.activity, at=at)
    row = PastLimit.objects.get()
    assert past_limits.state_of(row, at) is State.NOT_PLANNED
    assert ask(team, at).pk != row.pk


def test_many_limits_at_once_fit_into_the_row(team, at):
    for hours in (1, 2, 4, 6):
        done(team, team.bem, THURSDAY - timedelta(hours=hours))
    row = ask(team, at)
    assert row.limit_words == (
        "This would be number 5 on that day. The limit is 2. "
        "This would be number 8 in 7 days. The limit is 3."
    )
    long = "This would be " + "9" * 180
    assert len(past_limit_words.fitting([long, long])) == 200


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
def test_two_coordinators_and_the_person_at_once_make_one_plan(team, at):
    row = ask(team, at)
    said = []

    def press(verb, by, yes):
        try:
            verb(wish=row, by=by, yes=yes, at=at)
            said.append("taken")
        except (past_limits.Over, planning.Busy) as refusal:
            said.append(type(refusal).__name__)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=press, args=args)
        for args in (
            (past_limits.decide, team.fay, True),
            (past_limits.decide, team.max, True),
            (past_limits.answer, team.bem, True),
        )
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(said) == ["Over", "taken", "taken"]
    assert len(planned()) == 1
