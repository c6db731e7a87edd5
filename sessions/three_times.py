"""A few times to choose from, instead of a list: for messages, and for one tap."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sessions import slots
from sessions.availability import rules_and_own
from sessions.models import Booking
from sessions.slots import Slot, Span

MANY = 3
LOOK_AHEAD = timedelta(days=14)


def three_times(*, booking: Booking, at: datetime) -> list[Slot]:
    """Free times with the same supporter, on different days where there are such.

    After we cancelled, not before the day after: what came between the two people may
    last as long as the day. Four queries.
    """
    since = at
    if booking.freed_at is not None:
        zone = ZoneInfo(booking.supporter.person.time_zone)
        day = max(booking.starts_at, at).astimezone(zone).date() + timedelta(days=1)
        since = datetime.combine(day, time(), zone)
    window = Span(since, since + LOOK_AHEAD)
    rules, own = rules_and_own(
        supporter=booking.supporter_id,
        person=booking.person_id,
        window=window,
        at=at,
        kind=booking.kind,
    )
    length = booking.ends_at - booking.starts_at
    free = slots.free_times(rules, length=length, window=window, at=at)
    return spread(slots.clear_of(free, own), zone=booking.person.time_zone)


def spread(free: list[Slot], *, zone: str) -> list[Slot]:
    """The first time of each of the first three days, in the reader's zone; when there
    are fewer days, the next times of these, earliest first."""
    first_of_day = {
        slot.start.astimezone(ZoneInfo(zone)).date(): slot for slot in reversed(free)
    }
    chosen = sorted(first_of_day.values(), key=lambda slot: slot.start)[:MANY]
    others = [slot for slot in free if slot not in chosen]
    return sorted(chosen + others[: MANY - len(chosen)], key=lambda slot: slot.start)


def mode_for(booking: Booking, slot: Slot) -> str:
    """The way of the earlier time, if this time can be held like that."""
    return booking.mode if booking.mode in slot.modes else slot.modes[0]


def in_words(found: list[Slot]) -> dict[str, str]:
    """The times as a message keeps them."""
    names = ("one_at", "two_at", "three_at")
    return {
        name: slot.start.isoformat() for name, slot in zip(names, found, strict=False)
    }
