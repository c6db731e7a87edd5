"""SKIP, answered by text to an invitation: that one is left out. Nobody is told."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from checkins import answers, invitations
from checkins.models import Invitation
from notifications import replies


def skip_asked(*, at: datetime) -> int:
    """Leave out what was answered with SKIP; returns how many words were taken up.

    Each in a transaction of its own. The moment of the text counts, not of this run, so
    that a worker that comes late takes nobody's word away. One that was answered or
    closed meanwhile stays as it is.
    """
    found = replies.open_ones(purpose="check_in", word=replies.SKIP)
    return sum(_take_up(reply, at) for reply in found)


def _take_up(reply: replies.Open, at: datetime) -> bool:
    with transaction.atomic():
        if not replies.take_up(reply=reply, at=at):
            return False
        if invitation := _invitation_of(reply):
            try:
                answers.skip(
                    invitation=invitation, person=reply.person, at=reply.said_at
                )
            except answers.NotOpen:
                return True
    return True


def _invitation_of(reply: replies.Open) -> Invitation | None:
    """None for a text about something else, such as whether the questions go on."""
    kind, _, public_id = reply.group.partition(":")
    if kind != invitations.GROUP:
        return None
    mine = Invitation.objects.for_person(reply.person)
    return mine.filter(public_id=UUID(public_id)).first()
