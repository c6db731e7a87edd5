"""What stands in the queue: adding to it, holding it back, and taking it off."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from wellbeing.models import Study, WorkItem, WorkTopic
from wellbeing.people.models import User
from wellbeing.queue import telling
from wellbeing.queue.refusals import GoneMeanwhile


class TopicTaken(Exception):
    """The study has this topic already."""


@dataclass(frozen=True)
class Line:
    """One piece of work as it was typed or pasted."""

    code: str
    audio_minutes: int | None = None


@dataclass(frozen=True)
class Matter:
    """What all lines of one form share."""

    kind: str
    level: str
    topic: WorkTopic | None
    again: bool
    due_on: date | None


@transaction.atomic
def add(
    *, study: Study, lines: Collection[Line], matter: Matter, by: User, at: datetime
) -> list[str]:
    """Put them into the queue. Returns the numbers that were there already, which are
    left as they are, so that the same form twice is the same as once."""
    Study.objects.select_for_update(no_key=True).get(pk=study.pk)
    there = {
        code.casefold()
        for code in WorkItem.objects.filter(
            study=study, kind=matter.kind, again=matter.again, off_at=None
        ).values_list("code", flat=True)
    }
    new = [line for line in lines if line.code.casefold() not in there]
    WorkItem.objects.bulk_create(
        WorkItem(
            study=study,
            kind=matter.kind,
            code=line.code,
            level=matter.level,
            topic=matter.topic,
            again=matter.again,
            audio_minutes=line.audio_minutes,
            due_on=matter.due_on,
            made_at=at,
            made_by=by,
        )
        for line in new
    )
    return [line.code for line in lines if line not in new]


def add_topic(*, study: Study, name: str) -> WorkTopic:
    """One more word for what material may hold. Raises TopicTaken."""
    if WorkTopic.objects.filter(study=study, name__iexact=name).exists():
        raise TopicTaken
    topic, made = WorkTopic.objects.get_or_create(study=study, name=name)
    if not made:
        raise TopicTaken
    return topic


@transaction.atomic
def hold(*, item: WorkItem, at: datetime) -> None:
    """Nobody is asked for it until it goes on. Whoever is asked just now is not any
    more; what somebody has taken on stays with them. Raises GoneMeanwhile."""
    item = _as_it_is(item)
    changed = WorkItem.objects.open().filter(pk=item.pk, taken_at=None, held_at=None)
    if not changed.update(
        held_at=at, person=None, ask=None, asked_until=None, last_asked=None
    ):
        raise GoneMeanwhile
    telling.take_back(item, at=at)


def go_on(*, item: WorkItem) -> None:
    """It can be given again. Raises GoneMeanwhile."""
    held = WorkItem.objects.open().filter(pk=item.pk, held_at__isnull=False)
    if not held.update(held_at=None):
        raise GoneMeanwhile


@transaction.atomic
def take_off(*, item: WorkItem, at: datetime) -> None:
    """Out of the queue, unless somebody has taken it on. Raises GoneMeanwhile."""
    item = _as_it_is(item)
    changed = WorkItem.objects.open().filter(pk=item.pk, taken_at=None)
    if not changed.update(off_at=at, person=None, ask=None, asked_until=None):
        raise GoneMeanwhile
    telling.take_back(item, at=at)


def move_due_day(*, item: WorkItem, due_on: date | None) -> None:
    """Another day by which it is to be done, or none. Raises GoneMeanwhile."""
    if not WorkItem.objects.open().filter(pk=item.pk).update(due_on=due_on):
        raise GoneMeanwhile


def _as_it_is(item: WorkItem) -> WorkItem:
    """The row now, which nobody changes until the transaction ends: the message that is
    taken back is that of whoever is asked now."""
    return WorkItem.objects.select_for_update(no_key=True).get(pk=item.pk)
