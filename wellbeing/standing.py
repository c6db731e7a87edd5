"""What a signed-in person is, today, in each study. Read once per request, lazily.

Rights follow from memberships read on every request, so that a role taken away is
gone at the next click.
"""

from functools import cached_property
from typing import Any

from django.http import HttpRequest

from wellbeing.lib import clock
from wellbeing.models import (
    EXPOSED_ROLES,
    INTERVIEWING_ROLES,
    PLANNING_ROLES,
    SUPPORTER_ROLES,
    Membership,
    Role,
    Study,
)
from wellbeing.people.models import User

# What goes on in a study whose support is over. The post is one for all studies.
_WITHOUT_SUPPORT = (*PLANNING_ROLES, Role.ADMINISTRATOR)


class Standing:
    """The roles of one person on this day. Anonymous people hold none."""

    def __init__(self, person: Any) -> None:
        self.person = person

    @cached_property
    def memberships(self) -> list[Membership]:
        day = clock.now().date()
        return [row for row in self._ever if not row.over_on(day)]

    @cached_property
    def _ever(self) -> list[Membership]:
        """Every role the person holds or held, in one query."""
        if not self.person.is_authenticated:
            return []
        rows = Membership.objects.filter(
            person=self.person, from_date__lte=clock.now().date()
        )
        return list(rows.select_related("study").order_by("study_id", "pk"))

    @cached_property
    def roles(self) -> frozenset[str]:
        """What the person is today; without support, coordinator and administrator
        are left."""
        return frozenset(
            row.role
            for row in self.memberships
            if row.role in _WITHOUT_SUPPORT or _supports(row.study)
        )

    def holds_any(self, roles: frozenset[str]) -> bool:
        return bool(self.roles & roles)

    def allows(self, standing: str) -> bool:
        """Whether a page that asks for this standing opens. See `lib.access`."""
        return {
            "": True,
            "supporter": self.is_supporter,
            "coordinator": self.is_coordinator,
            "exposed": self.is_exposed,
            "lead": Role.LEAD in self.roles,
            "administrator": Role.ADMINISTRATOR in self.roles,
        }.get(standing, self.is_supported)

    def studies(self, *roles: str) -> list[Study]:
        """The studies with support in which the person holds one of the roles, once."""
        found = {
            row.study_id: row.study
            for row in self.memberships
            if row.role in roles and _supports(row.study)
        }
        return list(found.values())

    @cached_property
    def is_exposed(self) -> bool:
        return bool(self.roles & set(EXPOSED_ROLES))

    @cached_property
    def interviews(self) -> bool:
        """Whether the person takes part in interviews in some study today."""
        return bool(self.roles & set(INTERVIEWING_ROLES))

    @cached_property
    def is_supported(self) -> bool:
        """Exposed today, or earlier in a study whose support goes on."""
        return self.is_exposed or bool(self.supported_studies)

    @cached_property
    def supported_studies(self) -> list[Study]:
        """Where the person works or worked and support goes on, newest role first."""
        day = clock.now().date()
        rows = [row for row in self._ever if row.role in EXPOSED_ROLES]
        rows.sort(key=lambda row: (row.over_on(day), -row.from_date.toordinal()))
        found = {row.study_id: row.study for row in rows if _supports(row.study)}
        return list(found.values())

    @cached_property
    def is_supporter(self) -> bool:
        return bool(self.roles & set(SUPPORTER_ROLES))

    @cached_property
    def is_coordinator(self) -> bool:
        return bool(self.roles & set(PLANNING_ROLES))


def _supports(study: Study) -> bool:
    """Whether the study's support goes on today, where the study is."""
    return not study.support_over(study.day(clock.now()))


def standing_of(person: Any) -> Standing:
    return Standing(person)


def person_of(request: HttpRequest) -> User:
    """Who is asking. Only for views whose policy lets nobody in without an account."""
    person = request.user
    if not isinstance(person, User):
        raise TypeError("This page needs a policy that asks people to sign in.")
    return person
