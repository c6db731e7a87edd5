"""The messages about work that is given. None says what it is, or what it holds."""

from datetime import datetime, timedelta
from uuid import UUID

from django.urls import reverse

from notifications import outbox
from wellbeing.models import OutsideWorker, WorkItem

LINK_LASTS = timedelta(days=60)


def tell_asked(item: WorkItem, *, at: datetime) -> None:
    """Somebody is asked whether they would take a piece of work on."""
    until = item.asked_until or at + LINK_LASTS
    _tell(item, "work_asked", at=at, expires_at=until)


def tell_yours(item: WorkItem, *, at: datetime) -> None:
    """The next link, for somebody without an account who has taken it on: the one they
    came with has done its work."""
    _tell(item, "work_yours", at=at, expires_at=at + LINK_LASTS)


def tell_door(worker: OutsideWorker, *, at: datetime) -> None:
    """A fresh link to their own page, after the last one was used."""
    outbox.plan(
        to=worker.person,
        purpose="work",
        template="work_page",
        key=f"work-door:{worker.door}",
        group=f"work-door:{worker.public_id}",
        context={"path": door_path(worker.door)},
        at=at,
        expires_at=at + LINK_LASTS,
    )


def take_back(item: WorkItem, *, at: datetime) -> None:
    """What has not left yet stays here."""
    if item.ask is not None:
        outbox.withdraw(group=_group(item.ask), at=at, reason="it was answered")


def link_path(ask: UUID) -> str:
    """The page of one asking, for somebody without an account; without a signature."""
    return f"/my-work/link/{ask}/"


def door_path(door: UUID) -> str:
    return f"/my-work/yours/{door}/"


def _group(ask: UUID) -> str:
    return f"work:{ask}"


def _tell(item: WorkItem, template: str, *, at: datetime, expires_at: datetime) -> None:
    person, ask = item.person, item.ask
    if person is None or ask is None:
        raise ValueError("nobody is asked for this piece of work")
    context = {"path": reverse("my_work")}
    worker = OutsideWorker.objects.filter(person=person).first()
    if worker:
        context = {"path": link_path(ask), "door_path": door_path(worker.door)}
    outbox.plan(
        to=person,
        purpose="work",
        template=template,
        key=f"work:{ask}:{template}",
        group=_group(ask),
        context=context,
        at=at,
        expires_at=expires_at,
    )
