"""The rows of requests: a person asked to talk, and somebody holds that."""

import uuid
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

User = settings.AUTH_USER_MODEL


class RequestQuerySet(models.QuerySet["SupportRequest"]):
    def unanswered(self) -> Self:
        return self.filter(answered_at__isnull=True, closed_at__isnull=True)

    def for_holder(self, person: object) -> Self:
        return self.filter(holder_id=getattr(person, "pk", person))

    def for_person(self, person: object) -> Self:
        return self.filter(person=person)


class SupportRequest(models.Model):
    """A person asked to talk. Somebody named holds it from the first moment (P6).

    What: who asked, who holds it, what was promised by when. Who sees it: the person
    and the holder; `note` is sealed and opened by the holder alone. `answered_at` is
    set when a time is offered or agreed. Unanswered after `answer_due`, cover is asked,
    and then the lead is told without a name. `reminders` are those that a booking made
    from it will have. Deleted 30 days after closing.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    origin = models.CharField(max_length=120, unique=True, null=True)
    person = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="support_requests"
    )
    holder = models.ForeignKey(
        "support_sessions.Supporter", on_delete=models.PROTECT, related_name="requests"
    )
    held_since = models.DateTimeField()
    kind = models.CharField(max_length=32)
    minutes = models.PositiveSmallIntegerField()
    modes = models.JSONField(default=list)
    reminders = models.JSONField(default=list)
    note = models.ForeignKey(
        "vault.Record", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    asked_at = models.DateTimeField()
    promised_by = models.DateTimeField()
    answer_due = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    cover_asked_at = models.DateTimeField(null=True)
    booking = models.OneToOneField(
        "support_sessions.Booking",
        on_delete=models.SET_NULL,
        null=True,
        related_name="request",
    )
    closed_at = models.DateTimeField(null=True)

    objects: ClassVar[RequestQuerySet] = RequestQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = [
            models.Index(
                fields=["answer_due"],
                condition=Q(answered_at__isnull=True, closed_at__isnull=True),
                name="request_unanswered",
            )
        ]

    def __str__(self) -> str:
        return f"request {self.public_id}"
