"""The rows behind the warm notes that follow a time that did not happen."""

from django.db import models
from django.db.models import Q


class Outreach(models.Model):
    """Two notes at most after a time that did not happen, and then quiet.

    What: when the notes go out and whether they did. Why: so that each goes out once.
    Who sees it: nobody reads it; the booking's two people see the booking. It holds no
    count and no reason. Closed when the person took a new time, asked to talk, wants no
    more notes, or the mark was corrected. Kept as long as the booking.
    """

    booking = models.OneToOneField(
        "support_sessions.Booking", on_delete=models.CASCADE, related_name="outreach"
    )
    begun_at = models.DateTimeField()
    first_at = models.DateTimeField()
    again_at = models.DateTimeField(null=True)
    first_sent_at = models.DateTimeField(null=True)
    again_sent_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["first_at"],
                condition=Q(closed_at__isnull=True),
                name="outreach_open",
            )
        ]

    def __str__(self) -> str:
        return f"outreach about booking {self.booking_id}"
