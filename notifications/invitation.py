"""A calendar entry that says "Busy" and no more, unless its reader chose otherwise.

Single times are written as UTC instants: zone definitions are read an hour wrong by
some of the calendars that people use (RFC 5545, 5546 and 6047 allow plain UTC).
"""

from datetime import UTC, datetime
from email.utils import parseaddr
from typing import Literal

from django.conf import settings
from icalendar import Calendar, Event, vCalAddress

# What an entry says unless its reader chose otherwise. It names nobody.
BUSY = "Busy"
Method = Literal["REQUEST", "CANCEL"]


def calendar_bytes(
    *,
    uid: str,
    sequence: int,
    starts_at: datetime,
    ends_at: datetime,
    stamp: datetime,
    method: Method | None,
    attendee_email: str,
    summary: str = BUSY,
) -> bytes:
    """One event. The same arguments give the same bytes.

    `uid` stays for the life of the appointment and `sequence` grows with each change,
    or calendars ignore the change in silence; `stamp` is the time of this message.
    Without a method it is a plain download: no organiser, nobody invited.
    """
    event = entry(
        uid=uid,
        sequence=sequence,
        starts_at=starts_at,
        ends_at=ends_at,
        stamp=stamp,
        summary=summary,
        cancelled=method == "CANCEL",
    )
    calendar = empty_calendar()
    if method is not None:
        calendar.add("method", method)
        _add_people(event, attendee_email, asks=method == "REQUEST")
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def entry(
    *,
    uid: str,
    sequence: int,
    starts_at: datetime,
    ends_at: datetime,
    stamp: datetime,
    summary: str,
    cancelled: bool,
) -> Event:
    """The event itself, as invitations, downloads and feeds all say it."""
    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", stamp.astimezone(UTC))
    event.add("sequence", sequence)
    event.add("dtstart", starts_at.astimezone(UTC))
    event.add("dtend", ends_at.astimezone(UTC))
    event.add("summary", summary)
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT" if cancelled else "OPAQUE")
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    return event


def empty_calendar() -> Calendar:
    """A calendar of ours without any event. Some versions of the library give it a
    random id, which would make each copy differ."""
    calendar = Calendar()
    calendar.add("prodid", "-//Alongside//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.pop("UID", None)
    return calendar


def _add_people(event: Event, attendee_email: str, *, asks: bool) -> None:
    """The service invites, this one person is invited: nobody sees who else is there.

    The organiser is a service address, because some mail programs show no answer
    buttons when organiser and reader share a mailbox.
    """
    name, service = parseaddr(settings.DEFAULT_FROM_EMAIL)
    organiser = vCalAddress(f"mailto:{service}")
    organiser.params["CN"] = name or "Alongside"
    event.add("organizer", organiser)
    attendee = vCalAddress(f"mailto:{attendee_email}")
    if asks:
        attendee.params["PARTSTAT"] = "NEEDS-ACTION"
        attendee.params["RSVP"] = "TRUE"
    event.add("attendee", attendee)
