"""When several stay without an answer: one question whether they go on, and a rest.

Nothing is inferred from silence, and nobody else is told. They rest from the moment of
the question, so that no answer means a pause without anybody having to watch for it.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from checkins import choices, invitations, links
from checkins.models import Choice, Invitation
from notifications import outbox
from wellbeing.people.models import User


def rest_after(
    *,
    person: User,
    subjects: str,
    number: int,
    ask_at: datetime,
    closes_at: datetime,
    at: datetime,
) -> None:
    """Let check-ins rest if the last `number` of these subjects (how they begin) closed
    without an answer, and ask once, in the place of the next one, whether they go on.

    That one would have been asked from `ask_at` until `closes_at`.
    """
    with transaction.atomic():
        invitations.hold(person)
        choice = choices.choice_of(person)
        if choice.resting:
            return
        last = _last(choice, subjects, number, at)
        if len(last) < number or any(_touched(one) for one in last):
            return
        choices.pause(person=person, at=at)
        Choice.objects.filter(person=person).update(counted_from=at)
        _ask(last[0], max(ask_at, at), closes_at, at)


def _last(choice: Choice, subjects: str, number: int, at: datetime) -> list[Invitation]:
    """The latest that are over, or answered already; the newest first."""
    over = Q(closes_at__lte=at) | Q(answered_at__isnull=False)
    rows = Invitation.objects.filter(
        over | Q(skipped_at__isnull=False),
        person=choice.person,
        subject__startswith=subjects,
        withdrawn_at__isnull=True,
    )
    if choice.counted_from is not None:
        rows = rows.filter(ask_at__gt=choice.counted_from)
    return list(rows.select_related("person").order_by("-ask_at", "-pk")[:number])


def _touched(invitation: Invitation) -> bool:
    """Skipping is an answer too: the person was there and chose."""
    return bool(invitation.answered_at or invitation.skipped_at)


def _ask(
    last: Invitation, not_before: datetime, closes_at: datetime, at: datetime
) -> None:
    outbox.plan(
        to=last.person,
        purpose="check_in",
        template="check_ins_go_on",
        key=f"check-ins-go-on:{last.public_id}",
        group=f"check-ins-go-on:{last.public_id}",
        context={"path": links.unsigned(last.public_id, links.STOP)},
        at=at,
        not_before=not_before,
        expires_at=max(closes_at, not_before + (last.closes_at - last.ask_at)),
    )
