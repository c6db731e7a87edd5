"""New times that were looked for together, and what became of each. Rows only."""

import uuid
from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

SUPPORTER = "support_sessions.Supporter"


class Rearrangement(models.Model):
    """One look for new times for the bookings and requests of one supporter.

    What: whose times, which days cannot be kept, and how far the search has come. Why:
    so that an illness or a wave of interviews is met at once and fairly. Who sees it:
    the supporter who asked for it, or the cover who stepped in, and nobody else; cover
    sees no names. `cannot_keep` says that the old times are off whatever people answer.
    `claimed_until` is the lease of the worker that searches. Deleted after 30 days.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    supporter = models.ForeignKey(
        SUPPORTER, on_delete=models.CASCADE, related_name="rearrangements"
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    also = models.ManyToManyField("support_sessions.Supporter", related_name="+")
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    cannot_keep = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True)
    steps = models.PositiveIntegerField(default=0)
    steps_done = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True, ends_at__isnull=True)
                | Q(ends_at__gt=models.F("starts_at")),
                name="rearrangement_has_days",
            )
        ]

    def __str__(self) -> str:
        return f"rearrangement {self.public_id}"

    @property
    def percent(self) -> int:
        """How far the search has come, for the eye."""
        return 100 * self.steps_done // self.steps if self.steps else 0


class SuggestionQuerySet(models.QuerySet["Suggestion"]):
    def asked(self) -> Self:
        """Those that the person was asked about and has not answered."""
        return self.filter(asked_at__isnull=False, answered_at__isnull=True)

    def waiting(self, at: datetime) -> Self:
        """Asked about, not answered, and still to come."""
        return self.asked().filter(starts_at__gt=at)

    def for_person(self, person: object) -> Self:
        """What a person was asked about. Before that it is none of theirs."""
        return self.filter(booking__person=person, asked_at__isnull=False)


class Suggestion(models.Model):
    """The time that was found for one booking or one request, or that there is none.

    What: a supporter and a time, and in one word why. It holds nothing: the time is
    theirs once they say yes. Who sees it: who asked for the search, and, once asked,
    the person of the booking. `why` is a word of `sessions.planner.reasons`. `was_at`
    is the time that the booking had, so that a later change is noticed. Deleted with
    its rearrangement.
    """

    class Answer(models.TextChoices):
        YES = "yes", "yes"
        NO = "no", "no"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    rearrangement = models.ForeignKey(
        Rearrangement, on_delete=models.CASCADE, related_name="suggestions"
    )
    booking = models.ForeignKey(
        "support_sessions.Booking",
        on_delete=models.CASCADE,
        null=True,
        related_name="suggestions",
    )
    request = models.ForeignKey(
        "support_sessions.SupportRequest",
        on_delete=models.CASCADE,
        null=True,
        related_name="suggestions",
    )
    was_at = models.DateTimeField(null=True)
    supporter = models.ForeignKey(
        SUPPORTER, on_delete=models.CASCADE, null=True, related_name="+"
    )
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    mode = models.CharField(max_length=16, blank=True)
    why = models.CharField(max_length=12)
    asked_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=3, blank=True, choices=Answer.choices)

    objects: ClassVar[SuggestionQuerySet] = SuggestionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(booking__isnull=False, request__isnull=True)
                | Q(booking__isnull=True, request__isnull=False),
                name="suggestion_about_one_thing",
            )
        ]
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"suggestion {self.public_id}"
