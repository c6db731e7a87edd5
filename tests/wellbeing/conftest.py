"""The same agreed team and the same clock as in the stories of `tests.flows`."""

import pytest
from django.test import Client

from tests.flows.conftest import agreed, clock  # noqa: F401


@pytest.fixture
def browse():
    """A browser in which somebody is signed in."""

    def opened(person):
        client = Client()
        client.force_login(person)
        return client

    return opened
