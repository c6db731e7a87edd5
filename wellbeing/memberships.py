"""Ending a role that somebody holds in a study. What they did in it stays."""

from datetime import datetime

from django.db import transaction

from wellbeing import looks
from wellbeing.models import Membership, Role, Study
from wellbeing.people.models import User


class LastCoordinator(Exception):
    """Without a coordinator nobody could invite anyone again."""


class NoSuchRole(Exception):
    """The person does not hold this role in this study today."""


@transaction.atomic
def end_role(*, study: Study, person: User, role: str, at: datetime) -> None:
    """Today is the first day without the role. Other roles of the person stay.

    Raises NoSuchRole or LastCoordinator.
    """
    Study.objects.select_for_update().get(pk=study.pk)
    day = at.date()
    now = Membership.objects.on(day).filter(study=study, role=role)
    others = now.exclude(person=person).filter(person__is_active=True)
    if role == Role.COORDINATOR and not others.exists():
        raise LastCoordinator
    if not now.filter(person=person).update(until_date=day):
        raise NoSuchRole
    looks.mark_due(study=study, people=[person], at=at)
