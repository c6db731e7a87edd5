"""Sends what is due, so that nothing is lost and nothing goes out twice.

A row is claimed under a lease, looked at a last time, fenced into `sending` and
committed before the provider is called. Whoever dies before the fence has sent nothing;
whoever dies after it leaves a row that is looked up, never sent again blindly. Any
number of senders may run at once, on any number of machines.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.db.models import F, Q

from notifications import holds, outbox, outcomes, rendering
from notifications.channels import circuit
from notifications.channels.base import Channel, Outcome, Parcel, Result
from notifications.channels.email import EmailChannel
from notifications.channels.sms import SmsChannel
from notifications.models import Attempt, Heartbeat, Message, MessageQuerySet, State
from notifications.uncertain import reconcile_uncertain

__all__ = ["SENDER", "Counts", "reconcile_uncertain", "send_due"]

log = logging.getLogger(__name__)
Clock = Callable[[], datetime]

SENDER = "sender"
BATCH = 5
# Longer than a batch of calls that all run into their time-out of 10 s.
LEASE = timedelta(seconds=120)


@dataclass
class Counts:
    """What one round did: rows handed over, put off, in doubt, and ended unsent."""

    sent: int = 0
    put_off: int = 0
    in_doubt: int = 0
    not_sent: int = 0


class _Round:
    """One round of one sender: its channels, clock and counts."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.counts = Counts()
        self.channels: dict[str, Channel] = {
            Message.Channel.EMAIL: EmailChannel(),
            Message.Channel.SMS: SmsChannel(),
        }

    def close(self) -> None:
        for channel in self.channels.values():
            channel.close()


def send_due(
    *,
    clock: Clock,
    seconds: float = 40,
    keep_going: Callable[[], bool] = lambda: True,
) -> Counts:
    """Send until nothing is due, `seconds` are over, or `keep_going` says no.

    `clock` gives the instant anew for each row. Must not run inside a transaction: the
    fence has to be committed before the provider is called.
    """
    stop_at = time.monotonic() + seconds
    this = _Round(clock)
    take_back(at=clock())
    try:
        while keep_going() and time.monotonic() < stop_at:
            token = uuid4()
            claimed = claim(at=clock(), token=token)
            if not claimed:
                break
            for message_id in claimed:
                if not keep_going():
                    break
                _deliver(this, message_id, token)
            give_back(token=token)
    finally:
        this.close()
    beat_at = clock()
    Heartbeat.objects.update_or_create(name=SENDER, defaults={"beat_at": beat_at})
    return this.counts


def take_back(*, at: datetime) -> None:
    """Leases that ran out: claimed rows left nothing; sending ones may have."""
    late = Message.objects.filter(lease_until__lte=at)
    late.filter(state=State.CLAIMED).update(state=State.PENDING, lease_until=None)
    late.filter(state=State.SENDING).update(
        **outcomes.waiting(
            state=State.UNCERTAIN,
            until=at + outcomes.LOOK_AFTER,
            reason="the sender stopped in the middle",
        )
    )


def can_leave(at: datetime) -> MessageQuerySet:
    """The due rows that a sender should take up now.

    Rows of a closed channel wait, but come up shortly before their use ends.
    """
    ending = Q(expires_at__lte=at + outcomes.FALL_BACK_BEFORE_END)
    closed = Q(channel__in=circuit.closed(at))
    return Message.objects.due(at).filter(~closed | ending)


def claim(*, at: datetime, token: UUID) -> list[int]:
    """Up to five due rows, now ours for two minutes, the most urgent first."""
    with transaction.atomic(durable=True):
        rows = can_leave(at).order_by("priority", "next_try", "pk")
        if connection.features.has_select_for_update_skip_locked:
            rows = rows.select_for_update(skip_locked=True)
        # SQLite needs no row locks: the transaction took the write lock at its start.
        ids = list(rows.values_list("pk", flat=True)[:BATCH])
        Message.objects.filter(pk__in=ids).update(
            state=State.CLAIMED, lease_until=at + LEASE, lease_token=token
        )
    return ids


def give_back(*, token: UUID) -> None:
    """Rows that were claimed and not reached are anybody's again."""
    Message.objects.filter(state=State.CLAIMED, lease_token=token).update(
        state=State.PENDING, lease_until=None
    )


def _deliver(this: _Round, message_id: int, token: UUID) -> None:
    at = this.clock()
    mine = Message.objects.filter(pk=message_id, state=State.CLAIMED, lease_token=token)
    message = holds.with_consent(mine).first()
    if message is None:
        return
    try:
        if _held(this, message, token, at):
            return
        words = _words(message, at)
    except (rendering.CannotRender, LookupError, ValueError) as problem:
        # Only the kind of problem: the row's values stay out of the log.
        log.error("Message %s: %s", message.public_id, type(problem).__name__)
        hold = holds.Hold(State.DEAD, "its text could not be made", fall_back=True)
        _end(this, message, token, hold, at)
        return
    attempt = fence(message=message, token=token, at=at)
    if attempt is not None:
        to = holds.recipient(message)
        parcel = Parcel(message, attempt.public_id, to, at, words)
        outcome = _hand_over(this.channels[message.channel], parcel)
        _record(this, message, attempt, outcome, token)


def _words(message: Message, at: datetime) -> rendering.Letter | str:
    if message.channel == Message.Channel.SMS:
        return rendering.text(message, at=at)
    return rendering.letter(message, at=at, to=holds.recipient(message))


def _held(this: _Round, message: Message, token: UUID, at: datetime) -> bool:
    """Whether something stands in the way; the row is moved on if so."""
    hold = holds.find(
        message,
        at=at,
        closed=circuit.closed(at),
        unwanted=getattr(message, "unwanted", False),
    )
    if hold is None:
        return False
    _end(this, message, token, hold, at)
    return True


def _end(
    this: _Round, message: Message, token: UUID, hold: holds.Hold, at: datetime
) -> None:
    if hold.until is not None:
        this.counts.put_off += 1
        fields = outcomes.waiting(
            state=hold.state, until=hold.until, reason=hold.reason
        )
    else:
        this.counts.not_sent += 1
        fields = outcomes.not_sent(state=hold.state, reason=hold.reason, at=at)
    with transaction.atomic():
        mine = Message.objects.filter(
            pk=message.pk, state=State.CLAIMED, lease_token=token
        )
        if mine.update(**fields) and hold.fall_back:
            outbox.plan_fallback(message=message, at=at)


def fence(*, message: Message, token: UUID, at: datetime) -> Attempt | None:
    """Past this point the message may have left. None when the row is no longer ours.

    One update finds the row still claimed by us, so a withdrawal or another sender that
    came first wins. Durable, or a crash during the call would leave no trace of it.
    """
    with transaction.atomic(durable=True):
        mine = Message.objects.filter(
            pk=message.pk,
            state=State.CLAIMED,
            lease_token=token,
            lease_until__gt=at,
            expires_at__gt=at,
        )
        if not mine.update(
            state=State.SENDING, attempts=F("attempts") + 1, lease_until=at + LEASE
        ):
            return None
        return Attempt.objects.create(
            message=message,
            number=message.attempts + 1,
            started_at=at,
            phase=Attempt.Phase.CALLING,
        )


def _hand_over(channel: Channel, parcel: Parcel) -> Outcome:
    try:
        return channel.send(parcel)
    except Exception as problem:  # noqa: BLE001 - whatever a mail back end may raise
        # The call was under way, so it is not known what arrived at the other side.
        kind = type(problem).__name__
        log.error("Message %s: %s", parcel.message.public_id, kind)
        return Outcome(Result.UNCERTAIN, kind, reason="the call broke off")


def _record(
    this: _Round, message: Message, attempt: Attempt, outcome: Outcome, token: UUID
) -> None:
    outcomes.settle(
        message=message,
        attempt=attempt,
        outcome=outcome,
        at=this.clock(),
        states=outcomes.AFTER_THE_CALL,
        token=token,
    )
    if outcome.result is Result.ACCEPTED:
        this.counts.sent += 1
    elif outcome.result is Result.UNCERTAIN:
        this.counts.in_doubt += 1
    elif outcome.result in {Result.PERMANENT, Result.EXPIRED}:
        this.counts.not_sent += 1
    else:
        this.counts.put_off += 1
