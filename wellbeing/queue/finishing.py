"""A piece of work is finished: it goes into the log, and offers follow from there."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid5

from django.db import transaction

from wellbeing import activities
from wellbeing.activities import Entry, Matter
from wellbeing.models import Activity, WorkItem
from wellbeing.people.models import User
from wellbeing.queue import asks, telling
from wellbeing.queue.refusals import GoneMeanwhile


@dataclass(frozen=True)
class Finish:
    """When it was finished, how long it took, and how long the recording is. UTC."""

    ends_at: datetime
    minutes: int
    audio_minutes: int | None = None


def finish(*, item: WorkItem, by: User, said: Finish, at: datetime) -> Activity:
    """Write it into the log as theirs, in one transaction; the protocol counts from
    there. Twice is once. A pause stops no log. Raises GoneMeanwhile."""
    with transaction.atomic():
        mine = WorkItem.objects.taken().filter(pk=item.pk, person=by, ask=item.ask)
        if not mine.update(finished_at=at):
            return _finished_before(item, by)
        telling.take_back(item, at=at)
        logged = activities.log_interview(
            entry=_entry(item, said), by=by, answer="", wish=None, at=at
        )
        WorkItem.objects.filter(pk=item.pk).update(
            activity=logged.activity, audio_minutes=said.audio_minutes
        )
        asks.worked_lately(by, at)
    return logged.activity


def _finished_before(item: WorkItem, by: User) -> Activity:
    fresh = WorkItem.objects.select_related("activity").get(pk=item.pk)
    if fresh.person_id != by.pk or fresh.activity is None:
        raise GoneMeanwhile
    return fresh.activity


def _entry(item: WorkItem, said: Finish) -> Entry:
    assert item.ask is not None  # noqa: S101 - somebody has taken it on
    return Entry(
        study=item.study,
        role=item.role,
        code=item.code,
        starts_at=said.ends_at - timedelta(minutes=said.minutes),
        ends_at=said.ends_at,
        mode="",
        companion=None,
        others=(),
        # A log that was taken back and made again is another form.
        submission=uuid5(item.ask, said.ends_at.isoformat()),
        kind=item.kind,
        matter=Matter(
            level=item.level, again=item.again, audio_minutes=said.audio_minutes
        ),
    )
