"""Setting a study up: its protocol versions, and who takes part."""

import hashlib
from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction

from wellbeing import facts, looks
from wellbeing.models import Membership, ProtocolVersion, Study
from wellbeing.people.models import User


def add_version(
    *, study: Study, text: str, reason: str, active_from: datetime, at: datetime
) -> ProtocolVersion:
    """Keep a protocol text as the study's next version, active from an instant.

    Raises BadProtocol when the text is not one. Everybody in the study is looked at
    again, since a new version may owe them something.
    """
    version = ProtocolVersion(
        study=study,
        text=text,
        digest=hashlib.sha256(text.encode()).hexdigest(),
        reason=reason,
        active_from=active_from,
        made_at=at,
    )
    # Reading takes longer than all the rest of this, and is kept for who reads it next.
    facts.document_of(version)
    with transaction.atomic():
        Study.objects.select_for_update().get(pk=study.pk)
        version.number = ProtocolVersion.objects.filter(study=study).count() + 1
        version.save()
        people = User.objects.filter(memberships__study=study).distinct()
        looks.mark_due(study=study, people=list(people), at=at)
    return version


def join(
    *, study: Study, person: User, roles: Collection[str], since: date, at: datetime
) -> None:
    """Give a person roles in a study from a day on. Doing it twice changes nothing."""
    with transaction.atomic():
        Membership.objects.bulk_create(
            [
                Membership(study=study, person=person, role=role, from_date=since)
                for role in roles
            ],
            ignore_conflicts=True,
        )
        looks.mark_due(study=study, people=[person], at=at)
