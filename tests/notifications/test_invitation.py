"""The calendar entry: the right instant, the right person, and no words."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import vobject
from icalendar import Calendar

from notifications.invitation import calendar_bytes

ZONES = ("Europe/London", "America/New_York", "Asia/Kolkata", "Pacific/Auckland")


def _calendar(start: datetime, method: str | None = "REQUEST", **extra) -> bytes:
    given = {
        "uid": "booking-1@alongside.example",
        "sequence": 2,
        "starts_at": start,
        "ends_at": start + timedelta(minutes=50),
        "stamp": datetime(2026, 9, 15, 15, tzinfo=UTC),
        "method": method,
        "attendee_email": "ada@example.org",
        **extra,
    }
    return calendar_bytes(**given)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("month", [1, 7])
def test_two_readers_find_the_same_instant(zone, month):
    start = datetime(2027, month, 15, 10, 0, tzinfo=ZoneInfo(zone))
    content = _calendar(start)
    ours = Calendar.from_ical(content).events[0]
    theirs = vobject.readOne(content.decode()).vevent
    assert ours["DTSTART"].dt == start
    assert theirs.dtstart.value == start
    assert theirs.dtend.value - theirs.dtstart.value == timedelta(minutes=50)


def test_an_invitation_names_the_service_and_one_person(at, settings):
    settings.DEFAULT_FROM_EMAIL = "Alongside <hello@alongside.example>"
    calendar = Calendar.from_ical(_calendar(at))
    event = calendar.events[0]
    assert calendar["METHOD"] == "REQUEST"
    assert event["ORGANIZER"] == "mailto:hello@alongside.example"
    assert event["ATTENDEE"] == "mailto:ada@example.org"
    assert event["ATTENDEE"].params["PARTSTAT"] == "NEEDS-ACTION"
    assert event["SUMMARY"] == "Busy"
    assert event["SEQUENCE"] == 2
    assert "DESCRIPTION" not in event
    assert "LOCATION" not in event


def test_a_cancellation_keeps_the_identity(at):
    calendar = Calendar.from_ical(_calendar(at, "CANCEL", sequence=3))
    event = calendar.events[0]
    assert calendar["METHOD"] == "CANCEL"
    assert event["STATUS"] == "CANCELLED"
    assert (event["UID"], event["SEQUENCE"]) == ("booking-1@alongside.example", 3)


def test_a_download_invites_nobody(at):
    content = _calendar(at, None)
    calendar = Calendar.from_ical(content)
    assert "METHOD" not in calendar
    assert {"ORGANIZER", "ATTENDEE"} & set(calendar.events[0]) == set()


def test_the_same_entry_has_the_same_bytes(at):
    assert _calendar(at) == _calendar(at)
    assert b"VTIMEZONE" not in _calendar(at)
