"""The rows of supporters: who can be booked, when, and whom somebody usually meets."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

User = settings.AUTH_USER_MODEL

# Which such weekday of a month. Every month has four of each, so that there is a last.
OF_MONTH = (1, 2, 3, 4, -1)


class Supporter(models.Model):
    """Somebody who can be booked, and how much of it they can do.

    Why: to offer times. Who sees it: members of the studies they support. The key is
    the person's own, so that the database can see when a supporter is also the person
    in another booking. `title` is shown on pages, never in a message. `notice_minutes`
    is the least time between booking and meeting, `horizon_days` the most;
    `move_notice_minutes` is the notice for a time that moves, when that is another. A
    cancel needs none: nobody is kept in a time that they cannot use. `buffers` are the
    minutes between two for kinds that need others than `buffer_minutes`. Bookings
    with less than `rest_minutes` between them are one run. `holidays` names the public
    holidays on which weekly hours do not hold, like GB-ENG.
    """

    person = models.OneToOneField(
        User, on_delete=models.PROTECT, primary_key=True, related_name="supporter"
    )
    title = models.CharField(max_length=80)
    about = models.CharField(max_length=300, blank=True)
    outside = models.BooleanField(default=False)
    cover = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="covers"
    )
    buffer_minutes = models.PositiveSmallIntegerField(default=10)
    buffers = models.JSONField(default=dict)
    notice_minutes = models.PositiveIntegerField(default=120)
    move_notice_minutes = models.PositiveIntegerField(null=True, blank=True)
    most_per_day = models.PositiveSmallIntegerField(default=5)
    horizon_days = models.PositiveSmallIntegerField(default=120)
    most_per_week = models.PositiveSmallIntegerField(null=True, blank=True)
    longest_run_minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    rest_minutes = models.PositiveSmallIntegerField(default=30)
    holidays = models.CharField(max_length=12, blank=True)

    def __str__(self) -> str:
        return f"supporter {self.person_id}"


class WorkingHours(models.Model):
    """One block that recurs and that a supporter has open, in wall time and a zone.

    Wall time, because 2pm stays 2pm when the clocks change. Who sees it: people who
    may book. `weekday` is 0 for Monday. `ends` may be 00:00, which is midnight; at or
    before `starts` it means the next day. `until_date` is the first day without them.
    `every_weeks` is 2 for every second week, counted from `from_date` on. With
    `of_month` it is one such weekday of each month instead: 1 the first, -1 the last.
    """

    supporter = models.ForeignKey(
        Supporter, on_delete=models.CASCADE, related_name="hours"
    )
    weekday = models.PositiveSmallIntegerField()
    starts = models.TimeField()
    ends = models.TimeField()
    zone = models.CharField(max_length=64)
    from_date = models.DateField()
    until_date = models.DateField(null=True, blank=True)
    modes = models.JSONField(default=list)
    place = models.CharField(max_length=80, blank=True)
    every_weeks = models.PositiveSmallIntegerField(default=1)
    of_month = models.SmallIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(weekday__lte=6), name="hours_on_a_weekday"
            ),
            models.CheckConstraint(
                condition=Q(every_weeks__range=(1, 8)), name="hours_every_few_weeks"
            ),
            models.CheckConstraint(
                condition=Q(of_month__isnull=True) | Q(of_month__in=OF_MONTH),
                name="hours_on_a_day_of_the_month",
            ),
        ]
        ordering: ClassVar = ["weekday", "starts"]

    def __str__(self) -> str:
        return f"hours {self.weekday} {self.starts} of supporter {self.supporter_id}"


class TimeOff(models.Model):
    """A span in which a supporter is away, and who covers. Shown without a reason."""

    supporter = models.ForeignKey(
        Supporter, on_delete=models.CASCADE, related_name="time_off"
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    cover = models.ForeignKey(
        Supporter, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="time_off_has_length"
            )
        ]

    def __str__(self) -> str:
        return f"time off of supporter {self.supporter_id}"


class UsualSupporter(models.Model):
    """Whom one person usually talks to, so that they meet somebody they know.

    What: a tie from person to supporter. Who sees it: the person alone; it is never
    shown to coordinators or to the supporter. Ended, without a reason, when the person
    asks for somebody else. Kept until the study ends.
    """

    person = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="usual_supporters"
    )
    supporter = models.ForeignKey(Supporter, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "supporter"],
                condition=Q(ended_at__isnull=True),
                name="usual_supporter_once",
            )
        ]

    def __str__(self) -> str:
        return f"tie of person {self.person_id}"
