"""Letting go of what has been kept long enough. Run once a day; safe to repeat.

The lengths stand in the docstrings of the models that say "kept until".
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from checkins import invitations as check_ins
from notifications import outbox
from sessions import availability
from sessions.models import SupportRequest
from sessions.planner import runs
from wellbeing.models import Invitation
from wellbeing.queue import outside
from wellbeing.vault import sealing

MESSAGES_KEPT = timedelta(days=90)
REQUESTS_KEPT = timedelta(days=30)
INVITATIONS_KEPT = timedelta(days=90)
REARRANGEMENTS_KEPT = timedelta(days=30)


@dataclass(frozen=True)
class Purged:
    records: int
    check_ins: int
    messages: int
    requests: int
    invitations: int
    availability: int
    rearrangements: int
    outside_workers: int


def purge(*, at: datetime) -> Purged:
    """Delete or empty everything whose time is over at `at`."""
    closed = SupportRequest.objects.filter(closed_at__lt=at - REQUESTS_KEPT)
    over = Invitation.objects.filter(expires_at__lt=at - INVITATIONS_KEPT)
    notes = [request.note for request in closed.exclude(note=None)]
    requests, _ = closed.delete()
    for note in notes:
        if note is not None:
            sealing.delete(record=note)
    return Purged(
        requests=requests,
        invitations=over.delete()[0],
        outside_workers=outside.erase_over(at=at),
        check_ins=check_ins.purge(at=at),
        rearrangements=runs.forget(made_before=at - REARRANGEMENTS_KEPT),
        records=sealing.purge(on=at.date()),
        availability=availability.forget_past(at=at),
        messages=outbox.forget(settled_before=at - MESSAGES_KEPT),
    )
