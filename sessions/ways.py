"""When people cannot meet in person for a while: asking for another way to talk.

The time stays agreed whatever is said, or not said. Only its two people are asked, and
only they see it.
"""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from sessions import booking_messages
from sessions.models import Booking, BookingChange, BookingQuerySet
from sessions.taking import NoLongerThere
from wellbeing.people.models import User

IN_PERSON = "in_person"
APART = ("phone", "video")


def ask_for_another(
    *,
    people: Collection[int],
    supporters: Collection[int],
    since: datetime,
    at: datetime,
) -> None:
    """Ask about every agreed time in person between these people and supporters that
    starts from `since` on. Each is asked about once; one that is over is left alone."""
    rows = _agreed_in_person(people, supporters, max(since, at))
    with transaction.atomic():
        for booking in rows.filter(way_asked_at=None):
            untouched = Booking.objects.filter(
                pk=booking.pk, freed_at=None, mode=IN_PERSON, way_asked_at=None
            )
            if untouched.update(way_asked_at=at):
                booking_messages.ask_for_another_way(booking, at=at)


def ask_no_more(
    *,
    people: Collection[int],
    supporters: Collection[int],
    since: datetime,
    at: datetime,
) -> None:
    """Meeting in person is possible again from `since` on: nobody needs to choose."""
    rows = _agreed_in_person(people, supporters, max(since, at))
    with transaction.atomic():
        for booking in rows.filter(way_asked_at__isnull=False):
            Booking.objects.filter(pk=booking.pk).update(way_asked_at=None)
            booking_messages.ask_no_more(booking, at=at)


def choose(*, booking: Booking, mode: str, by: User, at: datetime) -> Booking:
    """One of the two says by phone or by video; the other is told. The first word
    counts, and the same word twice is once. Raises NoLongerThere."""
    with transaction.atomic():
        asked = Booking.objects.filter(
            pk=booking.pk,
            agreed_at__isnull=False,
            freed_at=None,
            starts_at__gt=at,
            mode=IN_PERSON,
            way_asked_at__isnull=False,
        )
        done = asked.update(mode=mode, place="")
        rows = Booking.objects.select_related("person", "supporter__person")
        fresh = rows.get(pk=booking.pk)
        if not done:
            if fresh.freed_at is None and fresh.mode == mode:
                return fresh
            raise NoLongerThere
        BookingChange.objects.create(
            booking=fresh, what=BookingChange.What.WAY, by=by, at=at
        )
        booking_messages.ask_no_more(fresh, at=at)
        booking_messages.tell_another_way(fresh, by=by, at=at)
    return fresh


def _agreed_in_person(
    people: Collection[int], supporters: Collection[int], since: datetime
) -> BookingQuerySet:
    return (
        Booking.objects.filter(
            person__in=people,
            supporter__in=supporters,
            agreed_at__isnull=False,
            freed_at=None,
            mode=IN_PERSON,
            starts_at__gt=since,
            # How a group meets is for all of it to say.
            gathering=None,
        )
        .select_related("person", "supporter__person")
        .order_by("pk")
    )
