"""The team of all tests, with an agreed protocol and what it wants first noted."""

import pytest

from tests.planning.story import agree, prepare
from wellbeing.lib import clock


@pytest.fixture
def team(team, at, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: at)
    agree(team.study)
    prepare(team.study, team.ada, team.bem, team.fay)
    return team


@pytest.fixture
def as_(client):
    """The browser, with somebody signed in."""

    def browser(person):
        client.force_login(person)
        return client

    return browser
