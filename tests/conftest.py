"""What all tests share: a fixed instant, the two engines, a team to tell about."""

import fcntl
import os
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.middleware import csrf
from hypothesis import settings

from tests.factories import Team

# `suite` keeps the run short; `long` is for a night: HYPOTHESIS_PROFILE=long.
settings.register_profile("suite", max_examples=40, deadline=None)
settings.register_profile("long", max_examples=2000, deadline=None)
# Random letters in a form spell a short name now and then: these spell none.
csrf.CSRF_ALLOWED_CHARS = "QXZqxz"
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """On the second engine, only what meets a database: the rest has no engine."""
    if os.environ.get("TEST_ENGINE") != "postgres":
        return
    met = [item for item in items if _meets_a_database(item)]
    config.hook.pytest_deselected(items=[one for one in items if one not in set(met)])
    items[:] = met


def _meets_a_database(item: pytest.Item) -> bool:
    wanted = {"db", "transactional_db"} & set(getattr(item, "fixturenames", ()))
    return bool(wanted) or item.get_closest_marker("django_db") is not None


@pytest.fixture
def one_race_at_a_time() -> Iterator[None]:
    """Fifty clients want fifty connections; two such tests side by side would want
    more than a database gives. Workers of one run wait for each other here."""
    with (Path(tempfile.gettempdir()) / "alongside-race.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture
def at() -> datetime:
    """Tuesday 15 September 2026, 4pm in London."""
    return datetime(2026, 9, 15, 15, 0, tzinfo=UTC)


@pytest.fixture
def team(db: None) -> Team:
    """A small study in full swing; see `tests.factories.Team`."""
    return Team()
