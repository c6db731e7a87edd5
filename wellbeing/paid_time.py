"""Paid minutes for support: how many there are in a month, and how many were used.

Everybody has the same, used or not, so that nobody's pay says who used it (seed F11).
What was used is shown to the person alone.
"""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sessions.models import Booking
from wellbeing.models import Offer, Study
from wellbeing.people.models import User
from wellbeing.protocol import lengths
from wellbeing.protocol.document import Protocol
from wellbeing.protocol.happening import MIDNIGHT


@dataclass(frozen=True)
class PaidTime:
    """Minutes of one month: what the team pays, and what the person has used of it."""

    minutes: int
    used: int


def of_month(
    *, study: Study, person: User, document: Protocol, at: datetime
) -> PaidTime | None:
    """The paid time of the month of `at`; None when the protocol names none.

    Counts quiet time that was taken, and talks whose time has come. Two queries.
    """
    if document.paid_time is None:
        return None
    first = at.astimezone(ZoneInfo(document.zone)).date().replace(day=1)
    since = lengths.at_wall_time(first, MIDNIGHT, document.zone)
    paid = {name: kind for name, kind in document.kinds.items() if kind.paid}
    alone = [name for name, kind in paid.items() if not kind.with_]
    quiet = Offer.objects.for_person(person).filter(
        study=study, accepted_at__gte=since, accepted_at__lte=at, accepted_as__in=alone
    )
    used = sum(
        paid[name].minutes for name in quiet.values_list("accepted_as", flat=True)
    )
    talks = Booking.objects.for_person(person).filter(
        kind__in=[name for name in paid if name not in alone],
        agreed_at__isnull=False,
        freed_at__isnull=True,
        did_not_happen_at__isnull=True,
        starts_at__gte=since,
        starts_at__lte=at,
    )
    used += sum(
        int((end - start).total_seconds() // 60)
        for start, end in talks.values_list("starts_at", "ends_at")
    )
    return PaidTime(document.paid_time.minutes_a_month, used)
