"""The rows of regular times."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

User = settings.AUTH_USER_MODEL


class Series(models.Model):
    """A regular time of two people: the same wall time every so many weeks.

    What: the rule, and how far it has been laid out. Each time of it is a booking of
    its own, numbered from 1, so that one can be moved or skipped by itself. Why: so
    that supervision need not be arranged anew each month. Who sees it: the two people.
    Number n lies (n - `anchor_number`) steps after `anchor_on`; moving all from one on
    moves the anchor. `look_at` is when the next time comes near enough to be booked.
    Kept as long as its bookings.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    supporter = models.ForeignKey(
        "support_sessions.Supporter", on_delete=models.PROTECT, related_name="series"
    )
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="series")
    kind = models.CharField(max_length=32)
    minutes = models.PositiveSmallIntegerField()
    mode = models.CharField(max_length=16)
    reminders = models.JSONField(default=list)
    zone = models.CharField(max_length=64)
    wall = models.TimeField()
    anchor_on = models.DateField()
    anchor_number = models.PositiveSmallIntegerField(default=1)
    every_weeks = models.PositiveSmallIntegerField()
    times = models.PositiveSmallIntegerField()
    laid_out = models.PositiveSmallIntegerField(default=1)
    look_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "series"
        indexes = [
            models.Index(
                fields=["look_at"],
                condition=Q(ended_at__isnull=True, look_at__isnull=False),
                name="series_to_lay_out",
            )
        ]

    def __str__(self) -> str:
        return f"series {self.public_id}"
