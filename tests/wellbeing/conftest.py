"""The same agreed team and the same clock as in the stories of `tests.flows`."""

import pytest
from django.test import Client

from tests.factories import Team
from tests.flows.conftest import AGREED, clock, only  # noqa: F401
from wellbeing import studies

# Written once: writing YAML takes longer than most of these tests.
HEART = only("after_interview", "any_day", "day_after")


@pytest.fixture
def agreed(team: Team) -> Team:
    """The team, with the heart of protocol A in force since January."""
    for study in (team.study, team.elsewhere):
        studies.add_version(
            study=study,
            text=HEART,
            reason="First version.",
            active_from=AGREED,
            at=AGREED,
        )
    return team


@pytest.fixture
def browse():
    """A browser in which somebody is signed in."""

    def opened(person):
        client = Client()
        client.force_login(person)
        return client

    return opened
