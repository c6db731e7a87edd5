"""What the protocol offered to whom, when to look again, and where we fell short."""

import uuid
from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from wellbeing.models.protocol import ProtocolVersion
from wellbeing.models.study import Study

User = settings.AUTH_USER_MODEL


class OfferQuerySet(models.QuerySet["Offer"]):
    def open(self, at: datetime) -> Self:
        return self.filter(
            accepted_at__isnull=True,
            declined_at__isnull=True,
            lapsed_at__isnull=True,
            withdrawn_at__isnull=True,
            open_until__gt=at,
        )

    def for_person(self, person: object) -> Self:
        return self.filter(person=person)


class Offer(models.Model):
    """What the protocol makes to one person because of something. Never a duty.

    What: rule, version, reason, and the person's own answer. Who sees it: the person
    alone; coordinators see neither the answer nor that there was one. `subject` is what
    it is about ("activity:12", "month:2026-11"). An offer that joined an earlier open
    one points to it with `merged_into`. `time_in_window` is the service's own promise,
    measured once, when the offer was made. Kept until six months after the study ends.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="offers")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="offers")
    rule = models.CharField(max_length=32)
    subject = models.CharField(max_length=64)
    version = models.ForeignKey(
        ProtocolVersion, on_delete=models.PROTECT, related_name="offers"
    )
    because = models.JSONField()
    made_at = models.DateTimeField()
    window_until = models.DateTimeField()
    open_until = models.DateTimeField()
    time_in_window = models.BooleanField(null=True)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="merged"
    )
    booking = models.ForeignKey(
        "support_sessions.Booking",
        on_delete=models.SET_NULL,
        null=True,
        related_name="offers",
    )
    accepted_at = models.DateTimeField(null=True)
    accepted_as = models.CharField(max_length=32, blank=True)
    declined_at = models.DateTimeField(null=True)
    lapsed_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects: ClassVar[OfferQuerySet] = OfferQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["study", "person", "rule", "subject"], name="offer_once"
            )
        ]
        indexes = [
            models.Index(fields=["person", "-made_at"], name="offer_person"),
            models.Index(
                fields=["open_until"],
                condition=Q(
                    accepted_at__isnull=True,
                    declined_at__isnull=True,
                    lapsed_at__isnull=True,
                    withdrawn_at__isnull=True,
                ),
                name="offer_open",
            ),
        ]

    def __str__(self) -> str:
        return f"offer {self.public_id}"


class NextLook(models.Model):
    """When the plan for one person in one study could next come out differently.

    The tick looks only at rows that are due, so that people at rest cost nothing. No
    row and an empty `due_at` both mean: nothing will change until something happens.
    Who sees it: nobody; it holds an instant and no reason.
    """

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    due_at = models.DateTimeField(null=True, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["study", "person"], name="next_look_once")
        ]

    def __str__(self) -> str:
        return f"next look at person {self.person_id} in study {self.study_id}"


class ServiceAlert(models.Model):
    """That the service did not keep its own promise. Names nobody who asked.

    Who sees it: the well-being lead, in a batch the next morning, so that the minute
    does not point at a person. Kept 12 months.
    """

    class Kind(models.TextChoices):
        HELP_LIST = "help_list_not_checked", "The Help now list was not checked lately"
        NO_TIME = "no_time_in_window", "No time was free inside the promised window"
        UNANSWERED = "request_unanswered", "A request waited longer than was promised"
        CANCELLED = "cancelled_twice", "We cancelled on the same person more than once"

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="alerts")
    kind = models.CharField(max_length=24, choices=Kind.choices)
    key = models.CharField(max_length=120, unique=True)
    made_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.kind} in study {self.study_id}"
