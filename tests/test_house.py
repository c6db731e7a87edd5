"""The house stands: labels, migrations, and a door on every view."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import IntegrityError

from sessions.models import Booking


def test_sessions_goes_by_its_own_label():
    assert apps.get_app_config("support_sessions").name == "sessions"
    assert apps.get_app_config("sessions").name == "django.contrib.sessions"


def _book(team, at, supporter, person, offset):
    start = at + timedelta(minutes=offset)
    return Booking.objects.create(
        supporter=supporter,
        person=person,
        kind="debrief",
        starts_at=start,
        ends_at=start + timedelta(minutes=50),
        mode="phone",
        made_at=at,
        agreed_at=at,
    )


def test_the_database_itself_keeps_a_supporter_out_of_two_places(team, at):
    _book(team, at, team.dr_jo, team.ada, 0)
    with pytest.raises(IntegrityError):
        _book(team, at, team.dr_jo, team.bem, 30)


def test_the_database_sees_a_supporter_who_is_the_person_elsewhere(team, at):
    _book(team, at, team.dr_jo, team.ada, 0)
    with pytest.raises(IntegrityError):
        _book(team, at, team.dr_kim, team.jo, 30)
