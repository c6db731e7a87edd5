"""What comes before an activity stops planning, and never logging (scenario 24)."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
import yaml

from tests.factories import join, make_interview, make_person, make_study
from tests.planning.story import TEXT, THURSDAY, agree, plan, prepare
from wellbeing import activities, planning, preparation
from wellbeing.activities import Entry
from wellbeing.models import Activity, Membership, Prepared, Role
from wellbeing.planning.room import document_at


@pytest.fixture
def esi(team):
    """An interviewer who has not observed a live interview yet."""
    esi = join(team.study, make_person("Esi Marsh"), Role.INTERVIEWER)
    prepare(team.study, esi, steps=("interview_training", "role_play"))
    return esi


def observe(team, person, at):
    return make_interview(
        team.study, person, ended=at - timedelta(days=1), role=Role.OBSERVER, code="X"
    )


def short_of(steps):
    return [(one.person.name, one.role, one.called, one.how) for one in steps]


LIVE = (
    "Esi Marsh",
    "interviewer",
    "live observation",
    "Sit in on one interview as an observer",
)


def test_planning_stops_with_the_missing_step_and_how_to_do_it(team, at, esi):
    with pytest.raises(planning.NotPrepared) as stop:
        plan(team, at, by=team.fay, interviewer=esi)
    assert short_of(stop.value.steps) == [LIVE]
    assert Activity.objects.count() == 0


def test_a_noted_step_opens_planning_and_an_undone_one_closes_it(team, at, esi):
    preparation.note(
        study=team.study,
        person=esi,
        step="live_observation",
        done_on=date(2026, 9, 14),
        by=team.lou,
        at=at,
    )
    row = plan(team, at, interviewer=esi)
    preparation.undo(study=team.study, person=esi, step="live_observation")
    with pytest.raises(planning.NotPrepared):
        plan(team, at, code="210", interviewer=esi, start=THURSDAY + timedelta(days=4))
    assert list(Activity.objects.planned()) == [row]


def test_who_has_observed_an_interview_of_the_study_has_done_it(team, at, esi):
    observe(team, esi, at)
    assert plan(team, at, interviewer=esi).planned_by == team.lou


def test_an_observation_elsewhere_or_taken_back_or_only_planned_does_not_count(
    team, at, esi
):
    make_interview(
        team.elsewhere, esi, ended=at - timedelta(days=1), role=Role.OBSERVER
    )
    taken_back = observe(team, esi, at)
    Activity.objects.filter(pk=taken_back.pk).update(withdrawn_at=at)
    planned = observe(team, esi, at)
    Activity.objects.filter(pk=planned.pk).update(logged_at=None, code="Y")
    with pytest.raises(planning.NotPrepared) as stop:
        plan(team, at, interviewer=esi)
    assert short_of(stop.value.steps) == [LIVE]


def test_a_facilitator_needs_only_what_the_protocol_asks_of_that_role(team, at, esi):
    assert plan(team, at, facilitator=esi).exposures.count() == 2


def test_the_protocol_of_the_day_of_the_interview_says_what_comes_first(team, at):
    words = yaml.safe_load(TEXT)
    words["steps"]["refresher"] = {"called": "remote refresher", "how": "Half an hour"}
    words["before"]["interview"]["interviewer"].append("refresher")
    agree(team.study, yaml.safe_dump(words), number=2, since=THURSDAY)
    assert plan(team, at, start=THURSDAY - timedelta(hours=1)).code == "209"
    with pytest.raises(planning.NotPrepared) as stop:
        plan(team, at, code="210", start=THURSDAY + timedelta(hours=1))
    assert [one.called for one in stop.value.steps] == ["remote refresher"]


def test_a_document_without_steps_is_free_and_asks_nothing(
    team, at, django_assert_num_queries
):
    nobody = make_person("New")
    with django_assert_num_queries(0):
        assert (
            preparation.missing(
                study=team.study, document=None, places=[(nobody, "interviewer")]
            )
            == []
        )


def log_one(team, person, at):
    entry = Entry(
        study=team.study,
        role="interviewer",
        code="300",
        starts_at=at - timedelta(hours=2),
        ends_at=at - timedelta(hours=1),
        mode="teams",
        companion=None,
        others=(),
        submission=uuid4(),
    )
    return activities.log_interview(
        entry=entry, by=person, answer="", wish=None, at=at
    ).activity


def test_a_log_is_saved_all_the_same_and_leaves_a_neutral_note(team, at, esi):
    activity = log_one(team, esi, at)
    assert list(Activity.objects.done()) == [activity]
    assert activities.offer_about(activity, esi) is not None
    found = preparation.logged_all_the_same(study=team.study, at=at)
    assert short_of(found) == [LIVE]


def test_the_note_goes_with_the_step_the_role_and_the_log(team, at, esi):
    activity = log_one(team, esi, at)
    prepare(team.study, esi, steps=("live_observation",))
    assert preparation.logged_all_the_same(study=team.study, at=at) == []
    Prepared.objects.filter(person=esi, step="live_observation").delete()
    activities.take_back(activity=activity, by=esi, at=at)
    assert preparation.logged_all_the_same(study=team.study, at=at) == []
    Activity.objects.update(withdrawn_at=None)
    Membership.objects.filter(person=esi).update(until_date=at.date())
    assert preparation.logged_all_the_same(study=team.study, at=at) == []


def test_what_was_logged_under_an_earlier_protocol_leaves_no_note(team, at, esi):
    log_one(team, esi, at)
    agree(team.study, number=2, since=at)
    assert preparation.logged_all_the_same(study=team.study, at=at) == []


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"step": "pottery"}, preparation.NoSuchStep),
        ({"done_on": date(2026, 9, 16)}, preparation.StillToCome),
        ({"person": "charlie"}, preparation.NotInTheTeam),
        ({"person": "lou"}, preparation.NotInTheTeam),
    ],
)
def test_only_what_was_done_by_somebody_of_the_team_is_noted(
    team, at, changes, refusal
):
    details = {"step": "role_play", "done_on": at.date(), "person": "gil", **changes}
    person = getattr(team, details.pop("person"))
    with pytest.raises(refusal):
        preparation.note(study=team.study, person=person, by=team.lou, at=at, **details)
    assert not Prepared.objects.filter(person=person).exists()


def test_noting_twice_keeps_one_row_with_the_later_word(team, at):
    for day, by in ((date(2026, 9, 1), team.lou), (date(2026, 9, 2), team.fay)):
        preparation.note(
            study=team.study,
            person=team.gil,
            step="role_play",
            done_on=day,
            by=by,
            at=at,
        )
    row = Prepared.objects.get(person=team.gil)
    assert (row.done_on, row.noted_by, row.noted_at) == (day, team.fay, at)


def test_undoing_twice_says_so(team):
    preparation.undo(study=team.study, person=team.bem, step="role_play")
    with pytest.raises(preparation.NotNoted):
        preparation.undo(study=team.study, person=team.bem, step="role_play")


def test_a_step_of_one_study_counts_in_no_other(team, at):
    agree(team.elsewhere)
    prepare(team.study, team.charlie)
    found = preparation.missing(
        study=team.elsewhere,
        document=document_at(team.elsewhere, at),
        places=[(team.charlie, "interviewer")],
    )
    assert [one.step for one in found] == [
        "interview_training",
        "role_play",
        "live_observation",
    ]


def test_who_has_room_is_also_prepared(team, at, esi):
    found = planning.people_with_room(
        study=team.study, start=THURSDAY, minutes=60, besides=[]
    )
    assert found == [team.ada, team.bem, team.fay]
    observe(team, esi, at)
    found = planning.people_with_room(
        study=team.study, start=THURSDAY, minutes=60, besides=[]
    )
    assert found == [team.ada, team.bem, esi, team.fay]


@pytest.fixture
def paused(db):
    """Paused from 16 March to 26 July 2020, resumed with version two (scenario 30)."""
    began = date(2019, 7, 1)
    study = make_study("The first one", opened_on=began)
    cleo = join(study, make_person("Cleo Hartley"), Role.INTERVIEWER, since=began)
    lou = join(study, make_person("Lou Brennan"), Role.COORDINATOR, since=began)
    agree(study, since=datetime(2019, 7, 1, tzinfo=UTC))
    words = yaml.safe_load(TEXT)
    words["steps"]["refresher"] = {"called": "remote refresher", "how": "An hour"}
    words["before"]["interview"]["interviewer"].append("refresher")
    agree(
        study,
        yaml.safe_dump(words),
        number=2,
        since=datetime(2020, 7, 26, 23, tzinfo=UTC),
    )
    prepare(study, cleo)
    study.pauses.create(
        starts_on=date(2020, 3, 16), ends_on=date(2020, 7, 27), reason="x"
    )
    return SimpleNamespace(study=study, cleo=cleo, lou=lou)


def plan_with_cleo(paused, *, start, at):
    return planning.plan_interview(
        study=paused.study,
        by=paused.lou,
        code="1",
        interviewer=paused.cleo,
        facilitator=None,
        minutes=60,
        mode="",
        seen=(),
        submission=uuid4(),
        start=start,
        at=at,
    )


def test_nobody_plans_into_the_pause(paused):
    april, march = (
        datetime(2020, 4, 1, 10, tzinfo=UTC),
        datetime(2020, 3, 20, 10, tzinfo=UTC),
    )
    with pytest.raises(planning.StudyPaused):
        plan_with_cleo(paused, start=april, at=march)


def test_the_refresher_of_version_two_comes_before_planning(paused):
    resumed, wednesday = (
        datetime(2020, 7, 27, 8, tzinfo=UTC),
        datetime(2020, 7, 29, 10, tzinfo=UTC),
    )
    with pytest.raises(planning.NotPrepared) as stop:
        plan_with_cleo(paused, start=wednesday, at=resumed)
    assert [one.called for one in stop.value.steps] == ["remote refresher"]
    preparation.note(
        study=paused.study,
        person=paused.cleo,
        step="refresher",
        done_on=date(2020, 7, 27),
        by=paused.lou,
        at=resumed,
    )
    row = plan_with_cleo(paused, start=wednesday, at=resumed)
    assert row.starts_at == wednesday
