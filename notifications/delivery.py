"""Sends what is due, so that nothing is lost and nothing goes out twice.

A row is claimed under a lease, looked at a last time, fenced into `sending` and
committed before the provider is called (`notifications.leases`). Whoever dies before
the fence has sent nothing; whoever dies after it leaves a row that is looked up, never
sent again blindly. Any number of senders may run at once, on any number of machines.

A text has a fence of its own, since the provider knows no second copy. Mails share the
fence of their batch, and the news of each is written before the next one is called: a
sender that dies has at most one mail on its way.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction

from notifications import holds, leases, one_a_day, outbox, outcomes, rendering, texts
from notifications.channels import circuit
from notifications.channels.base import Channel, Outcome, Parcel, Result
from notifications.channels.email import EmailChannel
from notifications.channels.sms import SmsChannel
from notifications.models import Attempt, Heartbeat, Message, State
from notifications.uncertain import reconcile_uncertain

__all__ = ["SENDER", "Counts", "reconcile_uncertain", "send_due"]

log = logging.getLogger(__name__)
Clock = Callable[[], datetime]
Words = rendering.Letter | str

SENDER = "sender"


@dataclass
class Counts:
    """What one round did: rows handed over, put off, in doubt, and ended unsent."""

    sent: int = 0
    put_off: int = 0
    in_doubt: int = 0
    not_sent: int = 0

    def note(self, result: Result) -> None:
        if result is Result.ACCEPTED:
            self.sent += 1
        elif result is Result.UNCERTAIN:
            self.in_doubt += 1
        elif result in {Result.PERMANENT, Result.EXPIRED}:
            self.not_sent += 1
        else:
            self.put_off += 1


class _Round:
    """One round of one sender: its channels, clock and counts."""

    def __init__(self, clock: Clock, keep_going: Callable[[], bool]) -> None:
        self.clock = clock
        self.keep_going = keep_going
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
    call_another: Callable[[], None] = lambda: None,
) -> Counts:
    """Send until nothing is due, `seconds` are over, or `keep_going` says no.

    `clock` gives the instant anew for each row. `call_another` is called once, when
    there is more than this sender can take up in one go. Must not run inside a
    transaction: the fence has to be committed before the provider is called.
    """
    stop_at = time.monotonic() + seconds
    this = _Round(clock, keep_going)
    leases.take_back(at=clock())
    one_a_day.owe_again(at=clock())
    first = True
    try:
        while keep_going() and time.monotonic() < stop_at:
            token = uuid4()
            if not leases.claim(at=clock(), token=token):
                break
            if first and leases.can_leave(clock()).exists():
                call_another()
            first = False
            _Batch(this, token).deliver()
            leases.give_back(token=token)
    finally:
        this.close()
    beat_at = clock()
    Heartbeat.objects.update_or_create(name=SENDER, defaults={"beat_at": beat_at})
    return this.counts


class _Batch:
    """The rows of one lease, on their way out. What was decided is good for a while."""

    def __init__(self, this: _Round, token: UUID) -> None:
        self.this = this
        self.token = token
        self.at = this.clock()
        self.closed = circuit.closed(self.at)
        self.edits = texts.in_force()

    def deliver(self) -> None:
        mails: list[tuple[Message, Words]] = []
        for message in leases.held(self.token):
            if message.channel == Message.Channel.EMAIL:
                words = self._look(message, self.at)
                mails += [(message, words)] if words is not None else []
            elif self._goes_on():
                self._send_text(message)
            else:
                return
        if mails:
            self._send_mails(mails)

    def _goes_on(self) -> bool:
        fresh = self.this.clock() < self.at + leases.GOOD_FOR
        return fresh and self.this.keep_going()

    def _send_text(self, message: Message) -> None:
        at = self.this.clock()
        words = self._look(message, at)
        if words is None:
            return
        fenced = leases.fence(ids=[message.pk], token=self.token, at=at)
        if attempt := fenced.get(message.pk):
            outcome = self._call(message, attempt, words)
            self._record(message, attempt, outcome)

    def _send_mails(self, mails: list[tuple[Message, Words]]) -> None:
        ids = [message.pk for message, _ in mails]
        waiting = leases.fence(ids=ids, token=self.token, at=self.this.clock())
        accepted: list[Attempt] = []
        with leases.quick_commits():
            for message, words in mails:
                if message.pk not in waiting:
                    continue
                if not self._goes_on():
                    break
                attempt = waiting.pop(message.pk)
                outcome = self._call(message, attempt, words)
                if outcome.result is Result.ACCEPTED and not outcome.sid:
                    outcomes.mail_taken(attempt=attempt, at=self.this.clock())
                    accepted.append(attempt)
                else:
                    self._record(message, attempt, outcome)
                if outcome.result is Result.CONFIGURATION:
                    break
            at = self.this.clock()
            outcomes.mails_taken(attempts=accepted, at=at, token=self.token)
            leases.step_back(attempts=waiting.values(), token=self.token)

    def _look(self, message: Message, at: datetime) -> Words | None:
        """The words of a row that may leave; None when it may not, and was moved on."""
        try:
            hold = holds.find(
                message,
                at=at,
                closed=self.closed,
                unwanted=_unwanted(message),
            )
            if hold is None and message.unasked:
                hold = one_a_day.find(message, at=at, token=self.token)
            if hold is None:
                return _words(message, at, self.edits)
        except (rendering.CannotRender, LookupError, ValueError) as problem:
            # Only the kind of problem: the row's values stay out of the log.
            log.error("Message %s: %s", message.public_id, type(problem).__name__)
            hold = holds.Hold(State.DEAD, "its text could not be made", fall_back=True)
        self._end(message, hold, at)
        return None

    def _end(self, message: Message, hold: holds.Hold, at: datetime) -> None:
        if hold.until is not None:
            fields = outcomes.waiting(
                state=hold.state, until=hold.until, reason=hold.reason
            )
        else:
            fields = outcomes.not_sent(state=hold.state, reason=hold.reason, at=at)
        with transaction.atomic():
            mine = Message.objects.filter(
                pk=message.pk, state=State.CLAIMED, lease_token=self.token
            )
            if not mine.update(**fields):
                return
            self.this.counts.put_off += hold.until is not None
            self.this.counts.not_sent += hold.until is None
            if hold.fall_back:
                chosen = hold.state is State.WITHHELD and _unwanted(message)
                outbox.plan_fallback(message=message, at=at, chosen=chosen)

    def _call(self, message: Message, attempt: Attempt, words: Words) -> Outcome:
        to = holds.recipient(message)
        parcel = Parcel(message, attempt.public_id, to, attempt.started_at, words)
        try:
            outcome = self.this.channels[message.channel].send(parcel)
        except Exception as problem:  # noqa: BLE001 - whatever a back end may raise
            # The call was under way, so it is not known what arrived at the other side.
            kind = type(problem).__name__
            log.error("Message %s: %s", message.public_id, kind)
            outcome = Outcome(Result.UNCERTAIN, kind, reason="the call broke off")
        self.this.counts.note(outcome.result)
        return outcome

    def _record(self, message: Message, attempt: Attempt, outcome: Outcome) -> None:
        outcomes.settle(
            message=message,
            attempt=attempt,
            outcome=outcome,
            at=self.this.clock(),
            states=outcomes.AFTER_THE_CALL,
            token=self.token,
        )
        if outcome.result is Result.CONFIGURATION:
            self.closed = circuit.closed(self.this.clock())


def _unwanted(message: Message) -> bool:
    """The annotation of `holds.with_consent`."""
    return bool(getattr(message, "unwanted", False))


def _words(message: Message, at: datetime, edits: texts.Edits) -> Words:
    if message.channel == Message.Channel.SMS:
        return rendering.text(message, at=at, edits=edits)
    along = one_a_day.companions(message, at=at) if message.unasked else ()
    if along:
        return rendering.together([message, *along], at=at)
    to = holds.recipient(message)
    return rendering.letter(message, at=at, to=to, edits=edits)
