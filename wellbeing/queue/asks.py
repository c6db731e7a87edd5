"""Asking somebody to take a piece of work on, and all that they may say to it.

Whatever they say needs no reason. Nothing that would let anybody count it is kept.
Each answer claims the asking that it belongs to by a conditional update.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import uuid4

from django.db import OperationalError, transaction

from wellbeing.models import (
    Membership,
    OutsideWorker,
    Study,
    TopicRest,
    WorkItem,
    WorkPause,
)
from wellbeing.people.models import User
from wellbeing.queue import room, telling, terms
from wellbeing.queue.refusals import (
    Busy,
    CannotTakeIt,
    GoneMeanwhile,
    NotAChoice,
    NothingElse,
    OnHold,
    WorthKnowing,
)

ASK_LASTS = timedelta(days=7)
# Whoever gives a piece back rests from its topic for a while, whichever way they said
# so. It is no number of the team's: it makes those who want no more of a topic look
# like everybody else who gave one back.
REST = timedelta(days=14)
# How many others are tried for a swap: each is a look at everything the person carries.
MOST_TRIED = 12


@transaction.atomic
def ask(
    *, item: WorkItem, person: User, seen: Collection[str], at: datetime
) -> WorkItem:
    """Ask one person to take it on, and tell them. `seen` are the sentences that the
    coordinator has read.

    Raises NotAsked, OnHold, CannotTakeIt, WorthKnowing, GoneMeanwhile or Busy; nothing
    is written then.
    """
    _one_at_a_time(item.study)
    if terms.is_paused(item.study, at):
        raise OnHold
    fresh = WorkItem.objects.select_related("study", "topic").get(pk=item.pk)
    able = room.can_take(item=fresh, person=person, at=at)
    if able is None:
        raise CannotTakeIt
    if set(able.sentences) - set(seen):
        raise WorthKnowing(able.sentences)
    return _put_to(fresh, person, at)


def take(*, item: WorkItem, at: datetime) -> WorkItem:
    """The person takes it on. Twice is once. Raises OnHold, GoneMeanwhile."""
    terms.refuse_if_paused(item.study, _holder(item), at)
    with transaction.atomic():
        mine = WorkItem.objects.asked(at).filter(pk=item.pk, ask=item.ask)
        if mine.update(taken_at=at, last_asked=None):
            return _with_new_link(item, at)
    fresh = WorkItem.objects.get(pk=item.pk)
    if fresh.person_id == item.person_id and fresh.taken_at and not fresh.finished_at:
        return fresh
    raise GoneMeanwhile


def give_back(*, item: WorkItem, at: datetime) -> None:
    """Back into the queue: not this one, or not any more. Nobody is told.

    Twice is once. Raises GoneMeanwhile when it is no longer theirs to give back.
    """
    with transaction.atomic():
        _let_go(item, at)
        _rest(item, at, until=at + REST)


def not_this_topic(*, item: WorkItem, at: datetime) -> None:
    """Back into the queue, and nothing more on this topic until they say otherwise.

    Raises NotAChoice for material without a topic, and GoneMeanwhile.
    """
    if item.topic_id is None:
        raise NotAChoice
    with transaction.atomic():
        _let_go(item, at)
        _rest(item, at, until=None)


def swap(*, item: WorkItem, at: datetime) -> WorkItem:
    """Give it back and be asked for another one in its place, plain ones first after a
    heavy one. Raises NothingElse, when it is given back all the same, GoneMeanwhile."""
    person = _holder(item)
    with transaction.atomic():
        _one_at_a_time(item.study)
        _let_go(item, at)
        _rest(item, at, until=at + REST)
        other = _another(item, person, at)
    if other is None:
        raise NothingElse
    return other


def split(*, item: WorkItem, at: datetime) -> WorkItem:
    """Take one half on, and leave the other in the queue for somebody else.

    Raises NotAChoice when it is a half already, OnHold, GoneMeanwhile.
    """
    terms.refuse_if_paused(item.study, _holder(item), at)
    with transaction.atomic():
        fresh = WorkItem.objects.select_for_update(no_key=True).get(pk=item.pk)
        if fresh.ask != item.ask or fresh.person_id != item.person_id:
            raise GoneMeanwhile
        if fresh.part:
            raise NotAChoice
        first, second = _halves(fresh.audio_minutes)
        mine = WorkItem.objects.open().filter(pk=item.pk, ask=item.ask, part=0)
        if not mine.update(
            part=1,
            audio_minutes=first,
            taken_at=fresh.taken_at or at,
            last_asked=None,
        ):
            raise GoneMeanwhile
        _other_half(fresh, second, at)
        return _with_new_link(item, at)


@transaction.atomic
def bring_back(*, item: WorkItem, at: datetime) -> None:
    """Back into the queue from somebody who no longer does this work in the study.

    Nobody else's work is taken from them. Raises NotAChoice, GoneMeanwhile.
    """
    if not has_left(item, at):
        raise NotAChoice
    _let_go(item, at)


def has_left(item: WorkItem, at: datetime) -> bool:
    """Whether it is with somebody who holds the role for it no more."""
    if item.person is None or item.person.email is None:
        return False
    held = Membership.objects.on(at.date()).filter(
        study=item.study, person=item.person, role=item.role
    )
    return not (item.person.is_active and held.exists())


def ask_again_about(*, person: User, rest: TopicRest) -> None:
    """The person would take material on this topic again."""
    TopicRest.objects.filter(pk=rest.pk, person=person).delete()


def pause(*, person: User, study: Study, at: datetime) -> None:
    """They are asked for no more work of the study until they say so."""
    WorkPause.objects.get_or_create(study=study, person=person, defaults={"since": at})


def go_on(*, person: User, study: Study) -> None:
    """They can be asked again."""
    WorkPause.objects.filter(study=study, person=person).delete()


def _one_at_a_time(study: Study) -> None:
    """Two who ask at once see what the other has given. Logging does not wait."""
    try:
        Study.objects.select_for_update(no_key=True).get(pk=study.pk)
    except OperationalError:
        raise Busy from None


def _holder(item: WorkItem) -> User:
    if item.person is None:
        raise GoneMeanwhile
    return item.person


def _put_to(item: WorkItem, person: User, at: datetime) -> WorkItem:
    waiting = WorkItem.objects.waiting(at).filter(pk=item.pk)
    if not waiting.update(
        person=person, ask=uuid4(), asked_until=at + ASK_LASTS, last_asked=None
    ):
        raise GoneMeanwhile
    telling.take_back(item, at=at)
    worked_lately(person, at)
    asked = WorkItem.objects.select_related("person", "study").get(pk=item.pk)
    telling.tell_asked(asked, at=at)
    return asked


def _let_go(item: WorkItem, at: datetime) -> None:
    mine = WorkItem.objects.open().filter(
        pk=item.pk, ask=item.ask, person=_holder(item)
    )
    if not mine.update(
        person=None,
        last_asked=item.person,
        ask=None,
        asked_until=None,
        taken_at=None,
    ):
        raise GoneMeanwhile
    telling.take_back(item, at=at)
    worked_lately(_holder(item), at)


def _rest(item: WorkItem, at: datetime, *, until: datetime | None) -> None:
    """Only longer, never shorter: who wants no more of a topic said so once for all.

    While the queue is on hold, giving back says nothing about the topic.
    """
    if item.topic_id is None:
        return
    person = _holder(item)
    if until and terms.is_paused_for(item.study, person, at):
        return
    rest, made = TopicRest.objects.get_or_create(
        person=person, topic_id=item.topic_id, defaults={"until": until}
    )
    if not made and rest.until is not None:
        TopicRest.objects.filter(pk=rest.pk).update(until=until)


def _another(item: WorkItem, person: User, at: datetime) -> WorkItem | None:
    if terms.is_paused_for(item.study, person, at):
        return None
    others = room.next_for(person=person, besides=item, last_level=item.level, at=at)
    for other in others[:MOST_TRIED]:
        if room.can_take(item=other, person=person, at=at):
            return _put_to(other, person, at)
    return None


def _halves(minutes: int | None) -> tuple[int | None, int | None]:
    if minutes is None:
        return None, None
    return -(-minutes // 2), max(minutes // 2, 1)


def _other_half(item: WorkItem, minutes: int | None, at: datetime) -> None:
    WorkItem.objects.create(
        study=item.study,
        kind=item.kind,
        code=item.code,
        part=2,
        level=item.level,
        topic_id=item.topic_id,
        again=item.again,
        audio_minutes=minutes,
        due_on=item.due_on,
        made_at=at,
        made_by_id=item.made_by_id,
        last_asked=item.person,
    )


def _with_new_link(item: WorkItem, at: datetime) -> WorkItem:
    """The link that was used has done its work; who has no account needs another."""
    person = _holder(item)
    telling.take_back(item, at=at)
    if person.email is None:
        WorkItem.objects.filter(pk=item.pk).update(ask=uuid4())
    fresh = WorkItem.objects.select_related("person", "study").get(pk=item.pk)
    if person.email is None:
        worked_lately(person, at)
        telling.tell_yours(fresh, at=at)
    return fresh


def worked_lately(person: User, at: datetime) -> None:
    """From here on their address is kept for as long as the protocol says."""
    OutsideWorker.objects.filter(person=person).update(last_work_at=at)
