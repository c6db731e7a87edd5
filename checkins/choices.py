"""How one person wants check-ins: as usual, paused, stopped; and who reads the next."""

from datetime import datetime

from django.db import transaction

from checkins import invitations
from checkins.models import Choice
from wellbeing.people.models import User


def choice_of(person: User) -> Choice:
    """The person's word; as usual and only me where they have said nothing yet."""
    return Choice.objects.select_related("shared_with").filter(
        person=person
    ).first() or Choice(person=person)


def pause(*, person: User, at: datetime) -> None:
    """Ask nothing until the person starts again. Nobody is told."""
    _rest(person, at, "the person paused check-ins", paused_at=at, stopped_at=None)


def stop(*, person: User, at: datetime) -> None:
    """Ask nothing any more, unless the person starts again. Nobody is told."""
    _rest(person, at, "the person stopped check-ins", paused_at=None, stopped_at=at)


def start_again(*, person: User, at: datetime) -> None:
    """Ask as the protocol says, from the next one on. Counting begins anew."""
    _set(person, paused_at=None, stopped_at=None, counted_from=at)


def show_next_to(*, person: User, reader: User | None) -> None:
    """Whom the form of the next ones suggests; None for only me. Opens nothing old."""
    _set(person, shared_with=reader)


def _rest(
    person: User,
    at: datetime,
    reason: str,
    *,
    paused_at: datetime | None,
    stopped_at: datetime | None,
) -> None:
    with transaction.atomic():
        invitations.hold(person)
        _set(person, paused_at=paused_at, stopped_at=stopped_at)
        invitations.withdraw_waiting(person=person, at=at, reason=reason)


def _set(person: User, **fields: object) -> None:
    Choice.objects.update_or_create(person=person, defaults=fields)
