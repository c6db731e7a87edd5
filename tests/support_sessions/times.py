"""Short words for the tests of this folder."""

from datetime import UTC, datetime, timedelta

from sessions import booking as bookings
from sessions.models import Booking

REMINDERS = [["P2D", "email"], ["PT2H", "email"]]


def sept(day: int, hour: int, minute: int = 0) -> datetime:
    """A time in September 2026 as the clock shows it in London (an hour past UTC)."""
    return datetime(2026, 9, day, hour, minute, tzinfo=UTC) - timedelta(hours=1)


def book(team, *, at, start, person=None, supporter=None, **extra) -> Booking:
    person = person or team.ada
    asked = {
        "kind": "individual",
        "minutes": 50,
        "mode": "phone",
        "origin": None,
        "reminders": REMINDERS,
        "by": person,
    } | extra
    supporter = supporter or team.dr_jo
    return bookings.book(
        supporter=supporter, person=person, start=start, at=at, **asked
    )


def pencil(team, *, at, start, person=None, supporter=None, **extra) -> Booking:
    asked = {
        "kind": "individual",
        "minutes": 50,
        "mode": "phone",
        "until": start - timedelta(hours=2),
        "origin": None,
        "reminders": REMINDERS,
        "by": None,
    } | extra
    return bookings.pencil(
        supporter=supporter or team.dr_jo,
        person=person or team.ada,
        start=start,
        at=at,
        **asked,
    )
