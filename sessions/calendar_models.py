"""What ties this service to the calendars that people already keep."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class ClosedDay(models.Model):
    """A day on which a supporter's weekly hours do not hold, though they are not away.

    Why: an exception needs no new rule. Who sees it: the supporter; people who may book
    see only that nothing is open. Hours entered for that day alone still hold. Deleted
    30 days after.
    """

    supporter = models.ForeignKey(
        "support_sessions.Supporter",
        on_delete=models.CASCADE,
        related_name="closed_days",
    )
    day = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["supporter", "day"], name="closed_day_once")
        ]
        ordering: ClassVar = ["day"]

    def __str__(self) -> str:
        return f"closed day of supporter {self.supporter_id}"


class BusyTime(models.Model):
    """When a supporter is taken up elsewhere, from a calendar file they brought in.

    What: a start and an end, and nothing else of the file. Why: so that nobody is
    offered that time. Who sees it: the supporter alone; to everybody else the time is
    simply not open. All rows go when another file is brought in, or when the supporter
    takes them back; each goes 30 days after it ended.
    """

    supporter = models.ForeignKey(
        "support_sessions.Supporter",
        on_delete=models.CASCADE,
        related_name="busy_times",
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    brought_in_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["supporter", "starts_at"], name="busy_supporter")
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="busy_time_has_length"
            )
        ]
        ordering: ClassVar = ["starts_at"]

    def __str__(self) -> str:
        return f"busy time of supporter {self.supporter_id}"


class CalendarFeed(models.Model):
    """A secret address at which one device of one person reads that person's bookings.

    What: the device's name as the person calls it, how much a title says, and the hash
    of the secret; the secret itself is shown once and never kept. Who sees it: the
    person. Deleted when the person stops it. `read_at` is known to the hour.
    """

    class Words(models.TextChoices):
        BUSY = "busy", "“Busy”, and no more"
        TALK = "talk", "“Time to talk”"
        NAMES = "names", "“Time to talk” and who supports you"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="calendar_feeds",
    )
    device = models.CharField(max_length=40)
    words = models.CharField(max_length=8, choices=Words.choices, default=Words.BUSY)
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "device"], name="calendar_feed_once_per_device"
            )
        ]
        ordering: ClassVar = ["made_at"]

    def __str__(self) -> str:
        return f"calendar feed {self.public_id}"
