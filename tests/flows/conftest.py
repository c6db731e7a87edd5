"""A team whose protocol is in force, so that a log makes offers."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from tests.factories import Team
from wellbeing import studies

PROTOCOL = Path("wellbeing/protocols/interviews.yaml").read_text()
AGREED = datetime(2026, 1, 5, 9, tzinfo=UTC)


def without(rule: str, text: str = PROTOCOL) -> str:
    """The protocol without one of its offers, so that a story stays short."""
    document = yaml.safe_load(text)
    del document["offers"][rule]
    return yaml.safe_dump(document)


@pytest.fixture
def agreed(team: Team) -> Team:
    """The team, with protocol A in force since January, but without supervision."""
    for study in (team.study, team.elsewhere):
        studies.add_version(
            study=study,
            text=without("supervision"),
            reason="First version.",
            active_from=AGREED,
            at=AGREED,
        )
    return team


@pytest.fixture
def clock(monkeypatch, settings, at):
    """The instant that pages believe it is; `clock(...)` moves it."""

    def move(moment: datetime) -> None:
        settings.DEMO_AT = moment

    move(at)
    return move
