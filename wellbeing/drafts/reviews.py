"""When a team said that it would look at its protocol again."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from django.db.models import Q

from notifications import outbox
from wellbeing import facts
from wellbeing.drafts import rights
from wellbeing.drafts.signatures import not_past
from wellbeing.models import Draft, Membership, ProtocolVersion, Study
from wellbeing.people.models import User
from wellbeing.protocol import lengths

# After that the moment for a word has passed, until the next one comes.
OF_USE = timedelta(days=14)
SHORTEST = timedelta(days=1)
Row = TypeVar("Row", ProtocolVersion, Draft)


@dataclass(frozen=True)
class Review:
    """`due_at` is when to look again; `period` counts how often that time has come
    since `since`, when the protocol was last looked at."""

    since: datetime
    due_at: datetime
    period: int
    every: str


def review_of(
    version: ProtocolVersion, drafted: Iterable[datetime], at: datetime
) -> Review:
    """When to look at the version in force again. It counts as looked at when it
    started and when a draft was begun."""
    document = facts.document_of(version)
    since = max([version.active_from, *drafted])
    first = lengths.after(since, document.review_every, document.calendar)
    length = max(first - since, SHORTEST)
    period = max(0, (at - since) // length)
    return Review(
        since,
        since + length * max(1, period),
        period,
        lengths.words(document.review_every),
    )


def remind_of_review(*, at: datetime) -> int:
    """One quiet message to coordinators and leads of each study whose time has come.

    Returns how many people there are to tell. Calling it again in the same period
    writes nothing new. A fixed number of queries, unless somebody is to be told.
    """
    open_now = Q(closed_on=None) | Q(closed_on__gt=at.date())
    studies = list(Study.objects.filter(open_now))
    versions = _by_study(ProtocolVersion.objects.filter(study__in=studies))
    drafts = _by_study(Draft.objects.filter(study__in=studies).defer("text"))
    told = 0
    for study in studies:
        active = not_past(versions.get(study.pk, []), at)[:1]
        if not active or active[0].active_from > at:
            continue
        begun = [draft.made_at for draft in drafts.get(study.pk, [])]
        told += _tell(study, review_of(active[0], begun, at), at)
    return told


def _by_study(rows: Iterable[Row]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = {}
    for row in rows:
        found.setdefault(row.study_id, []).append(row)
    return found


def _tell(study: Study, review: Review, at: datetime) -> int:
    """Write the message of this period. The key lets each person get it once."""
    if not review.period or at >= review.due_at + OF_USE:
        return 0
    held = Membership.objects.on(at.date()).with_role(*rights.DECIDING)
    people = User.objects.filter(pk__in=held.filter(study=study).values("person"))
    group = f"protocol-review:{study.public_id}:{review.since:%Y%m%d%H%M}"
    for person in people:
        outbox.plan(
            to=person,
            purpose="protocol_review",
            template="protocol_review",
            key=f"{group}:{review.period}:{person.pk}",
            group=group,
            context={"every": review.every, "path": "/protocol/"},
            at=at,
            expires_at=review.due_at + OF_USE,
        )
    return len(people)
