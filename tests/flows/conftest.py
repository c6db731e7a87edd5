"""A team whose protocol is in force, so that a log makes offers."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from tests.factories import Team
from wellbeing import studies

PROTOCOL = Path("wellbeing/protocols/interviews.yaml").read_text()
AGREED = datetime(2026, 1, 5, 9, tzinfo=UTC)


def only(*rules: str) -> str:
    """Protocol A with only these of its rules, so that a story stays short."""
    document = yaml.safe_load(PROTOCOL)
    for part in ("offers", "check_ins"):
        document[part] = {k: v for k, v in document[part].items() if k in rules}
    return yaml.safe_dump(document)


@pytest.fixture
def agreed(team: Team) -> Team:
    """The team, with the heart of protocol A in force since January."""
    for study in (team.study, team.elsewhere):
        studies.add_version(
            study=study,
            text=only("after_interview", "any_day", "day_after"),
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
