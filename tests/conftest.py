"""What all tests share: a fixed instant, the two engines, a team to tell about."""

from datetime import UTC, datetime

import pytest

from tests.factories import Team


@pytest.fixture
def at() -> datetime:
    """Tuesday 15 September 2026, 4pm in London."""
    return datetime(2026, 9, 15, 15, 0, tzinfo=UTC)


@pytest.fixture
def team(db: None) -> Team:
    """A small study in full swing; see `tests.factories.Team`."""
    return Team()
