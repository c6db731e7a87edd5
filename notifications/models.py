"""What is owed to whom, by which channel, and what became of it.

The outbox knows people and templates; it knows no booking and no study. Only
`notifications.outbox` creates messages; only `notifications.delivery` and
`notifications.webhooks` move them on.
"""

import uuid
from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q


class State(models.TextChoices):
    """The states of a message. `claimed` has left nothing; `sending` may have."""

    PENDING = "pending", "Waiting for its time"
    CLAIMED = "claimed", "About to be sent"
    SENDING = "sending", "Being sent"
    RETRY = "retry", "To be tried again"
    UNCERTAIN = "uncertain", "Not known whether it left"
    ACCEPTED = "accepted", "Handed over"
    DELIVERED = "delivered", "Arrived"
    CANCELLED = "cancelled", "Not sent: no longer needed"
    EXPIRED = "expired", "Not sent: too late to be of use"
    WITHHELD = "withheld", "Not sent: the person does not want it this way"
    DEAD = "dead", "Not sent: it could not be delivered"
    TOGETHER = "together", "In one mail with another message"


WAITING = (State.PENDING, State.RETRY)
STILL_HERE = (State.PENDING, State.RETRY, State.CLAIMED)
MAY_HAVE_LEFT = (State.SENDING, State.UNCERTAIN, State.ACCEPTED, State.DELIVERED)


class MessageQuerySet(models.QuerySet["Message"]):
    def due(self, at: datetime) -> Self:
        return self.filter(state__in=WAITING, next_try__lte=at)

    def not_yet_sent(self) -> Self:
        return self.filter(state__in=STILL_HERE)

    def in_doubt(self, at: datetime) -> Self:
        """Rows whose fate must be looked up by now."""
        return self.filter(
            state__in=(State.UNCERTAIN, State.ACCEPTED),
            settled_at=None,
            next_try__lte=at,
        )

    def for_person(self, person: object) -> Self:
        return self.filter(person=person)


class Message(models.Model):
    """One message to one person by one channel, owed from `not_before` on.

    Why: so that no reminder is lost or sent twice. Who sees it: the person; the
    administrator sees state and reason, never words. `context` holds primitives for
    the template (instants as ISO text, ids), never private words; the text is made
    when it is sent and not kept. `address` is used only where the message must not go
    to the account's own address or number. `group` ties together the messages that fall
    when one thing changes. Address and context go after the retention time. For what is
    `unasked` see `notifications.one_a_day`: `told_on` is the reader's day whose one
    place the row holds, and `came_with` the mail in which it came along.
    """

    class Channel(models.TextChoices):
        EMAIL = "email", "Email"
        SMS = "sms", "Text message"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    dedupe_key = models.CharField(max_length=200, unique=True)
    group = models.CharField(max_length=120)
    purpose = models.CharField(max_length=32)
    channel = models.CharField(max_length=8, choices=Channel.choices)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        related_name="messages",
    )
    address = models.CharField(max_length=254, blank=True)
    template = models.CharField(max_length=64)
    context = models.JSONField(default=dict)
    not_before = models.DateTimeField()
    expires_at = models.DateTimeField()
    state = models.CharField(
        max_length=12, choices=State.choices, default=State.PENDING
    )
    reason = models.CharField(max_length=80, blank=True)
    priority = models.SmallIntegerField(default=5)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    lease_token = models.UUIDField(null=True)
    provider_sid = models.CharField(max_length=128, blank=True)
    last_code = models.CharField(max_length=32, blank=True)
    fallback_of = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, related_name="fallbacks"
    )
    unasked = models.BooleanField(default=False)
    told_on = models.DateField(null=True)
    came_with = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, related_name="companions"
    )
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    # Taken back when it may have left: it is neither tried again nor said again.
    withdrawn_at = models.DateTimeField(null=True)

    objects: ClassVar[MessageQuerySet] = MessageQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = [
            # Due, claimed and sending rows, a few among all that has ever left. For all
            # states, since SQLite cannot tell that a bound state fits a condition.
            models.Index(
                fields=["state", "next_try", "priority"], name="message_state"
            ),
            # Uncertain rows, and texts without a receipt: `next_try` is when to look.
            models.Index(
                fields=["next_try"],
                condition=Q(state__in=["uncertain", "accepted"], settled_at=None),
                name="message_in_doubt",
            ),
            models.Index(
                fields=["expires_at"],
                condition=Q(state="together"),
                name="message_together",
            ),
            models.Index(fields=["group"], name="message_group"),
            models.Index(fields=["person", "-created_at"], name="message_person"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "told_on"],
                condition=Q(told_on__isnull=False),
                name="message_one_a_day",
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=False) | ~Q(address=""),
                name="message_has_a_recipient",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("not_before")),
                name="message_expires_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"message {self.public_id}"


class Attempt(models.Model):
    """One try at handing a message over; its id goes into the status callback.

    Holds no words and no address. Kept as long as the message.
    """

    class Phase(models.TextChoices):
        CALLING = "calling", "The provider is being called"
        ANSWERED = "answered", "The provider has answered"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="tries")
    number = models.PositiveSmallIntegerField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    phase = models.CharField(max_length=10, choices=Phase.choices)
    outcome = models.CharField(max_length=16, blank=True)
    code = models.CharField(max_length=32, blank=True)
    provider_sid = models.CharField(max_length=128, blank=True, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["message", "number"], name="attempt_numbered_once"
            )
        ]

    def __str__(self) -> str:
        return f"attempt {self.number} of message {self.message_id}"


class ProviderEvent(models.Model):
    """A status callback, kept once however often it comes. Ids and states only."""

    provider = models.CharField(max_length=16)
    sid = models.CharField(max_length=128)
    status = models.CharField(max_length=24)
    code = models.CharField(max_length=16, blank=True)
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "sid", "status"], name="provider_event_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.sid} {self.status}"


class ChannelState(models.Model):
    """Whether a channel is open. A wrong password closes it; rows wait uncounted."""

    channel = models.CharField(max_length=8, primary_key=True)
    closed_until = models.DateTimeField(null=True)
    reason = models.CharField(max_length=80, blank=True)

    def __str__(self) -> str:
        return f"channel {self.channel}"


class Heartbeat(models.Model):
    """When a named process last did a full round. `/health/worker` reads it."""

    name = models.CharField(max_length=32, primary_key=True)
    beat_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"heartbeat of {self.name}"


class Preference(models.Model):
    """One person's word on one purpose by one channel. No row means the default.

    Why: consent. Who sees it: the person. Kept until the person is erased.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="message_preferences",
    )
    purpose = models.CharField(max_length=32)
    channel = models.CharField(max_length=8, choices=Message.Channel.choices)
    wanted = models.BooleanField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "purpose", "channel"], name="preference_once"
            )
        ]

    def __str__(self) -> str:
        return f"preference of person {self.person_id}"


# Rows of their own files, which Django looks for here.
from notifications.reply_models import Reply as Reply  # noqa: E402
from notifications.text_models import MessageText as MessageText  # noqa: E402
