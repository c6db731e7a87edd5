"""What a person is asked when the supporter they agreed a time with will be away."""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q


class AwayQuestionQuerySet(models.QuerySet["AwayQuestion"]):
    def open_at(self, at: datetime) -> Self:
        """Questions about bookings that still lie in their supporter's time off."""
        held = Q(booking__agreed_at__isnull=False) | Q(booking__pencilled_until__gt=at)
        return self.filter(
            held,
            kept_at__isnull=True,
            booking__freed_at__isnull=True,
            booking__starts_at__gt=at,
            booking__supporter=F("time_off__supporter"),
            booking__starts_at__lt=F("time_off__ends_at"),
            booking__ends_at__gt=F("time_off__starts_at"),
        )


class AwayQuestion(models.Model):
    """One booking that lies in somebody's time off: earlier, later, or with cover?

    Why: a time that cannot be kept is never moved or hidden without asking. Who sees
    it: the two people of the booking. `kept_at` is when the supporter said that they
    will be there after all. Left open past `answer_by`, the booking is cancelled by us,
    so that nobody waits for somebody who is away. Goes with the time off.
    """

    booking = models.ForeignKey(
        "support_sessions.Booking",
        on_delete=models.CASCADE,
        related_name="away_questions",
    )
    time_off = models.ForeignKey(
        "support_sessions.TimeOff", on_delete=models.CASCADE, related_name="questions"
    )
    asked_at = models.DateTimeField()
    answer_by = models.DateTimeField()
    kept_at = models.DateTimeField(null=True)

    objects: ClassVar[AwayQuestionQuerySet] = AwayQuestionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = [
            models.Index(
                fields=["answer_by"],
                condition=Q(kept_at__isnull=True),
                name="away_question_open",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["booking", "time_off"], name="away_question_once"
            )
        ]

    def __str__(self) -> str:
        return f"question about booking {self.booking_id}"
