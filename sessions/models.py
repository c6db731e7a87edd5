"""Time that two people keep for each other. Knows no interview and no protocol."""

import uuid
from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from sessions import guard
from sessions.away_models import AwayQuestion as AwayQuestion
from sessions.calendar_models import BusyTime as BusyTime
from sessions.calendar_models import CalendarFeed as CalendarFeed
from sessions.calendar_models import ClosedDay as ClosedDay
from sessions.gathering import Gathering as Gathering
from sessions.gathering import GroupInvitation as GroupInvitation
from sessions.gathering import GroupRound as GroupRound
from sessions.outreach import Outreach as Outreach
from sessions.request_models import SupportRequest as SupportRequest
from sessions.series import Series as Series
from sessions.supporter_models import Supporter as Supporter
from sessions.supporter_models import TimeOff as TimeOff
from sessions.supporter_models import UsualSupporter as UsualSupporter
from sessions.supporter_models import WorkingHours as WorkingHours

User = settings.AUTH_USER_MODEL


class Freed(models.TextChoices):
    """Why a booking no longer holds its time."""

    RELEASED = "released", "the pencilled time went back"
    BY_PERSON = "by_person", "cancelled by you"
    BY_US = "by_us", "cancelled by us"
    DECLINED = "declined", "not this time"


LONGEST = timedelta(days=1)


class BookingQuerySet(models.QuerySet["Booking"]):
    def holding(self, at: datetime) -> Self:
        """Bookings that keep their time: agreed, or pencilled and not yet run out."""
        return self.filter(freed_at__isnull=True).filter(
            Q(agreed_at__isnull=False) | Q(pencilled_until__gt=at)
        )

    def between(self, start: datetime, end: datetime) -> Self:
        """Bookings that touch the span. No booking is longer than a day; saying so lets
        the database start at the span instead of reading the whole past."""
        return self.filter(starts_at__lt=end, ends_at__gt=start).filter(
            starts_at__gt=start - LONGEST
        )

    def for_person(self, person: object) -> Self:
        return self.filter(person=person)

    def for_supporter(self, person: object) -> Self:
        """Bookings that take this supporter's time. A group takes it once, by the
        facilitator's own seat."""
        rows = self.filter(supporter_id=getattr(person, "pk", person))
        return rows.filter(Q(gathering__isnull=True) | Q(person=F("supporter")))

    def of_either(self, *people: object) -> Self:
        """Bookings in which one of the people takes part, on whichever side. Others'
        seats in a group take no time of its facilitator."""
        keys = [getattr(person, "pk", person) for person in people]
        return self.filter(
            Q(person__in=keys) | Q(supporter__in=keys, gathering__isnull=True)
        )

    def coming(self, gathering: object) -> Self:
        """Who has a seat in a gathering, without its facilitator."""
        return self.filter(gathering=gathering, freed_at__isnull=True, seat__gt=0)

    def run_out(self, at: datetime) -> Self:
        """Pencils whose moment has passed and whose row still holds the time."""
        return self.filter(
            freed_at__isnull=True, agreed_at__isnull=True, pencilled_until__lte=at
        )


class Booking(models.Model):
    """A row that ties one person to one supporter at one time.

    What: who, when, how. Why: so that both keep the time. Who sees it: the person and
    the supporter; never a coordinator, an administrator's page or a report. A booking
    holds its time while `freed_at` is empty and it is agreed or its pencil has not run
    out. A move changes the times in place, so the calendar entry keeps its identity and
    `sequence` rises; `BookingChange` keeps what was. In a group everybody, also the
    facilitator, has a booking of their own with a `seat` in the `gathering`; it holds
    only their own time, and only they and the facilitator see it. `reminders` are the
    pairs that the protocol gave, [["P2D", "email"], ["PT2H", "sms"]]. `way_asked_at`:
    when both were asked to talk in another way than in person. Kept until six months
    after the study ends.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    origin = models.CharField(max_length=120, unique=True, null=True)
    supporter = models.ForeignKey(
        Supporter, on_delete=models.PROTECT, related_name="bookings"
    )
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="bookings")
    kind = models.CharField(max_length=32)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    mode = models.CharField(max_length=16)
    place = models.CharField(max_length=80, blank=True)
    stands_in = models.BooleanField(default=False)
    reminders = models.JSONField(default=list)
    sequence = models.PositiveIntegerField(default=0)
    way_asked_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    pencilled_until = models.DateTimeField(null=True)
    agreed_at = models.DateTimeField(null=True)
    freed_at = models.DateTimeField(null=True)
    freed_because = models.CharField(max_length=12, blank=True, choices=Freed.choices)
    took_place_at = models.DateTimeField(null=True)
    did_not_happen_at = models.DateTimeField(null=True)
    gathering = models.ForeignKey(
        Gathering, on_delete=models.PROTECT, null=True, related_name="places"
    )
    seat = models.PositiveSmallIntegerField(null=True)
    series = models.ForeignKey(
        Series, on_delete=models.PROTECT, null=True, related_name="bookings"
    )
    number = models.PositiveSmallIntegerField(null=True)
    # When a regular time's calendar entry is mailed; empty when that is at once.
    entry_at = models.DateTimeField(null=True)

    objects: ClassVar[BookingQuerySet] = BookingQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = [
            models.Index(fields=["supporter", "starts_at"], name="booking_supporter"),
            models.Index(fields=["person", "starts_at"], name="booking_person"),
            models.Index(
                fields=["pencilled_until"],
                condition=Q(freed_at__isnull=True, agreed_at__isnull=True),
                name="booking_pencils",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at"))
                & Q(ends_at__lte=F("starts_at") + LONGEST),
                name="booking_has_length",
            ),
            models.CheckConstraint(
                condition=Q(agreed_at__isnull=False) | Q(pencilled_until__isnull=False),
                name="booking_agreed_or_pencilled",
            ),
            models.CheckConstraint(
                condition=~Q(supporter=F("person")) | Q(seat=0),
                name="booking_needs_two_people",
            ),
            models.CheckConstraint(
                condition=Q(gathering__isnull=True, seat__isnull=True)
                | Q(gathering__isnull=False, seat__isnull=False),
                name="booking_seat_in_a_gathering",
            ),
            models.UniqueConstraint(
                fields=["series", "number"], name="booking_number_once"
            ),
            # A group never has more people than places, whatever races: seats are
            # numbered, and a number is given once.
            models.UniqueConstraint(
                fields=["gathering", "seat"],
                condition=Q(freed_at__isnull=True),
                name=guard.SEAT,
            ),
            models.CheckConstraint(
                condition=Q(freed_at__isnull=True, freed_because="")
                | (Q(freed_at__isnull=False) & ~Q(freed_because="")),
                name="booking_freed_has_a_reason",
            ),
            # Promise P4, on PostgreSQL: neither of the two may be in another live
            # booking, on whichever side. SQLite keeps it by the triggers of guard.py.
            guard.nobody_in_two_places(),
        ]

    def __str__(self) -> str:
        return f"booking {self.public_id}"


class BookingChange(models.Model):
    """What a booking was before a change, who changed it and when. Never erased alone.

    Who sees it: the same two people as the booking.
    """

    class What(models.TextChoices):
        PENCILLED = "pencilled", "pencilled"
        AGREED = "agreed", "agreed"
        MOVED = "moved", "moved"
        FREED = "freed", "freed"
        RESTORED = "restored", "restored"
        OUTCOME = "outcome", "outcome recorded"
        WAY = "way", "another way to talk"

    booking = models.ForeignKey(
        Booking, on_delete=models.CASCADE, related_name="changes"
    )
    what = models.CharField(max_length=12, choices=What.choices)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    was_starts_at = models.DateTimeField(null=True)
    was_ends_at = models.DateTimeField(null=True)
    was_supporter = models.ForeignKey(
        Supporter, on_delete=models.PROTECT, null=True, related_name="+"
    )

    def __str__(self) -> str:
        return f"{self.what} booking {self.booking_id}"


# Rows of their own files, which Django looks for here.
from sessions.rearrangements import Rearrangement as Rearrangement  # noqa: E402
from sessions.rearrangements import Suggestion as Suggestion  # noqa: E402
from sessions.wishes import TimeWish as TimeWish  # noqa: E402
