"""Who may do what with a draft, and taking turns at it.

Roles are read on every call: one that ended yesterday opens nothing today. A pause of
the study closes none of this, since a pause is when teams rewrite their protocols.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db.models import QuerySet

from sessions import locks
from wellbeing.models import ChangeProposal, Draft, Membership, Role, Study
from wellbeing.people.models import User

WRITING = frozenset({Role.COORDINATOR, Role.LEAD, Role.LIVED_EXPERIENCE})
DECIDING = frozenset({Role.COORDINATOR, Role.LEAD})
DATING = frozenset({Role.COORDINATOR})


class NotYours(Exception):
    """The person holds no role that allows this in the study today."""


class StudyClosed(Exception):
    """The study is over. Its protocol can be read, and no longer changed."""


class DraftOver(Exception):
    """The draft has been withdrawn or has become a version."""


class NotInReview(Exception):
    """The draft is still being written."""


class TextMoved(Exception):
    """The text is no longer the one that the person has seen."""


def studies_of(person: User, at: datetime) -> QuerySet[Study]:
    """The studies that the person belongs to today, in whatever role."""
    held = Membership.objects.on(at.date()).filter(person=person)
    return Study.objects.filter(pk__in=held.values("study"))


def drafts_of(person: User, at: datetime) -> QuerySet[Draft]:
    """The drafts that the person may read: those of their studies today."""
    return Draft.objects.filter(study__in=studies_of(person, at))


def proposals_of(person: User, at: datetime) -> QuerySet[ChangeProposal]:
    return ChangeProposal.objects.filter(study__in=studies_of(person, at))


def roles_of(study: Study, person: User, at: datetime) -> frozenset[str]:
    """What the person is in the study on this day."""
    rows = Membership.objects.on(at.date()).filter(study=study, person=person)
    return frozenset(rows.values_list("role", flat=True))


def check(
    *, study: Study, by: User, at: datetime, roles: frozenset[Role] | None = None
) -> None:
    """Raises StudyClosed, or NotYours unless `by` holds one of `roles` (any, if none
    are given) in the study today."""
    held = roles_of(study, by, at)
    if not (held & roles if roles is not None else held):
        raise NotYours
    if study.closed(at.date()):
        raise StudyClosed


@contextmanager
def in_turn(draft: Draft) -> Iterator[Draft]:
    """The draft as it stands now, locked until the transaction ends.

    Every change of a draft and everything that hangs on its text goes through here, so
    that a signature and a change of the text stand in line. Raises DraftOver, or
    LostTheRace when somebody else holds it too long.
    """
    with locks.one_at_a_time():
        # Without joins: PostgreSQL reads only the locked row anew after a wait, so that
        # a joined one would show how things were before.
        row = Draft.objects.select_for_update(no_key=True).get(pk=draft.pk)
        if row.withdrawn_at:
            raise DraftOver
        yield row


@contextmanager
def in_turn_of_study(study: Study) -> Iterator[Study]:
    """The study, locked, for what there is one of in each. Raises LostTheRace."""
    with locks.one_at_a_time():
        yield Study.objects.select_for_update(no_key=True).get(pk=study.pk)


def check_in_review(draft: Draft) -> None:
    """Raises DraftOver when it is a version already, NotInReview before it was sent."""
    if draft.version_id:
        raise DraftOver
    if draft.sent_at is None:
        raise NotInReview
