"""Which people the tick has to look at. Writing a fact marks its people as due."""

from collections.abc import Collection
from datetime import datetime

from wellbeing.models import NextLook, Study
from wellbeing.people.models import User


def mark_due(*, study: Study, people: Collection[User], at: datetime) -> None:
    """Make the next tick look at these people, whatever was planned for them.

    Called in the transaction that writes the fact, so that a crash right after it
    cannot lose what the protocol owes (promise P1). The rows are taken in one order, so
    that no two who mark several people wait for each other.
    """
    keys = sorted({person.pk for person in people})
    NextLook.objects.bulk_create(
        [NextLook(study=study, person_id=key, due_at=at) for key in keys],
        update_conflicts=True,
        unique_fields=["study", "person"],
        update_fields=["due_at"],
    )
