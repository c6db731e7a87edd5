"""A study whose protocol is in force, and short words for taking it on."""

from uuid import uuid4

import pytest
from django.test import Client

from tests.factories import Team
from tests.flows.conftest import AGREED, clock, only  # noqa: F401
from wellbeing import studies
from wellbeing.life import state, steps
from wellbeing.models import StudyChange

What = StudyChange.What
HEART = only("after_interview", "any_day", "coming_back", "day_after", "monthly")


@pytest.fixture
def agreed(team: Team) -> Team:
    for study in (team.study, team.elsewhere):
        studies.add_version(
            study=study, text=HEART, reason="First.", active_from=AGREED, at=AGREED
        )
    return team


@pytest.fixture
def take(agreed, at):
    """Take a step as Lou, on what the study is now."""

    def taken(what, day=None, *, moment=at, by=None, **more):
        study = agreed.study
        study.refresh_from_db()
        given = {
            "reason": "The ethics board asked for it.",
            "seen": state.seen_of(study),
            "submission": uuid4(),
            **more,
        }
        step = steps.Step(what=what, by=by or agreed.lou, day=day, **given)
        change = steps.take(study=study, step=step, at=moment)
        study.refresh_from_db()
        return change

    return taken


@pytest.fixture
def browse():
    def opened(person):
        client = Client()
        client.force_login(person)
        return client

    return opened
