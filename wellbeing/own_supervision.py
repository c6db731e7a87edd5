"""A supporter's own supervision in a month, counted as their team agreed.

Seen by the supporter alone, and judged by nobody: it is there so that they need not add
it up by themselves.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.db.models import Count, Q

from sessions import splitting
from sessions.models import Booking
from wellbeing import facts
from wellbeing.groups import SUPERVISION
from wellbeing.models import ProtocolVersion, Study
from wellbeing.people.models import User
from wellbeing.protocol import lengths
from wellbeing.protocol.agreements import SupportersOwn

ALONE = "supervision"


@dataclass(frozen=True)
class Counted:
    """One time of supervision: how many were in it, and how many minutes count."""

    booking: Booking
    supervised: int
    minutes: float
    over: bool


@dataclass(frozen=True)
class Month:
    """`first` is its first moment. Without an agreement there is nothing to add up."""

    first: datetime
    times: list[Counted]
    agreed: SupportersOwn | None

    @property
    def so_far(self) -> int:
        """Whole minutes of what is over."""
        return int(sum(one.minutes for one in self.times if one.over))

    @property
    def with_what_comes(self) -> int:
        return int(sum(one.minutes for one in self.times))


def agreed_for(
    *, studies: Sequence[Study], roles: Collection[str], at: datetime
) -> SupportersOwn | None:
    """What the first of these studies that says so agreed for one of the roles."""
    for study in studies:
        version = ProtocolVersion.objects.in_force(study, at)
        own = facts.document_of(version).supporters_own if version else None
        if own is not None and set(own.for_) & set(roles):
            return own
    return None


def month_of(*, person: User, agreed: SupportersOwn | None, at: datetime) -> Month:
    """The calendar month that `at` lies in, in the person's zone. One query.

    A time that was said not to have happened counts nothing; one that nobody recorded
    counts, since unknown is never read as missed.
    """
    day = at.astimezone(ZoneInfo(person.time_zone)).date().replace(day=1)
    first = lengths.at_wall_time(day, time(), person.time_zone)
    end = lengths.at_wall_time(lengths.next_month(day), time(), person.time_zone)
    rows = Booking.objects.for_person(person).filter(
        Q(kind=ALONE, gathering__isnull=True) | Q(kind=SUPERVISION, seat__gt=0),
        agreed_at__isnull=False,
        freed_at__isnull=True,
        did_not_happen_at__isnull=True,
        starts_at__gte=first,
        starts_at__lt=end,
    )
    seats = Q(gathering__places__freed_at=None, gathering__places__seat__gt=0)
    found = rows.annotate(
        supervised=Count("gathering__places", filter=seats)
    ).select_related("supporter__person")
    times = [_counted(row, agreed, at) for row in found.order_by("starts_at")]
    return Month(first, times, agreed)


def _counted(row: Booking, agreed: SupportersOwn | None, at: datetime) -> Counted:
    people = max(1, row.supervised)  # type: ignore[attr-defined]
    minutes = int((row.ends_at - row.starts_at).total_seconds() // 60)
    counts = float(minutes)
    if agreed is not None:
        counts = splitting.credited(
            minutes,
            people,
            group_of=agreed.group_of,
            group_share=agreed.group_share,
        )
    return Counted(row, people, counts, row.ends_at <= at)
