"""A calendar entry that says "Busy" and no more.

Single times are written as UTC instants: zone definitions are read an hour wrong by
some of the calendars that people use (RFC 5545, 5546 and 6047 allow plain UTC).
"""

from datetime import UTC, datetime
from email.utils import parseaddr
from typing import Literal

from django.conf import settings
from icalendar import Calendar, Event, vCalAddress

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
    summary: str = "Busy",
) -> bytes:
    """One event. The same arguments give the same bytes.

    `uid` stays for the life of the appointment and `sequence` grows with each change,
    or calendars ignore the change in silence; `stamp` is the time of this message.
    Without a method it is a plain download: no organiser, nobody invited.
    """
    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", stamp.astimezone(UTC))
    event.add("sequence", sequence)
    event.add("dtstart", starts_at.astimezone(UTC))
    event.add("dtend", ends_at.astimezone(UTC))
    event.add("summary", summary)
    event.add("class", "PRIVATE")
    event.add("transp", "OPAQUE")
    event.add("status", "CANCELLED" if method == "CANCEL" else "CONFIRMED")
    if method is not None:
        _add_people(event, attendee_email)
    calendar = Calendar()
    calendar.add("prodid", "-//Alongside//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    if method is not None:
        calendar.add("method", method)
    # Some versions of the library give the calendar itself a random id.
    calendar.pop("UID", None)
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _add_people(event: Event, attendee_email: str) -> None:
    """The service invites, this one person is invited: nobody sees who else is there.

    The organiser is a service address, because some mail programs show no answer
    buttons when organiser and reader share a mailbox.
    """
    name, service = parseaddr(settings.DEFAULT_FROM_EMAIL)
    organiser = vCalAddress(f"mailto:{service}")
    organiser.params["CN"] = name or "Alongside"
    event.add("organizer", organiser)
    attendee = vCalAddress(f"mailto:{attendee_email}")
    attendee.params["PARTSTAT"] = "NEEDS-ACTION"
    attendee.params["RSVP"] = "TRUE"
    event.add("attendee", attendee)
