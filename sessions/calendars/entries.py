"""Bookings as calendar entries: one as a file, all of one person as a feed.

An entry of a feed and of a mailed invitation are the same entry: same identity, same
sequence, and plain UTC instants, which no calendar reads wrong.
"""

from datetime import UTC, datetime, timedelta

from django.db.models import Max, Q
from icalendar import Calendar

from notifications import discretion, invitation
from sessions import booking_messages
from sessions.models import Booking, BookingChange, CalendarFeed
from wellbeing.people.models import User

BACK, AHEAD = timedelta(days=30), timedelta(days=400)
EVERY_HOUR = "PT1H"


def file_of(*, booking: Booking, reader: User) -> bytes:
    """One booking as it stands: the same identity and title as the invitation.

    The stamp is the last change, so the same booking gives the same bytes.
    """
    last = booking.changes.order_by("-at", "-pk").first()
    return invitation.calendar_bytes(
        uid=booking_messages.uid_of(booking),
        sequence=booking.sequence,
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        stamp=last.at if last else booking.made_at,
        method=None,
        attendee_email="",
        summary=discretion.title_of(
            person=reader,
            with_id=booking.supporter_id if reader == booking.person else None,
        ),
    )


def feed_bytes(*, feed: CalendarFeed, at: datetime) -> bytes:
    """Every agreed booking of the feed's person, on whichever side, in one query.

    From 30 days back; what was cancelled stays that long, marked so, because a calendar
    that is told nothing keeps the entry. The same rows give the same bytes.
    """
    calendar = invitation.empty_calendar()
    calendar.add("name", _name(feed))
    calendar.add("x-wr-calname", _name(feed))
    calendar.add("refresh-interval", timedelta(hours=1), {"VALUE": "DURATION"})
    calendar.add("x-published-ttl", EVERY_HOUR)
    for booking in _bookings(feed, at):
        _add(calendar, booking, feed)
    return bytes(calendar.to_ical())


def changed_at(feed: CalendarFeed) -> datetime:
    """When anything last changed in what the feed shows or has stopped showing."""
    person = feed.person_id
    theirs = BookingChange.objects.filter(
        Q(booking__person=person)
        | Q(booking__supporter=person)
        | Q(was_supporter=person)
    )
    last: datetime | None = theirs.aggregate(last=Max("at"))["last"]
    return max(feed.made_at, last) if last else feed.made_at


def _bookings(feed: CalendarFeed, at: datetime) -> list[Booking]:
    agreed = Booking.objects.of_either(feed.person_id).filter(
        Q(freed_at__isnull=True) | Q(freed_at__gt=at - BACK),
        agreed_at__isnull=False,
        starts_at__gt=at - BACK,
        starts_at__lt=at + AHEAD,
    )
    rows = agreed.select_related("supporter__person")
    return list(rows.annotate(stamp=Max("changes__at")).order_by("starts_at", "pk"))


def _add(calendar: Calendar, booking: Booking, feed: CalendarFeed) -> None:
    stamp: datetime | None = getattr(booking, "stamp", None)
    calendar.add_component(
        invitation.entry(
            uid=booking_messages.uid_of(booking),
            sequence=booking.sequence,
            starts_at=booking.starts_at,
            ends_at=booking.ends_at,
            stamp=(stamp or booking.made_at).astimezone(UTC),
            summary=_title(booking, feed),
            cancelled=booking.freed_at is not None,
        )
    )


def _name(feed: CalendarFeed) -> str:
    return invitation.BUSY if feed.words == CalendarFeed.Words.BUSY else "Time to talk"


def _title(booking: Booking, feed: CalendarFeed) -> str:
    """At most the supporter's name, to the person alone. Who is supported is named in
    no calendar, whatever the supporter chose: calendars are shared with colleagues.
    """
    if feed.words == CalendarFeed.Words.NAMES and booking.person_id == feed.person_id:
        return f"{_name(feed)}: {booking.supporter.person.name}"
    return _name(feed)
