"""A time is pencilled before a first interview, and follows when that is moved."""

from datetime import UTC, datetime, timedelta

import pytest

from notifications.models import Message
from sessions.models import Booking
from tests.factories import make_interview
from tests.flows.conftest import AGREED, only
from wellbeing import looks, offers, studies
from wellbeing.models import Activity, Offer
from wellbeing.ticking import tick

MONDAY = datetime(2026, 9, 21, 10, tzinfo=UTC)


@pytest.fixture
def first(team, at):
    """Ada's first interview, planned for Monday 21 September, 11am to noon."""
    studies.add_version(
        study=team.study,
        text=only("before_first", "after_interview"),
        reason="The first interview too.",
        active_from=AGREED,
        at=AGREED,
    )
    activity = Activity.objects.create(
        study=team.study,
        kind="interview",
        code="301",
        starts_at=MONDAY,
        ends_at=MONDAY + timedelta(hours=1),
        mode="teams",
        planned_start=MONDAY,
        planned_minutes=60,
        planned_at=at,
    )
    activity.exposures.create(person=team.ada, role="interviewer")
    looks.mark_due(study=team.study, people=[team.ada], at=at)
    tick(at=at)
    return activity


def test_the_pencil_starts_two_hours_after_the_planned_end(team, first, at):
    pencil = Booking.objects.get(person=team.ada)
    assert pencil.starts_at == MONDAY + timedelta(hours=3)
    assert pencil.pencilled_until == pencil.starts_at - timedelta(hours=2)


def test_moving_the_plan_moves_the_pencil_and_its_message(team, first, at):
    old = Booking.objects.get(person=team.ada)
    Activity.objects.filter(pk=first.pk).update(
        starts_at=MONDAY + timedelta(days=1),
        ends_at=MONDAY + timedelta(days=1, hours=1),
        planned_start=MONDAY + timedelta(days=1),
    )
    looks.mark_due(study=team.study, people=[team.ada], at=at)
    tick(at=at)
    tick(at=at)
    old.refresh_from_db()
    assert old.freed_because == "released"
    new = Booking.objects.get(person=team.ada, freed_at__isnull=True)
    assert new.starts_at == MONDAY + timedelta(days=1, hours=3)
    waiting = Message.objects.filter(person=team.ada, state="pending")
    assert waiting.filter(template="time_kept").count() == 1


def test_calling_the_plan_off_gives_the_time_back(team, first, at):
    Activity.objects.filter(pk=first.pk).update(withdrawn_at=at)
    looks.mark_due(study=team.study, people=[team.ada], at=at)
    tick(at=at)
    assert Booking.objects.get(person=team.ada).freed_because == "released"
    assert Offer.objects.get(person=team.ada).withdrawn_at == at


def test_what_was_kept_before_it_is_there_for_the_interview_itself(team, first, at):
    offer = Offer.objects.get(person=team.ada)
    offers.keep(offer=offer, by=team.ada, at=at)
    ended = MONDAY + timedelta(hours=1)
    Activity.objects.filter(pk=first.pk).update(
        logged_at=ended, logged_by=team.ada, ends_at=ended
    )
    looks.mark_due(study=team.study, people=[team.ada], at=ended)
    tick(at=ended)
    after = Offer.objects.get(person=team.ada, rule="after_interview")
    assert after.merged_into == offer
    assert Booking.objects.filter(person=team.ada).count() == 1


def test_somebody_who_has_interviewed_before_is_not_asked_beforehand(team, at):
    make_interview(team.study, team.ada, ended=at - timedelta(days=60), code="1")
    studies.add_version(
        study=team.study,
        text=only("before_first"),
        reason="First ones only.",
        active_from=AGREED,
        at=AGREED,
    )
    plan = Activity.objects.create(
        study=team.study,
        kind="interview",
        code="301",
        starts_at=MONDAY,
        ends_at=MONDAY + timedelta(hours=1),
        planned_start=MONDAY,
        planned_minutes=60,
        planned_at=at,
    )
    plan.exposures.create(person=team.ada, role="interviewer")
    looks.mark_due(study=team.study, people=[team.ada], at=at)
    tick(at=at)
    assert Offer.objects.count() == 0


@pytest.mark.parametrize("gone", [{"is_active": False}, {"email": None}])
def test_nothing_is_kept_for_somebody_who_could_not_answer(team, at, gone):
    studies.add_version(
        study=team.study,
        text=only("supervision", "after_interview", "day_after"),
        reason="For everybody who is there.",
        active_from=AGREED,
        at=AGREED,
    )
    for name, value in gone.items():
        setattr(team.ada, name, value)
    team.ada.save()
    make_interview(team.study, team.ada, ended=at)
    looks.mark_due(study=team.study, people=[team.ada], at=at)
    tick(at=at)
    assert Offer.objects.filter(person=team.ada).count() == 0
    assert Booking.objects.filter(person=team.ada).count() == 0
    assert Message.objects.filter(person=team.ada).count() == 0
