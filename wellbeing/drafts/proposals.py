"""Changes that anybody on the team would like, with or without their name."""

from datetime import datetime

from wellbeing.drafts import rights
from wellbeing.models import ChangeProposal, Study
from wellbeing.people.models import User


class AlreadyDecided(Exception):
    """Somebody else wrote down first what becomes of it."""


def propose(
    *, study: Study, by: User, named: bool, text: str, at: datetime
) -> ChangeProposal:
    """Keep a wish for a change. Without `named`, who wrote it is kept nowhere.

    The same words, while nothing is decided, are one proposal. Raises NotYours or
    StudyClosed.
    """
    with rights.in_turn_of_study(study) as row:
        rights.check(study=row, by=by, at=at)
        author = by if named else None
        waiting = ChangeProposal.objects.filter(
            study=row, by=author, text=text, decided_at=None
        )
        return waiting.first() or ChangeProposal.objects.create(
            study=row, by=author, text=text, at=at
        )


def decide(*, proposal: ChangeProposal, by: User, outcome: str, at: datetime) -> None:
    """Say, for everybody, what becomes of a proposal. Once.

    Raises AlreadyDecided, NotYours or StudyClosed.
    """
    rights.check(study=proposal.study, by=by, at=at, roles=rights.DECIDING)
    rows = ChangeProposal.objects.filter(pk=proposal.pk)
    if not rows.filter(decided_at=None).update(
        outcome=outcome, decided_at=at
    ) and not rows.filter(outcome=outcome):
        raise AlreadyDecided
