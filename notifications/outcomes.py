"""What a try's outcome does to its row. Used by sender, webhook and look-up alike.

States only rise: an attempt that has arrived is never again merely accepted, and each
change of a row is an update that finds it in a state that may still change.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from notifications import addresses, outbox, timing
from notifications.channels import circuit
from notifications.channels.base import Outcome, Result
from notifications.models import Attempt, Message, State

LOOK_AFTER = timedelta(minutes=5)
RECEIPT_WITHIN = timedelta(hours=24)
FALL_BACK_BEFORE_END = timedelta(minutes=30)
# Where a sender's own news may find its row: the lease may have run out meanwhile.
AFTER_THE_CALL = (State.SENDING, State.UNCERTAIN, State.RETRY)

MAIL_TAKEN = "250"
_MAIL_TAKEN = (
    "UPDATE notifications_message SET state = %s, settled_at = %s"
    " WHERE id = %s AND attempts = %s AND state IN (%s, %s, %s)"
)

_OPEN = ("", Result.UNCERTAIN.value)
_SPEEDS: dict[Result, Literal["quick", "slow", "unreachable"]] = {
    Result.QUICK: "quick",
    Result.SLOW: "slow",
    Result.UNREACHABLE: "unreachable",
}


@dataclass(frozen=True)
class Change:
    """The fields to write, and whether an email takes over."""

    fields: dict[str, Any]
    fall_back: bool = False


def settle(
    *,
    message: Message,
    attempt: Attempt,
    outcome: Outcome,
    at: datetime,
    states: Collection[State],
    token: UUID | None = None,
) -> bool:
    """Write an outcome once; False when the attempt or the row had already moved on.

    `states` are those in which the row may be changed; `token` is the sender's lease,
    so that a sender who lost its row changes nothing.
    """
    with transaction.atomic():
        if not _raise_attempt(attempt, outcome, at):
            return False
        change = _change(message, attempt, outcome, at)
        rows = Message.objects.filter(pk=message.pk, state__in=states)
        if token is not None:
            rows = rows.filter(lease_token=token)
        if not rows.update(**change.fields):
            return False
        addresses.take_note(message=message, trouble=outcome.address, at=at)
        if change.fall_back:
            outbox.plan_fallback(message=message, at=at)
    return True


def mail_taken(*, attempt: Attempt, at: datetime) -> None:
    """The mail server took it. The least that must be known if the sender dies now.

    Written out, since building this one statement anew took a sixth of a mail's time.
    The number of the try stands for the lease: a later try has a higher one.
    """
    values = (
        State.ACCEPTED.value,
        connection.ops.adapt_datetimefield_value(at),
        attempt.message_id,
        attempt.number,
        *(state.value for state in AFTER_THE_CALL),
    )
    with connection.cursor() as cursor:
        cursor.execute(_MAIL_TAKEN, values)


def mails_taken(*, attempts: Collection[Attempt], at: datetime, token: UUID) -> None:
    """The rest of that news, for a whole batch at once; without it nothing is amiss."""
    if not attempts:
        return
    Message.objects.filter(
        pk__in=[attempt.message_id for attempt in attempts],
        lease_token=token,
        state=State.ACCEPTED,
    ).update(reason="", last_code=MAIL_TAKEN, lease_until=None)
    Attempt.objects.filter(
        pk__in=[attempt.pk for attempt in attempts], outcome__in=_OPEN
    ).update(
        outcome=Result.ACCEPTED,
        code=MAIL_TAKEN,
        ended_at=at,
        phase=Attempt.Phase.ANSWERED,
    )


def not_sent(
    *, state: State, reason: str, at: datetime, code: str = ""
) -> dict[str, Any]:
    """The fields of a row that ends here, with its reason in plain words."""
    return {
        "state": state,
        "reason": reason[:80],
        "settled_at": at,
        "lease_until": None,
        "last_code": code[:32],
    }


def waiting(
    *, state: State, until: datetime, reason: str, code: str = ""
) -> dict[str, Any]:
    """The fields of a row that goes back to wait."""
    return {
        "state": state,
        "next_try": until,
        "reason": reason[:80],
        "lease_until": None,
        "last_code": code[:32],
    }


def latest_use(message: Message) -> datetime:
    """The last instant at which the row may wait: texts leave time for an email."""
    if message.channel == Message.Channel.SMS and not message.address:
        return message.expires_at - FALL_BACK_BEFORE_END
    return message.expires_at


def _raise_attempt(attempt: Attempt, outcome: Outcome, at: datetime) -> bool:
    """Move the attempt up, never down. Arrival outranks everything."""
    lower = Q(outcome__in=_OPEN)
    if outcome.result is Result.DELIVERED:
        lower = ~Q(outcome=Result.DELIVERED)
    elif outcome.result not in {Result.ACCEPTED, Result.UNCERTAIN}:
        lower |= Q(outcome=Result.ACCEPTED)
    fields: dict[str, Any] = {
        "outcome": outcome.result.value,
        "code": outcome.code[:32],
        "ended_at": at,
        "phase": Attempt.Phase.ANSWERED,
    }
    if outcome.result is Result.UNCERTAIN:
        fields["phase"] = Attempt.Phase.CALLING
    if outcome.sid:
        fields["provider_sid"] = outcome.sid
    return bool(Attempt.objects.filter(lower, pk=attempt.pk).update(**fields))


def _change(
    message: Message, attempt: Attempt, outcome: Outcome, at: datetime
) -> Change:
    match outcome.result:
        case Result.ACCEPTED | Result.DELIVERED:
            return Change(_accepted(message, outcome, at))
        case Result.UNCERTAIN:
            return Change(_put_off(State.UNCERTAIN, outcome, at + LOOK_AFTER))
        case Result.EXPIRED:
            return Change(_ended(State.EXPIRED, outcome, at))
        case Result.PERMANENT:
            return Change(_ended(State.DEAD, outcome, at), fall_back=True)
        case _:
            return _again(message, attempt, outcome, at)


def _accepted(message: Message, outcome: Outcome, at: datetime) -> dict[str, Any]:
    """Email has no receipt, so it is settled; a text is looked up after a day."""
    arrived = outcome.result is Result.DELIVERED
    settled = arrived or message.channel == Message.Channel.EMAIL
    fields: dict[str, Any] = {
        "state": State.DELIVERED if arrived else State.ACCEPTED,
        "reason": "",
        "last_code": outcome.code[:32],
        "lease_until": None,
        "settled_at": at if settled else None,
        "next_try": at + RECEIPT_WITHIN,
    }
    return fields | ({"provider_sid": outcome.sid} if outcome.sid else {})


def _ended(state: State, outcome: Outcome, at: datetime) -> dict[str, Any]:
    return not_sent(state=state, reason=outcome.reason, at=at, code=outcome.code)


def _put_off(state: State, outcome: Outcome, until: datetime) -> dict[str, Any]:
    return waiting(state=state, until=until, reason=outcome.reason, code=outcome.code)


def _again(
    message: Message, attempt: Attempt, outcome: Outcome, at: datetime
) -> Change:
    """Try again later, unless no try is left or it would be too late to be of use."""
    if outcome.result is Result.CONFIGURATION:
        until: datetime | None = circuit.close(
            channel=message.channel, reason=outcome.reason, at=at
        )
    else:
        until = _next_try(message, attempt, outcome, at)
    if until is None or until >= latest_use(message):
        return Change(_ended(State.DEAD, outcome, at), fall_back=True)
    return Change(_put_off(State.RETRY, outcome, until))


def _next_try(
    message: Message, attempt: Attempt, outcome: Outcome, at: datetime
) -> datetime | None:
    """When to try again, or None. The try's random id gives the jitter."""
    earlier = list(
        message.tries.exclude(pk=attempt.pk).values_list("outcome", flat=True)
    )
    wait = timing.retry_wait(
        speed=_SPEEDS[outcome.result],
        quick=earlier.count(Result.QUICK),
        slow=earlier.count(Result.SLOW),
        unreachable=earlier.count(Result.UNREACHABLE),
        jitter=attempt.public_id.int % 2001 / 1000 - 1,
    )
    return None if wait is None else at + timedelta(seconds=max(wait, outcome.wait))
