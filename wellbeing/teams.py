"""The teams of a study: who works together, and at which place.

A place has its own time zone and holidays in the protocol. Whoever changes team is
looked at again, since days and hours are counted where they work.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction

from wellbeing import facts, looks
from wellbeing.lib.words import zone_words
from wellbeing.models import (
    EXPOSED_ROLES,
    Membership,
    ProtocolVersion,
    Role,
    Study,
    Team,
)
from wellbeing.people.models import User

# Those who work in a team: who is exposed, and who leads its closing round.
IN_TEAMS = (*EXPOSED_ROLES, Role.TEAM_SUPERVISOR)


class NameTaken(Exception):
    """The study has a team of this name."""


class NoSuchPlace(Exception):
    """The protocol in force names no such place."""


class NotInTheStudy(Exception):
    """The person holds no role today that works in a team."""


@dataclass(frozen=True)
class TeamRow:
    """One team as the page shows it. `team` None: those who are in none yet."""

    team: Team | None
    people: list[User]


def places_of(*, study: Study, at: datetime) -> dict[str, str]:
    """The places that the protocol in force names, with their time zone in words. One
    query."""
    version = ProtocolVersion.objects.in_force(study, at)
    sites = facts.document_of(version).sites if version else {}
    return {name: f"{name} ({zone_words(one.zone)})" for name, one in sites.items()}


def add(*, study: Study, name: str, site: str, at: datetime) -> Team:
    """A new team without people. Raises NoSuchPlace or NameTaken."""
    if site and site not in places_of(study=study, at=at):
        raise NoSuchPlace
    try:
        with transaction.atomic():
            return Team.objects.create(study=study, name=name, site=site)
    except IntegrityError:
        raise NameTaken from None


def put(*, study: Study, person: User, team: Team | None, at: datetime) -> None:
    """Let a person work in a team, or in none, from now on. Raises NotInTheStudy."""
    with transaction.atomic():
        held = Membership.objects.on(at.date()).filter(
            study=study, person=person, role__in=IN_TEAMS
        )
        if not held.update(team=team):
            raise NotInTheStudy
        looks.mark_due(study=study, people=[person], at=at)


def rows_of(*, study: Study, day: date) -> list[TeamRow]:
    """The teams A to Z with their people of a day, those in none last. Two queries."""
    rows = (
        Membership.objects.on(day)
        .filter(study=study, role__in=IN_TEAMS, person__is_active=True)
        .select_related("person")
        .order_by("person__name", "person_id")
    )
    members: dict[int | None, dict[int, User]] = {}
    for row in rows:
        members.setdefault(row.team_id, {})[row.person_id] = row.person
    teams: Collection[Team] = Team.objects.filter(study=study).order_by("name")
    found = [TeamRow(team, list(members.get(team.pk, {}).values())) for team in teams]
    alone = [
        person
        for key, person in members.get(None, {}).items()
        if not any(key in members.get(team.pk, {}) for team in teams)
    ]
    return [*found, TeamRow(None, alone)] if alone else found
