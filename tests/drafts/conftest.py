"""The whole team, a still clock, and a browser for everybody."""

import pytest
from django.test import Client

from tests.drafts.story import Whole


@pytest.fixture
def team(db):
    return Whole()


@pytest.fixture
def clock(settings, at):
    """The instant that pages believe it is; `clock(...)` moves it."""

    def move(moment):
        settings.DEMO_AT = moment

    move(at)
    return move


@pytest.fixture
def browse(clock):
    def opened(person):
        client = Client()
        client.force_login(person)
        return client

    return opened
