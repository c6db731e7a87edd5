"""A survey with a team at each of two places, in March 2027."""

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.factories import join, make_person, make_study, make_supporter
from wellbeing import studies, teams
from wellbeing.models import Role

TEXT = Path("wellbeing/protocols/survey.yaml").read_text()
BEGAN = datetime(2027, 2, 1, 9, tzinfo=UTC)
SINCE = date(2027, 2, 1)
ALL_WEEK = tuple((weekday, "07:00", "20:00") for weekday in range(7))


def north(day, hour, minute=0):
    zone = ZoneInfo("Europe/London")
    return datetime(2027, 3, day, hour, minute, tzinfo=zone).astimezone(UTC)


def south(day, hour, minute=0):
    zone = ZoneInfo("Africa/Nairobi")
    return datetime(2027, 3, day, hour, minute, tzinfo=zone).astimezone(UTC)


class Survey:
    """Nia interviews in the north, Sefu in the south; Cora listens, Tom leads the
    northern team's closing round, Lou coordinates. Charlie is on another study."""

    def __init__(self):
        self.study = make_study("A survey")
        studies.add_version(
            study=self.study, text=TEXT, reason="First.", active_from=BEGAN, at=BEGAN
        )
        self.nia = self._join("Nia North", Role.INTERVIEWER)
        self.ned = self._join("Ned North", Role.INTERVIEWER)
        self.sefu = self._join("Sefu South", Role.INTERVIEWER)
        self.cora = self._join("Cora Counsellor", Role.COUNSELLOR)
        self.tom = self._join("Tom Tutor", Role.TEAM_SUPERVISOR)
        self.lou = self._join("Lou Brennan", Role.COORDINATOR)
        self.elsewhere = make_study("Another study")
        self.charlie = join(
            self.elsewhere, make_person("Charlie Outsider"), Role.COORDINATOR
        )
        self.counsellor = make_supporter(self.cora, title="Counsellor", hours=ALL_WEEK)
        self.supervisor = make_supporter(
            self.tom, title="Team supervisor", hours=ALL_WEEK
        )
        self.team_north = self._team("Team 1", "north", self.nia, self.ned, self.tom)
        self.team_south = self._team("Team 2", "south", self.sefu)

    def _join(self, name, *roles):
        return join(self.study, make_person(name), *roles, since=SINCE)

    def _team(self, name, site, *people):
        team = teams.add(study=self.study, name=name, site=site, at=BEGAN)
        for person in people:
            teams.put(study=self.study, person=person, team=team, at=BEGAN)
        return team


@pytest.fixture
def survey(db):
    return Survey()


@pytest.fixture
def clock(settings):
    def move(moment):
        settings.DEMO_AT = moment

    return move
