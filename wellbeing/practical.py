"""Practical help that a person asks the coordinators for. Only that is sent on.

It is kept apart from support: it says what would help with the work, never why, and
leaves no row but the message itself (domain P16, protocol A3).
"""

from datetime import datetime, timedelta

from notifications import outbox
from wellbeing.models import Membership, Role, Study
from wellbeing.people.models import User

WISHES = {
    "space": "more space between interviews",
    "swap": "to swap an interview",
    "place": "a quiet place to work",
    "technical": "technical help",
    "travel": "help with travel or payment",
}


class NoSuchWish(Exception):
    """Not one of the wishes on the list."""


def ask(*, study: Study, person: User, wish: str, submission: str, at: datetime) -> int:
    """Tell the study's other coordinators what would help. Returns how many were told.

    Posting the same form again tells nobody twice. Raises NoSuchWish.
    """
    if wish not in WISHES:
        raise NoSuchWish
    coordinators = (
        Membership.objects.on(at.date())
        .filter(study=study, role=Role.COORDINATOR)
        .exclude(person=person)
        .select_related("person")
    )
    told = 0
    for row in coordinators:
        message = outbox.plan(
            to=row.person,
            purpose="practical",
            template="practical_wish",
            key=f"practical:{submission}:{row.person_id}",
            group=f"practical:{submission}",
            context={"name": person.name, "wish": WISHES[wish], "path": "/plan/"},
            at=at,
            expires_at=at + timedelta(days=7),
        )
        told += message is not None
    return told
