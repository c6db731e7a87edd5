"""Taking a study from stage to stage: days, order, and who is told."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
import yaml
from django.db import IntegrityError, transaction

from notifications.models import Message
from sessions import booking as bookings
from sessions import ways
from sessions.models import Booking
from tests.factories import join, make_interview, make_person
from tests.flows.test_separation import seen as seen_by
from tests.life.conftest import HEART
from tests.planning.story import plan as plan_one
from tests.planning.story import prepare
from wellbeing import planning, studies
from wellbeing.comebacks import came_back
from wellbeing.life import state, steps
from wellbeing.life.stages import Stage
from wellbeing.models import NextLook, Offer, Pause, Role, Study, StudyChange
from wellbeing.protocol import lengths
from wellbeing.ticking import tick

What = StudyChange.What
TODAY = date(2026, 9, 15)
TOMORROW, YESTERDAY = date(2026, 9, 16), date(2026, 9, 14)


def stage_of(team, day=TODAY):
    return state.stage(study=team.study, day=day)


def test_a_whole_life(agreed, take):
    agreed.study.opened_on = None
    agreed.study.save()
    found = [stage_of(agreed)]
    for what in (What.BEGUN, What.PAUSED):
        take(what, TODAY)
        found.append(stage_of(agreed))
    take(What.RESUMED, date(2026, 9, 20), pause=Pause.objects.get())
    found.append(stage_of(agreed, date(2026, 9, 20)))
    for what in (What.FINISHED, What.ANALYSIS, What.CLOSED):
        take(what, TODAY)
        found.append(stage_of(agreed))
    assert found == [
        Stage.SETTING_UP,
        Stage.ACTIVE,
        Stage.PAUSED,
        Stage.ACTIVE,
        Stage.FINISHED,
        Stage.ANALYSIS,
        Stage.CLOSED,
    ]
    kept = StudyChange.objects.order_by("pk").values_list("what", "by", "reason")
    assert {(by, reason) for _, by, reason in kept} == {
        (agreed.lou.pk, "The ethics board asked for it.")
    }
    assert len(kept) == 6


@pytest.mark.parametrize(
    ("what", "day"),
    [
        (What.BEGUN, TODAY),
        (What.ANALYSIS, TODAY),
        (What.RESUMED, TODAY),
        (What.REOPENED, None),
        (What.SUPPORT_ENDS, date(2027, 1, 1)),
        (What.SUPPORT_STAYS, None),
    ],
)
def test_a_step_that_does_not_follow_is_not_taken(agreed, take, what, day):
    with pytest.raises(steps.NotNow):
        take(what, day)
    assert StudyChange.objects.count() == 0


def test_everybody_is_looked_at_again(agreed, take, at):
    NextLook.objects.all().delete()
    take(What.PAUSED, TODAY)
    due = NextLook.objects.filter(study=agreed.study, due_at=at)
    members = agreed.study.memberships.values_list("person", flat=True)
    assert set(due.values_list("person", flat=True)) == set(members)
    assert NextLook.objects.filter(study=agreed.elsewhere).count() == 0


def test_the_same_form_twice_is_one_step(agreed, take):
    form = uuid4()
    first = take(What.PAUSED, TODAY, submission=form, seen=0)
    again = take(What.PAUSED, TODAY, submission=form, seen=0)
    assert again == first
    assert (Pause.objects.count(), StudyChange.objects.count()) == (1, 1)


def test_who_has_not_seen_the_last_step_takes_none(agreed, take):
    take(What.FINISHED, TODAY)
    with pytest.raises(steps.ChangedMeanwhile):
        take(What.CLOSED, TODAY, by=agreed.fay, seen=0)
    assert Study.objects.get(pk=agreed.study.pk).closed_on is None


def test_a_step_waits_for_its_day_and_can_be_given_another(agreed, take):
    take(What.FINISHED, date(2026, 10, 1))
    assert stage_of(agreed) is Stage.ACTIVE
    take(What.FINISHED, date(2026, 10, 8))
    assert stage_of(agreed, date(2026, 10, 7)) is Stage.ACTIVE
    assert stage_of(agreed, date(2026, 10, 8)) is Stage.FINISHED


def test_days_out_of_order_are_said_in_a_sentence_and_nothing_is_written(agreed, take):
    take(What.FINISHED, date(2026, 10, 8))
    with pytest.raises(steps.DayNotPossible, match="closes before interviews finish"):
        take(What.CLOSED, date(2026, 10, 1))
    with pytest.raises(steps.DayNotPossible, match="ten years"):
        take(What.CLOSED, date(9999, 12, 31))
    assert agreed.study.closed_on is None
    assert StudyChange.objects.count() == 1


def test_opening_again_brings_planning_and_support_back(agreed, take):
    take(What.CLOSED, TODAY)
    take(What.SUPPORT_ENDS, date(2026, 10, 30))
    take(What.REOPENED)
    assert stage_of(agreed) is Stage.ACTIVE
    assert agreed.study.support_ends_on is None


# --- pauses -------------------------------------------------------------------------


def test_two_pauses_of_one_place_do_not_overlap(agreed, take):
    take(What.PAUSED, date(2026, 10, 1))
    with pytest.raises(steps.DayNotPossible, match="pause then already"):
        take(What.PAUSED, TODAY)
    take(What.RESUMED, date(2026, 10, 8), pause=Pause.objects.get())
    take(What.PAUSED, date(2026, 10, 8))
    assert Pause.objects.count() == 2


def test_a_pause_that_has_not_begun_is_taken_back(agreed, take, at):
    prepare(agreed.study, agreed.bem)
    take(What.PAUSED, TOMORROW)
    with pytest.raises(planning.StudyPaused):
        plan_one(agreed, at)
    change = take(What.RESUMED, TODAY, pause=Pause.objects.get())
    assert (change.what, Pause.objects.count()) == (What.PAUSE_TAKEN_BACK, 0)
    tick(at=at)
    assert Offer.objects.filter(rule="coming_back").count() == 0
    assert plan_one(agreed, at).logged_at is None


def test_a_pause_that_began_does_not_end_before_it(agreed, take):
    take(What.PAUSED, YESTERDAY)
    with pytest.raises(steps.DayNotPossible, match="had not begun"):
        take(What.RESUMED, YESTERDAY, pause=Pause.objects.get())
    assert Pause.objects.get().ends_on is None


def test_a_pause_that_is_over_has_its_end(agreed, take):
    take(What.PAUSED, date(2026, 9, 1))
    pause = Pause.objects.get()
    take(What.RESUMED, TODAY, pause=pause)
    with pytest.raises(steps.NotNow):
        take(What.RESUMED, TOMORROW, pause=pause)


def test_a_pause_of_another_study_is_unknown(agreed, take):
    theirs = agreed.elsewhere.pauses.create(starts_on=TODAY, reason="x")
    take(What.PAUSED, TODAY)
    with pytest.raises(steps.NotNow):
        take(What.RESUMED, TOMORROW, pause=theirs)
    with pytest.raises(steps.NoSuchPlace):
        take(What.PAUSED, TOMORROW, site="the moon")


# --- going on after a pause (scenario 30) -------------------------------------------


def test_going_on_offers_a_conversation_lowers_limits_and_wants_the_refresher(
    agreed, take, at
):
    take(What.PAUSED, date(2026, 8, 3))
    leaver = join(agreed.study, make_person("Noa Leaver"), Role.INTERVIEWER)
    agreed.study.memberships.filter(person=leaver).update(until_date=TODAY)
    text = _with_refresher()
    studies.add_version(
        study=agreed.study, text=text, reason="v2", active_from=at, at=at
    )
    prepare(agreed.study, agreed.ada, agreed.bem)
    take(What.RESUMED, TOMORROW, pause=Pause.objects.get())
    back = datetime(2026, 9, 15, 23, 0, tzinfo=UTC)
    tick(at=at)
    assert Offer.objects.filter(rule="coming_back").count() == 0
    tick(at=back)
    offered = Offer.objects.filter(rule="coming_back")
    assert {one.person for one in offered} == {
        agreed.ada,
        agreed.bem,
        agreed.gil,
        agreed.fay,
    }
    start = datetime(2026, 9, 17, 13, tzinfo=UTC)
    with pytest.raises(planning.NotPrepared) as stopped:
        plan_one(agreed, back, start=start)
    assert [one.step for one in stopped.value.steps] == ["remote_refresher"]
    prepare(agreed.study, agreed.bem, steps=("remote_refresher",))
    for days in (0, 1):
        moment = start + timedelta(days=days)
        plan_one(agreed, back, start=moment, code=f"3{days}", seen=_all(agreed, moment))
    # Three in seven days, halved and rounded up: at two planning stops.
    with pytest.raises(planning.LimitReached):
        plan_one(agreed, back, start=start + timedelta(days=4), code="33")


def _with_refresher():
    text = yaml.safe_load(HEART)
    text["steps"]["remote_refresher"] = {"called": "remote refresher", "how": "An hour"}
    text["before"]["interview"]["interviewer"].append("remote_refresher")
    return yaml.safe_dump(text)


def _all(team, start):
    """Every soft notice, as somebody who has read them all."""
    found = planning.notices(
        study=team.study,
        person=team.bem,
        start=start,
        minutes=60,
        at=start - timedelta(days=1),
    )
    return [f"{team.bem.name}: {one.sentence}" for one in found]


@pytest.mark.parametrize(
    ("paused", "resumed", "midnight"),
    [
        # The clocks go back on 25 October 2026, and forward on 28 March 2027.
        (date(2026, 10, 24), date(2026, 10, 26), datetime(2026, 10, 26, 0, tzinfo=UTC)),
        (date(2027, 3, 27), date(2027, 3, 29), datetime(2027, 3, 28, 23, tzinfo=UTC)),
    ],
)
def test_a_pause_over_a_clock_change_ends_at_midnight_where_the_study_is(
    agreed, take, paused, resumed, midnight
):
    take(What.PAUSED, paused)
    take(What.RESUMED, resumed, pause=Pause.objects.get())
    tick(at=midnight - timedelta(minutes=1))
    assert Offer.objects.filter(rule="coming_back").count() == 0
    tick(at=midnight)
    assert Offer.objects.filter(rule="coming_back", person=agreed.ada).count() == 1


# --- times in person (scenario 29) --------------------------------------------------


@pytest.fixture
def in_person(agreed, at):
    """Ada meets Dr Jo in a room on Thursday, and Bem by phone after that."""

    def booked(person, supporter, hour, mode, day=17):
        start = datetime(2026, 9, day, hour, tzinfo=UTC)
        return Booking.objects.create(
            supporter=supporter,
            person=person,
            kind="debrief",
            starts_at=start,
            ends_at=start + timedelta(minutes=50),
            mode=mode,
            place="Room 4" if mode == "in_person" else "",
            made_at=at,
            agreed_at=at,
        )

    booked(agreed.bem, agreed.dr_jo, 14, "phone")
    return booked(agreed.ada, agreed.dr_jo, 10, "in_person")


def asked():
    rows = Message.objects.filter(template="way_asked").not_yet_sent()
    return {row.person for row in rows}


def test_both_are_asked_to_choose_another_way_and_the_time_stays(
    agreed, take, in_person
):
    take(What.PAUSED, TODAY, apart=True)
    assert asked() == {agreed.ada, agreed.jo}
    in_person.refresh_from_db()
    assert (in_person.freed_at, in_person.mode) == (None, "in_person")


def test_nobody_is_asked_when_people_can_meet_as_before(agreed, take, in_person):
    take(What.PAUSED, TODAY)
    assert asked() == set()


def test_a_time_before_the_pause_is_left_alone(agreed, take, in_person):
    take(What.PAUSED, date(2026, 9, 18), apart=True)
    assert asked() == set()


def test_the_first_word_counts_and_the_other_is_told(agreed, take, at, in_person):
    take(What.PAUSED, TODAY, apart=True)
    ways.choose(booking=in_person, mode="phone", by=agreed.ada, at=at)
    ways.choose(booking=in_person, mode="phone", by=agreed.jo, at=at)
    with pytest.raises(bookings.NoLongerThere):
        ways.choose(booking=in_person, mode="video", by=agreed.jo, at=at)
    in_person.refresh_from_db()
    assert (in_person.mode, in_person.place) == ("phone", "")
    told = Message.objects.filter(template="way_chosen")
    assert [row.person for row in told] == [agreed.jo]
    assert asked() == set()


def test_a_pause_taken_back_asks_no_more_and_asks_anew_another_time(
    agreed, take, at, in_person
):
    take(What.PAUSED, TOMORROW, apart=True)
    take(What.RESUMED, TODAY, pause=Pause.objects.get())
    assert asked() == set()
    with pytest.raises(bookings.NoLongerThere):
        ways.choose(booking=in_person, mode="phone", by=agreed.ada, at=at)
    take(What.PAUSED, TOMORROW, apart=True, moment=at + timedelta(hours=1))
    assert asked() == {agreed.ada, agreed.jo}


def test_a_time_after_the_end_of_the_pause_needs_no_choice(agreed, take, in_person):
    take(What.PAUSED, TODAY, apart=True)
    take(What.RESUMED, date(2026, 9, 17), pause=Pause.objects.get())
    assert asked() == set()


def test_the_page_of_the_booking_asks_its_two_people_and_nobody_else(
    agreed, take, in_person, clock, browse
):
    take(What.PAUSED, TODAY, apart=True)
    page = f"/bookings/{in_person.public_id}/"
    for person in (agreed.ada, agreed.jo):
        assert "By phone or by video?" in browse(person).get(page).content.decode()
    for person in (agreed.lou, agreed.bem, agreed.charlie):
        browser = browse(person)
        assert browser.get(page).status_code == 404
        assert browser.post(f"{page}way/", {"mode": "phone"}).status_code == 404
    browse(agreed.ada).post(f"{page}way/", {"mode": "on the moon"})
    in_person.refresh_from_db()
    assert in_person.mode == "in_person"
    browse(agreed.ada).post(f"{page}way/", {"mode": "video"})
    in_person.refresh_from_db()
    assert in_person.mode == "video"


def test_the_one_who_pauses_cannot_tell_whether_anybody_was_asked(
    agreed, take, in_person, clock
):
    take(What.PAUSED, TODAY, apart=True)
    life = f"/studies/{agreed.study.public_id}/life/"
    pages = ("/studies/", "/plan/", "/load/", life)
    with_it = seen_by(agreed.lou, pages)
    Booking.objects.filter(pk=in_person.pk).delete()
    Message.objects.all().delete()
    assert seen_by(agreed.lou, pages) == with_it


# --- the end of support -------------------------------------------------------------


def told_of_the_end():
    rows = Message.objects.filter(template="support_ends").not_yet_sent()
    return {row.person for row in rows}


def test_support_ends_by_a_step_of_its_own_on_a_day_that_people_are_told(
    agreed, take, at
):
    take(What.CLOSED, TODAY)
    assert agreed.study.support_ends_on is None
    take(What.SUPPORT_ENDS, date(2026, 10, 30))
    assert told_of_the_end() == {agreed.ada, agreed.bem, agreed.gil, agreed.fay}
    assert agreed.study.support_over(date(2026, 10, 29)) is False
    assert agreed.study.support_over(date(2026, 10, 30)) is True


def test_support_does_not_end_before_an_offer_of_today_has_run_out(agreed, take, at):
    take(What.CLOSED, TODAY)
    first = steps.support_may_end_from(study=agreed.study, at=at)
    assert first == date(2026, 9, 23)
    with pytest.raises(steps.DayNotPossible, match="23 September 2026"):
        take(What.SUPPORT_ENDS, date(2026, 9, 22))
    take(What.SUPPORT_ENDS, first)
    assert agreed.study.support_ends_on == first


def test_another_day_is_told_anew_and_a_day_taken_back_is_not_told(agreed, take, at):
    take(What.CLOSED, TODAY)
    take(What.SUPPORT_ENDS, date(2026, 10, 30))
    take(What.SUPPORT_ENDS, date(2026, 11, 30), moment=at + timedelta(minutes=1))
    rows = Message.objects.filter(template="support_ends").not_yet_sent()
    assert {row.context["last_at"][:10] for row in rows} == {"2026-11-29"}
    take(What.SUPPORT_STAYS)
    assert told_of_the_end() == set()


def test_the_database_keeps_support_on_while_the_study_is_open(agreed):
    with pytest.raises(IntegrityError), transaction.atomic():
        Study.objects.filter(pk=agreed.study.pk).update(support_ends_on=TODAY)


def test_a_pause_lies_in_days_of_the_study_and_not_of_utc(agreed, take):
    """At half past eleven at night in New York it is the next day in UTC."""
    agreed.study.time_zone = "America/New_York"
    agreed.study.save()
    late = datetime(2026, 9, 16, 3, 30, tzinfo=UTC)
    assert agreed.study.day(late) == TODAY
    take(What.PAUSED, TOMORROW, moment=late)
    change = take(What.RESUMED, TODAY, pause=Pause.objects.get(), moment=late)
    assert change.what == What.PAUSE_TAKEN_BACK
    assert (
        lengths.at_wall_time(TODAY, steps.telling.MIDNIGHT, "America/New_York") < late
    )


def test_a_place_that_goes_on_after_a_pause_has_its_own_ramp(agreed, take, at):
    """The pause of one place lowers nobody's limits elsewhere."""
    make_interview(agreed.study, agreed.ada, ended=at - timedelta(days=40))
    agreed.study.pauses.create(
        starts_on=date(2026, 8, 3), ends_on=YESTERDAY, reason="x", site="north"
    )
    team = agreed.study.teams.create(name="Team 1", site="north")
    agreed.study.memberships.filter(person=agreed.bem).update(team=team)
    found = came_back(
        study=agreed.study, people=[agreed.ada.pk, agreed.bem.pk], day=TODAY
    )
    assert found == {agreed.ada.pk: None, agreed.bem.pk: YESTERDAY}
