"""Who is invited to which group. The groups themselves are in `sessions.groups`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sessions import groups, splitting
from sessions.models import GroupRound, Supporter
from wellbeing import facts
from wellbeing.models import (
    EXPOSED_ROLES,
    SUPPORTER_ROLES,
    Exposure,
    Membership,
    ProtocolVersion,
    Study,
)
from wellbeing.pencilling import reminders_of
from wellbeing.people.models import User
from wellbeing.protocol import lengths

REFLECTION, CLOSE, SUPERVISION = "group_reflection", "team_close", "group_supervision"
KINDS = {
    REFLECTION: "Reflective group, for everybody who does this work",
    CLOSE: "Team close, for everybody who worked on that day",
    SUPERVISION: "Supervision for supporters",
}


class SplitSuggested(Exception):
    """More are invited than fit. `sizes` are those of the fewest even groups."""

    def __init__(self, people: int, sizes: list[int]) -> None:
        super().__init__(f"{people} people are invited.")
        self.people, self.sizes = people, sizes


class NobodyToInvite(Exception):
    """Nobody in the study would be invited to this."""


@dataclass(frozen=True)
class Wanted:
    """What the facilitator fills in: one start, or one for each group of a split."""

    kind: str
    starts: Sequence[datetime]
    minutes: int
    mode: str
    place: str
    most: int
    submission: str


def call(
    *, study: Study, supporter: Supporter, wanted: Wanted, at: datetime
) -> GroupRound:
    """Call a group, or the groups of a split, and invite whom it is for.

    Raises NobodyToInvite, SplitSuggested while there are fewer starts than groups, and
    AlreadyBooked from `sessions.groups`.
    """
    invited = invited_to(study=study, supporter=supporter, wanted=wanted, at=at)
    if not invited:
        raise NobodyToInvite
    sizes = splitting.split(len(invited), wanted.most)
    if len(wanted.starts) < len(sizes):
        raise SplitSuggested(len(invited), sizes)
    if len(wanted.starts) > 1:
        sizes = splitting.split(len(invited), -(-len(invited) // len(wanted.starts)))
    else:
        sizes = [wanted.most]
    version = ProtocolVersion.objects.in_force(study, at)
    return groups.call(
        supporter=supporter,
        kind=wanted.kind,
        plans=[
            groups.Plan(start, wanted.minutes, wanted.mode, wanted.place, max(size, 2))
            for start, size in zip(wanted.starts, sizes, strict=False)
        ],
        invited=invited,
        quiet_minutes=0 if wanted.kind == SUPERVISION else wanted.minutes,
        reminders=reminders_of(facts.document_of(version)) if version else [],
        origin=f"group:{wanted.submission}",
        at=at,
    )


def invited_to(
    *, study: Study, supporter: Supporter, wanted: Wanted, at: datetime
) -> list[User]:
    """Whom a group of this kind is for, without its facilitator.

    A team close is for those who worked on its day: an activity of theirs ended on it,
    logged or planned. Who they are is not shown to the facilitator, only who comes.
    """
    day = at.date()
    roles = SUPPORTER_ROLES if wanted.kind == SUPERVISION else EXPOSED_ROLES
    members = Membership.objects.on(day).filter(study=study, role__in=roles)
    people = User.objects.filter(memberships__in=members, is_active=True)
    people = people.exclude(pk=supporter.pk).exclude(email="")
    if wanted.kind == CLOSE:
        people = people.filter(pk__in=_at_work(study, wanted.starts[0]))
    return list(people.distinct().order_by("pk"))


def _at_work(study: Study, start: datetime) -> list[int]:
    """Who worked on the local day of this instant."""
    zone = ZoneInfo(study.time_zone)
    day: date = start.astimezone(zone).date()
    first = lengths.at_wall_time(day, time(), study.time_zone)
    last = lengths.at_wall_time(day + timedelta(days=1), time(), study.time_zone)
    rows = Exposure.objects.filter(
        activity__study=study,
        activity__withdrawn_at__isnull=True,
        activity__ends_at__gte=first,
        activity__ends_at__lt=last,
    )
    return list(rows.values_list("person_id", flat=True).distinct())
