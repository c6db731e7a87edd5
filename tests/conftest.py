"""What all tests share: a fixed instant, the two engines, a team to tell about."""

import os
from datetime import UTC, datetime

import pytest
from hypothesis import settings

from tests.factories import Team

# `suite` keeps the run short; `long` is for a night: HYPOTHESIS_PROFILE=long.
settings.register_profile("suite", max_examples=40, deadline=None)
settings.register_profile("long", max_examples=2000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))


@pytest.fixture
def at() -> datetime:
    """Tuesday 15 September 2026, 4pm in London."""
    return datetime(2026, 9, 15, 15, 0, tzinfo=UTC)


@pytest.fixture
def team(db: None) -> Team:
    """A small study in full swing; see `tests.factories.Team`."""
    return Team()
