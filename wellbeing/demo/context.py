"""The people of the story, for the demo's sign-in page."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from wellbeing.lib import clock
from wellbeing.models import Membership, OutsideWorker, Role
from wellbeing.people.models import User

ORDER = list(Role)


@dataclass(frozen=True)
class Somebody:
    person: User
    roles: str


def people_in_the_story() -> list[Somebody]:
    """Everybody who can be, with what they do, interviewers first."""
    rows = (
        Membership.objects.on(clock.now().date())
        .filter(person__email__isnull=False, study__closed_on__isnull=True)
        .select_related("person")
    )
    held: dict[User, list[str]] = {}
    for row in sorted(rows, key=lambda row: (ORDER.index(Role(row.role)), row.pk)):
        held.setdefault(row.person, []).append(row.get_role_display())
    return [Somebody(person, ", ".join(roles)) for person, roles in held.items()]


def people_without_an_account() -> list[Somebody]:
    """Those whom only a mail reaches. Nobody can be them; their mail can be read."""
    rows = OutsideWorker.objects.filter(erased_at=None).select_related("person")
    return [
        Somebody(row.person, f"{row.get_role_display()}, without an account")
        for row in rows.order_by("pk")
    ]


def demo_people(request: HttpRequest) -> dict[str, Any]:
    """A context processor; the list is read only where a page shows it."""
    return {"demo_people": people_in_the_story}
