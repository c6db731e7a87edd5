"""People who work for the study without an account, and the links in their mail.

They are a name and an address that nobody can sign in with. Each link opens one thing,
is signed when it is sent, and does its work once: with each use the id in it is
replaced by a new one. The address is erased after the last piece of work.
"""

import logging
from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import QuerySet

from sessions.models import Booking, Supporter, SupportRequest
from wellbeing import offers, support
from wellbeing.lib.links import was_signed
from wellbeing.models import (
    Exposure,
    OutsideWorker,
    Study,
    TopicRest,
    WorkItem,
    WorkPause,
)
from wellbeing.people.models import Contact, User
from wellbeing.protocol import lengths
from wellbeing.protocol.document import Protocol
from wellbeing.queue import asks, telling
from wellbeing.queue.refusals import GoneMeanwhile, NotAsked
from wellbeing.queue.terms import terms_of

log = logging.getLogger(__name__)

FORMER = "Former outside worker"


class AlreadyThere(Exception):
    """Somebody of the study can be written to at this address."""


def working_for(study: Study) -> QuerySet[OutsideWorker]:
    """Those who can be asked for work, A to Z."""
    rows = OutsideWorker.objects.filter(study=study, ended_at=None, erased_at=None)
    return rows.select_related("person").order_by("person__name", "pk")


@transaction.atomic
def add(
    *, study: Study, name: str, email: str, role: str, by: User, at: datetime
) -> OutsideWorker:
    """Somebody who can be asked, without an account. Nothing is sent until they are
    asked for a piece of work. Raises NotAsked, AlreadyThere."""
    if terms_of(study, at).document.outside_workers is None:
        raise NotAsked
    Study.objects.select_for_update(no_key=True).get(pk=study.pk)
    email = email.lower()
    there = working_for(study).filter(person__contact__mail=email)
    members = study.memberships.filter(person__email__iexact=email)
    if there.exists() or members.exists():
        raise AlreadyThere
    person = User.objects.create_user(
        email=None, name=name, password=None, time_zone=study.time_zone, joined_at=at
    )
    Contact.objects.create(person=person, mail=email)
    return OutsideWorker.objects.create(
        study=study, person=person, role=role, added_at=at, added_by=by, last_work_at=at
    )


@transaction.atomic
def end(*, worker: OutsideWorker, at: datetime) -> None:
    """They are asked for nothing more. What they were asked for or had taken on goes
    back into the queue, and its links have done their work. Twice is once."""
    mine = WorkItem.objects.open().filter(person=worker.person)
    for item in mine.select_for_update(no_key=True):
        WorkItem.objects.open().filter(pk=item.pk, person=worker.person).update(
            person=None, ask=None, asked_until=None, taken_at=None
        )
        telling.take_back(item, at=at)
    OutsideWorker.objects.filter(pk=worker.pk, ended_at=None).update(ended_at=at)


def find_item(*, ask: UUID, signature: str, at: datetime) -> WorkItem | None:
    """The piece of work that a mailed link opens now; None when the link has done its
    work or has run out. Raises WorkItem.DoesNotExist for a link that we never sent."""
    if not was_signed(telling.link_path(ask), signature):
        raise WorkItem.DoesNotExist
    rows = WorkItem.objects.open().select_related("study", "topic", "person")
    rows = rows.filter(person__outside_worker__isnull=False)
    item = rows.filter(ask=ask, person__outside_worker__erased_at=None).first()
    if item is None or item.taken_at is not None:
        return item
    return item if item.asked_until and item.asked_until > at else None


def find_worker(*, door: UUID, signature: str) -> OutsideWorker | None:
    """Whose own page a mailed link opens; as `find_item`."""
    if not was_signed(telling.door_path(door), signature):
        raise OutsideWorker.DoesNotExist
    rows = OutsideWorker.objects.filter(erased_at=None)
    return rows.select_related("study", "person").filter(door=door).first()


def find_booking(*, public_id: UUID, signature: str) -> Booking:
    """The time that a mailed link opens. Raises Booking.DoesNotExist. Only for people
    without an account: everybody else signs in."""
    if not was_signed(f"/bookings/{public_id}/", signature):
        raise Booking.DoesNotExist
    rows = Booking.objects.filter(person__outside_worker__erased_at=None)
    rows = rows.filter(person__outside_worker__isnull=False)
    return rows.select_related("person", "supporter__person").get(public_id=public_id)


@transaction.atomic
def pause(*, worker: OutsideWorker, at: datetime) -> OutsideWorker:
    """They are asked for nothing until they say so. Raises GoneMeanwhile."""
    fresh = _use_door(worker, at)
    asks.pause(person=worker.person, study=worker.study, at=at)
    return fresh


@transaction.atomic
def go_on(*, worker: OutsideWorker, at: datetime) -> OutsideWorker:
    """They can be asked again. Raises GoneMeanwhile."""
    fresh = _use_door(worker, at)
    asks.go_on(person=worker.person, study=worker.study)
    return fresh


@transaction.atomic
def ask_for_talk(
    *, worker: OutsideWorker, kind: str, holder: UUID, modes: list[str], at: datetime
) -> tuple[OutsideWorker, SupportRequest]:
    """Ask somebody by name for a time, by the same door as everybody. Raises
    GoneMeanwhile when the link was used, or when the choice is no longer there."""
    if kind not in talk_kinds(terms_of(worker.study, at).document):
        raise GoneMeanwhile
    who = {str(one.person.public_id): one for one in talkers(worker, kind, at)}
    chosen = who.get(str(holder))
    if chosen is None:
        raise GoneMeanwhile
    submission = str(worker.door)
    fresh = _use_door(worker, at)
    asked = offers.ask(
        study=worker.study,
        person=worker.person,
        holder=chosen,
        kind=kind,
        modes=modes,
        note="",
        at=at,
        submission=submission,
    )
    return fresh, asked


def talk_kinds(document: Protocol) -> list[str]:
    """What they are offered that somebody is needed for."""
    outside = document.outside_workers
    named = outside.kinds if outside else []
    return [kind for kind in named if document.kinds[kind].with_]


def quiet_kinds(document: Protocol) -> list[str]:
    """What they are offered that nobody is needed for."""
    outside = document.outside_workers
    named = outside.kinds if outside else []
    return [kind for kind in named if not document.kinds[kind].with_]


def talkers(worker: OutsideWorker, kind: str, at: datetime) -> list[Supporter]:
    """Whom they can ask for a kind of talk. Two queries."""
    document = terms_of(worker.study, at).document
    circle = support.circle_of(study=worker.study, person=worker.person, at=at)
    return circle.with_roles(document.kinds[kind].with_)


def minutes_since(*, person: User, study: Study, since: datetime) -> tuple[int, int]:
    """Minutes of recordings and minutes of work that they have logged since then."""
    found = minutes_by_person(study=study, since=since, people=[person])
    return found.get(person.pk, (0, 0))


def minutes_by_person(
    *, study: Study, since: datetime, people: Collection[User] | None = None
) -> dict[int, tuple[int, int]]:
    """The same for each of them, by person, or for all who have no account. One
    query."""
    rows = Exposure.objects.filter(
        activity__study=study,
        activity__ends_at__gte=since,
        activity__logged_at__isnull=False,
        activity__withdrawn_at=None,
        person__outside_worker__isnull=False,
    ).select_related("activity")
    if people is not None:
        rows = rows.filter(person__in=people)
    found: dict[int, tuple[int, int]] = {}
    for row in rows:
        audio, worked = found.get(row.person_id, (0, 0))
        activity = row.activity
        audio += activity.audio_minutes or 0
        found[row.person_id] = (audio, worked + activity.minutes)
    return found


def erase_over(*, at: datetime) -> int:
    """Erase name and address of those whose last work is as long ago as the protocol
    in force says. What was worked stays, without a name. Returns how many."""
    rows = OutsideWorker.objects.filter(erased_at=None).select_related(
        "study", "person"
    )
    return sum(_erase(row, at) for row in rows if _is_over(row, at))


def _is_over(worker: OutsideWorker, at: datetime) -> bool:
    if WorkItem.objects.taken().filter(person=worker.person).exists():
        return False
    if WorkItem.objects.asked(at).filter(person=worker.person).exists():
        return False
    held = Booking.objects.holding(at).filter(person=worker.person, ends_at__gt=at)
    asked = SupportRequest.objects.filter(person=worker.person, closed_at=None)
    if held.exists() or asked.exists():
        return False
    try:
        document = terms_of(worker.study, at).document
    except NotAsked:
        return worker.last_work_at + _LONGEST < at
    if document.outside_workers is None:
        return worker.last_work_at + _LONGEST < at
    length = document.outside_workers.erased_after
    return lengths.after(worker.last_work_at, length, document.calendar) < at


# When no protocol names a length any more, nothing is a reason to keep an address.
_LONGEST = timedelta(days=30)


@transaction.atomic
def _erase(worker: OutsideWorker, at: datetime) -> int:
    """Once, and only while nothing has been given to them since we looked."""
    rows = OutsideWorker.objects.filter(
        pk=worker.pk, erased_at=None, last_work_at=worker.last_work_at
    )
    if not rows.update(erased_at=at, door=uuid4(), ended_at=worker.ended_at or at):
        return 0
    person = worker.person
    User.objects.filter(pk=person.pk).update(name=FORMER, is_active=False)
    Contact.objects.filter(person=person).delete()
    TopicRest.objects.filter(person=person).delete()
    WorkPause.objects.filter(person=person).delete()
    lapsed = WorkItem.objects.open().filter(person=person, taken_at=None)
    lapsed.update(person=None, ask=None, asked_until=None)
    log.info("Name and address of outside worker %s are erased.", worker.public_id)
    return 1


def _use_door(worker: OutsideWorker, at: datetime) -> OutsideWorker:
    """The link has done its work; a fresh one goes out."""
    mine = OutsideWorker.objects.filter(pk=worker.pk, door=worker.door, erased_at=None)
    if not mine.update(door=uuid4()):
        raise GoneMeanwhile
    fresh = OutsideWorker.objects.select_related("study", "person").get(pk=worker.pk)
    telling.tell_door(fresh, at=at)
    return fresh
