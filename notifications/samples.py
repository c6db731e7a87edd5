"""A message to nobody, to see how its words read."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID
from zoneinfo import available_timezones

from notifications import discretion
from notifications.message_context import ZONE_WITHOUT_PERSON, context_of
from notifications.models import Message
from wellbeing.people.models import Contact, User

# For counting letters: a Wednesday in September, half past twelve in the longest place.
AT = datetime(2026, 9, 15, 15, tzinfo=UTC)
STARTS = datetime(2026, 9, 23, 15, 30, tzinfo=UTC)
PATH = "/bookings/7d3b8a44-3f0e-4c39-9a53-6a8f3f6f2c11/"
READER, OTHER = "Ada Sample", "Jo Sample"


def context_for(
    name: str, *, level: str = "", zone: str = ZONE_WITHOUT_PERSON
) -> dict[str, Any]:
    """All that the template `name` may ask for, at one level of discretion."""
    person = User(name=READER, email="ada@example.org", time_zone=zone)
    # The contact is what says how much of a time is shown; it is never saved.
    Contact(person=person, discretion=level)
    message = Message(
        public_id=UUID(int=4),
        person=person,
        template=name,
        purpose="check_in" if name == "check_in" else "booking_notice",
        context=_CONTEXT,
    )
    found = context_of(message, at=AT)
    by_name = level == Contact.Discretion.NAME
    if level:
        other = OTHER if by_name else ""
        found["more"] = discretion.more_words(mode="phone", name=other)
    return found


@lru_cache(maxsize=1)
def longest_zone() -> str:
    """The place whose name takes the most letters of a text."""
    zones = sorted(available_timezones())
    return max(zones, key=lambda zone: len(zone.split("/")[-1]))


def _moment(**after: int) -> str:
    return (STARTS + timedelta(**after)).isoformat()


_CONTEXT: dict[str, Any] = {
    "path": PATH,
    "stop_path": "/check-ins/stop/",
    "door_path": "/my-work/sample/",
    "mode": "phone",
    "starts_at": STARTS.isoformat(),
    "ends_at": _moment(minutes=50),
    "was_starts_at": _moment(days=-3, hours=2),
    "until_at": _moment(days=-5, hours=4),
    "open_until_at": _moment(days=-5, hours=4),
    "expires_at": _moment(days=-4),
    "one_at": _moment(days=1),
    "two_at": _moment(days=2),
    "three_at": _moment(days=5, hours=2),
    "count": 2,
    "weeks": 2,
    "every": "6 months",
    "last_day": "Friday 18 December",
    "name": OTHER,
    "wish": "a lighter week",
    "ticket": "sample",
}
