"""Finds out what became of messages that may or may not have left.

A text is looked up at the provider by number, time and words. An email cannot be looked
up: it is sent once more under the same Message-ID.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from notifications import holds, outcomes, rendering
from notifications.channels import sms
from notifications.channels.base import Outcome, Result
from notifications.channels.sms_codes import outcome_of_code
from notifications.models import Attempt, Message, State

log = logging.getLogger(__name__)

BATCH = 50
GIVE_UP_AFTER = timedelta(hours=24)
RESENDS = 1
# The reader's calendar takes a second copy of an invitation for the same entry.
INVITATION_RESENDS = 3
_UNKNOWN = "it is not known whether it arrived"


def reconcile_uncertain(*, clock: Callable[[], datetime]) -> int:
    """Settle rows in doubt that are due for a look, and say how many were looked at.

    A text that was accepted a day ago and has no receipt is asked about once.
    """
    rows = Message.objects.in_doubt(clock()).order_by("next_try", "pk")
    found = list(holds.with_consent(rows)[:BATCH])
    channel = sms.SmsChannel()
    try:
        for message in found:
            try:
                _look(message, channel, clock())
            except (sms.CannotLookUp, rendering.CannotRender, LookupError) as problem:
                kind = type(problem).__name__
                log.warning("Message %s stays in doubt: %s", message.public_id, kind)
                _look_later(message, clock())
    finally:
        channel.close()
    return len(found)


def _look(message: Message, channel: sms.SmsChannel, at: datetime) -> None:
    attempt = message.tries.order_by("-number").first()
    if attempt is None:
        _move(message, outcomes.not_sent(state=State.DEAD, reason=_UNKNOWN, at=at))
    elif message.state == State.ACCEPTED:
        _ask_for_receipt(message, attempt, channel, at)
    elif message.channel == Message.Channel.SMS and sms.is_set_up():
        _look_up_text(message, attempt, channel, at)
    else:
        _send_again(message, at)


def _ask_for_receipt(
    message: Message, attempt: Attempt, channel: sms.SmsChannel, at: datetime
) -> None:
    """Asked once: without a receipt after a day the row stays accepted, for good."""
    if sms.is_set_up() and message.provider_sid:
        _apply(message, attempt, channel.look_up(message.provider_sid), at)
    _move(message, {"settled_at": at})


def _look_up_text(
    message: Message, attempt: Attempt, channel: sms.SmsChannel, at: datetime
) -> None:
    body = rendering.text(message, at=attempt.started_at)
    sent = channel.sent_to(holds.recipient(message), since=attempt.started_at)
    for found in reversed(sent):
        # An account that does not keep words gives them back empty.
        if found.body in {"", body} and not _known(found.sid):
            _apply(message, attempt, found, at)
            return
    _send_again(message, at)


def _known(sid: str) -> bool:
    return Attempt.objects.filter(provider_sid=sid).exists()


def _apply(message: Message, attempt: Attempt, found: sms.Found, at: datetime) -> None:
    outcomes.settle(
        message=message,
        attempt=attempt,
        outcome=outcome_of_status(found.status, found.code, found.sid),
        at=at,
        states=(State.UNCERTAIN, State.ACCEPTED),
    )


def outcome_of_status(status: str, code: int | None, sid: str) -> Outcome:
    """A provider's word for a state, as an outcome."""
    if status in {"delivered", "read"}:
        return Outcome(Result.DELIVERED, sid=sid)
    if status in {"undelivered", "failed", "canceled"}:
        return outcome_of_code(code)
    return Outcome(Result.ACCEPTED, sid=sid)


def _send_again(message: Message, at: datetime) -> None:
    """Nothing shows that it left: once more, if that is still of use."""
    doubtful = message.tries.filter(outcome__in=("", Result.UNCERTAIN)).count()
    most = INVITATION_RESENDS if message.context.get("invitation") else RESENDS
    if message.expires_at <= at:
        reason = "it is not known whether it arrived in time"
        _move(message, outcomes.not_sent(state=State.EXPIRED, reason=reason, at=at))
    elif doubtful > most:
        _move(message, outcomes.not_sent(state=State.DEAD, reason=_UNKNOWN, at=at))
    else:
        reason = "sent again, as nothing shows that it left"
        _move(message, outcomes.waiting(state=State.RETRY, until=at, reason=reason))


def _look_later(message: Message, at: datetime) -> None:
    if message.expires_at + GIVE_UP_AFTER <= at:
        _move(message, outcomes.not_sent(state=State.DEAD, reason=_UNKNOWN, at=at))
    else:
        _move(message, {"next_try": at + outcomes.LOOK_AFTER})


def _move(message: Message, fields: dict[str, object]) -> None:
    """Write unless a callback was quicker."""
    Message.objects.filter(pk=message.pk, state=message.state).update(**fields)
