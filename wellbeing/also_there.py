"""Who else the protocol has in an activity held in this way, and what the log says.

A remote interview has a facilitator as well. When the log names none, whoever logged
it is asked once; the coordinators read a neutral line. The log stands as it is, and no
offer waits for an answer (scenario 26).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from wellbeing import facts
from wellbeing.models import Activity, Membership, ProtocolVersion, Study
from wellbeing.people.models import User
from wellbeing.protocol.document import Protocol

# The answer that names nobody.
NOBODY = "nobody"
# How long the coordinators' page speaks of it.
SPOKEN_OF = timedelta(days=28)


@dataclass(frozen=True)
class Unnamed:
    """An activity in whose log nobody stands in a role that the protocol has there."""

    activity: Activity
    role: str


def asked_about(*, activity: Activity) -> str | None:
    """The first role that the version in force at its end has there and its log has
    not; None when there is none, or when somebody has said that nobody was there."""
    if activity.nobody_else_at is not None:
        return None
    version = ProtocolVersion.objects.in_force(activity.study, activity.ends_at)
    document = facts.document_of(version) if version else None
    return next(_unnamed(activity, document), None)


def who_could(*, activity: Activity, role: str) -> list[User]:
    """Members who held the role on that day and are not in it yet; A to Z."""
    day = activity.study.day(activity.ends_at)
    there = activity.exposures.values("person")
    rows = Membership.objects.on(day).filter(study=activity.study, role=role)
    rows = rows.exclude(person__in=there).select_related("person")
    return [row.person for row in rows.order_by("person__name", "person_id")]


def nobody_else(*, activity: Activity, at: datetime) -> None:
    """Nobody else took part. The question rests; nothing follows from it."""
    rows = Activity.objects.done().filter(pk=activity.pk, nobody_else_at=None)
    rows.update(nobody_else_at=at)


def unnamed_of_late(*, study: Study, at: datetime) -> list[Unnamed]:
    """What the coordinators' page says of the last weeks, newest first. Whether
    somebody answered the question makes no difference to it. Three queries."""
    versions = list(ProtocolVersion.objects.filter(study=study).order_by("active_from"))
    documents = [(row.active_from, facts.document_of(row)) for row in versions]
    if not any(document.also_there for _, document in documents):
        return []
    rows = Activity.objects.done().filter(study=study, ends_at__gt=at - SPOKEN_OF)
    rows = rows.prefetch_related("exposures").order_by("-ends_at", "-pk")
    return [
        Unnamed(row, role)
        for row in rows
        for role in _unnamed(row, _at_the_end_of(row, documents))
    ]


def _at_the_end_of(
    row: Activity, documents: list[tuple[datetime, Protocol]]
) -> Protocol | None:
    started = [document for since, document in documents if since <= row.ends_at]
    return started[-1] if started else None


def _unnamed(row: Activity, document: Protocol | None) -> Iterator[str]:
    if document is None:
        return iter(())
    wanted = document.roles_also_there(row.kind, row.mode)
    there = {one.role for one in row.exposures.all()} if wanted else set()
    return (role for role in wanted if role not in there)
