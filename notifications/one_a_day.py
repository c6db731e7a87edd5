"""At most one message a day that its reader did not ask for; more come in one mail.

The place of a day is a column of the message that took it, and a unique constraint over
person and day: whatever dies, and however many senders run, there is one. It is taken
before the fence, so that whatever may have left holds a place. What is due for the same
reader by then comes along in the same mail. What comes later waits for the next
morning, and ends with a reason when that would be too late for it.

A row that came along has no fate of its own: it left when the mail that it came with
left, which is one statement about one row. When that mail turns out never to have left,
the row is owed by itself again, and the place of the day is free. Two senders never
wait for each other here: each step is one short update, or skips what is locked.
"""

from collections.abc import Sequence
from datetime import date, datetime, time
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q

from notifications import leases, outbox, rendering, timing
from notifications.channels.base import Result
from notifications.holds import Hold, said_no
from notifications.models import (
    STILL_HERE,
    WAITING,
    Attempt,
    Message,
    MessageQuerySet,
    State,
)

TOGETHER = "it came together with another message of that day"
WAITS = "another message came that day, so it waits for the next"
NO_DAY_LEFT = "another message came that day, and the next was too late"
MORNING = time(8)

_ENDED = (State.CANCELLED, State.EXPIRED, State.WITHHELD, State.DEAD)
_MAY_HAVE_LEFT = ("", Result.UNCERTAIN, Result.ACCEPTED, Result.DELIVERED)


def find(message: Message, *, at: datetime, token: UUID) -> Hold | None:
    """None when this claimed row may be the one of its reader's day; it then holds the
    place, and what else is due comes along. The last thing to ask before the words."""
    assert message.person is not None  # noqa: S101 - nobody else is unasked
    day = timing.local_day(at, zone=message.person.time_zone)
    if message.told_on != day and not _take(message, day, token):
        _free(message, day)
        if not _take(message, day, token):
            return _behind(message, day, at, token)
    alone = message.attempts > 0 or not _is_plain_mail(message)
    if not alone and _gather(message, at, token):
        message.told_on = day
    return None


def companions(message: Message, *, at: datetime) -> Sequence[Message]:
    """What comes along in this mail, the oldest first. What has run out or was taken
    back since it was gathered, because the mail was tried again, does not. A row that
    was loaded without a place, and gathered nothing since, carries nothing."""
    if message.told_on is None:
        return []
    rows = Message.objects.filter(came_with=message.pk, state=State.TOGETHER)
    found = list(rows.select_related("person__contact").order_by("not_before", "pk"))
    kept = []
    for row in found:
        if row.withdrawn_at is not None:
            _leave_out(row, State.CANCELLED, "it was taken back meanwhile")
        elif row.expires_at <= at:
            _leave_out(row, State.EXPIRED, "it came too late to be of use")
        else:
            kept.append(row)
    return kept


def _leave_out(message: Message, state: State, reason: str) -> None:
    rows = Message.objects.filter(pk=message.pk, state=State.TOGETHER)
    rows.update(state=state, reason=reason)


def owe_again(*, at: datetime) -> int:
    """Rows whose mail never left are due by themselves again; how many."""
    never = _never_left(Message.objects.filter(pk=OuterRef("came_with")))
    rows = Message.objects.filter(
        Exists(never), state=State.TOGETHER, expires_at__gt=at, withdrawn_at=None
    )
    return rows.update(
        state=State.PENDING, came_with=None, settled_at=None, reason="", next_try=at
    )


def _take(message: Message, day: date, token: UUID) -> bool:
    """Whether the place of the day is this row's now. The database decides."""
    mine = Message.objects.filter(pk=message.pk, state=State.CLAIMED, lease_token=token)
    try:
        with transaction.atomic():
            return bool(mine.update(told_on=day))
    except IntegrityError:
        return False


def _free(message: Message, day: date) -> None:
    """Who holds the place and will certainly never leave gives it up."""
    holder = Message.objects.filter(person=message.person_id, told_on=day)
    _never_left(holder).update(told_on=None)


def _never_left(rows: MessageQuerySet) -> MessageQuerySet:
    tries = Attempt.objects.filter(message=OuterRef("pk"), outcome__in=_MAY_HAVE_LEFT)
    return rows.filter(~Exists(tries), state__in=_ENDED)


def _behind(message: Message, day: date, at: datetime, token: UUID) -> Hold:
    """The place is taken: along with that one while it is still here, or tomorrow."""
    holder = Message.objects.filter(person=message.person_id, told_on=day).first()
    if holder is not None and _join(message, holder, at, token):
        return Hold(State.TOGETHER, TOGETHER)
    contact = outbox.contact_of(message.person)
    wall = contact.quiet_until if contact else MORNING
    assert message.person is not None  # noqa: S101 - nobody else is unasked
    zone = message.person.time_zone
    morning = timing.next_morning(at, zone=zone, wall=wall)
    if morning < message.expires_at:
        return Hold(State.PENDING, WAITS, until=morning)
    return Hold(State.EXPIRED, NO_DAY_LEFT)


def _is_plain_mail(message: Message) -> bool:
    return message.channel == Message.Channel.EMAIL and not message.address


def _gather(message: Message, at: datetime, token: UUID) -> int:
    """Let everything come along that this reader would get by mail now, or that already
    waits for another day. Not what was tried before: it may have left by itself."""
    others = Message.objects.filter(
        person=message.person_id,
        unasked=True,
        state__in=STILL_HERE,
        not_before__lte=at,
    )
    # Mostly there is nothing else, and a look is cheaper than the whole question.
    if not others.exclude(pk=message.pk).exists():
        return 0
    rows = Message.objects.select_related("person__contact").filter(
        ~said_no(),
        Q(state__in=WAITING) | Q(state=State.CLAIMED, lease_token=token),
        person=message.person_id,
        unasked=True,
        channel=Message.Channel.EMAIL,
        address="",
        attempts=0,
        not_before__lte=at,
        expires_at__gt=at,
        withdrawn_at=None,
    )
    with transaction.atomic():
        found = leases.locked(rows.exclude(pk=message.pk))
        ids = [row.pk for row in found if _can_come_along(row, at)]
        return _come_along(Message.objects.filter(pk__in=ids), message, at)


def _join(message: Message, holder: Message, at: datetime, token: UUID) -> bool:
    """Come along with a row that another sender may be about to send. That one loses
    its claim, so that it is looked at anew: its words have been made without this."""
    if message.attempts or not (_is_plain_mail(message) and _is_plain_mail(holder)):
        return False
    if not _can_come_along(message, at):
        return False
    still_here = Message.objects.filter(
        pk=holder.pk,
        state__in=STILL_HERE,
        attempts=0,
        expires_at__gt=at,
        withdrawn_at=None,
    )
    mine = Message.objects.filter(pk=message.pk, state=State.CLAIMED, lease_token=token)
    with transaction.atomic():
        if not still_here.update(
            state=State.PENDING, lease_until=None, lease_token=None
        ):
            return False
        came = bool(_come_along(mine, holder, at))
        # This one was gathered meanwhile: then the other must keep its claim.
        transaction.set_rollback(not came)
        return came


def _come_along(rows: MessageQuerySet, message: Message, at: datetime) -> int:
    return rows.update(
        state=State.TOGETHER,
        came_with=message.pk,
        told_on=None,
        reason=TOGETHER,
        settled_at=at,
        lease_until=None,
    )


def _can_come_along(message: Message, at: datetime) -> bool:
    """A row whose words cannot be made must not spoil the mail of the others."""
    try:
        rendering.point(message, at=at)
    except (rendering.CannotRender, LookupError, ValueError):
        return False
    return True
