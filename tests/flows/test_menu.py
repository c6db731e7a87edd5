"""That one was hard: the whole menu at once, nothing kept, only a wish sent on."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.apps import apps

from notifications.models import Message
from tests.factories import make_interview
from wellbeing.models import Activity


@pytest.fixture
def activity(agreed, clock, at, client):
    client.force_login(agreed.ada)
    return make_interview(agreed.study, agreed.ada, ended=at)


def _counts():
    return {model: model.objects.count() for model in apps.get_models()}


def test_opening_the_menu_writes_nothing(activity, client):
    before = _counts()
    assert client.get(f"/activities/{activity.public_id}/menu/").status_code == 200
    assert _counts() == before


def test_a_wish_goes_to_every_other_coordinator_once_and_says_only_that(
    activity, agreed, client
):
    data = {"wish": "space", "submission": str(uuid4())}
    for _ in range(3):
        client.post(f"/activities/{activity.public_id}/menu/", data)
    rows = Message.objects.filter(template="practical_wish")
    assert {row.person for row in rows} == {agreed.lou, agreed.fay}
    assert rows[0].context == {
        "name": "Ada Okafor",
        "wish": "more space between interviews",
        "path": "/plan/",
    }


def test_nonsense_sends_nothing(activity, client):
    for data in ({}, {"wish": "space"}, {"wish": "x", "submission": str(uuid4())}):
        answer = client.post(f"/activities/{activity.public_id}/menu/", data)
        assert answer.status_code == 302
    assert Message.objects.count() == 0


def test_a_next_interview_sooner_than_the_team_suggests_is_named(
    activity, agreed, client, at
):
    plan = Activity.objects.create(
        study=agreed.study,
        kind="interview",
        code="300",
        starts_at=at + timedelta(hours=30),
        ends_at=at + timedelta(hours=31),
        planned_start=at + timedelta(hours=30),
        planned_minutes=60,
    )
    plan.exposures.create(person=agreed.ada, role="interviewer")
    page = client.get(f"/activities/{activity.public_id}/menu/")
    assert page.context["soon"] == plan
    assert "Your team suggests 48 hours in between" in page.content.decode()
    Activity.objects.filter(pk=plan.pk).update(
        starts_at=at + timedelta(hours=49), ends_at=at + timedelta(hours=50)
    )
    page = client.get(f"/activities/{activity.public_id}/menu/")
    assert page.context["soon"] is None


def test_nobody_else_opens_it(activity, agreed, client):
    for somebody in (agreed.bem, agreed.lou, agreed.jo, agreed.charlie):
        client.force_login(somebody)
        assert client.get(f"/activities/{activity.public_id}/menu/").status_code == 404
