"""Times laid out by day for a reader: days as headings, a few days at a time."""

from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sessions.slots import Slot

DAYS_A_PAGE = 3
NOON = 12


@dataclass
class Day:
    """The free times of one local day; `start` is its first time."""

    day: date
    start: datetime
    morning: list[Slot] = field(default_factory=list)
    afternoon: list[Slot] = field(default_factory=list)


@dataclass(frozen=True)
class Page:
    """At most three days, and the first of the days that come after them."""

    days: list[Day]
    later: date | None


def page_of(slots: list[Slot], *, zone: str, first: date | None) -> Page:
    """The days from `first` on that have times, in the reader's zone."""
    days: dict[date, Day] = {}
    for slot in slots:
        local = slot.start.astimezone(ZoneInfo(zone))
        if first is None or local.date() >= first:
            day = days.setdefault(local.date(), Day(local.date(), slot.start))
            (day.morning if local.hour < NOON else day.afternoon).append(slot)
    found = list(days.values())
    later = found[DAYS_A_PAGE].day if len(found) > DAYS_A_PAGE else None
    return Page(found[:DAYS_A_PAGE], later)


def read_day(text: str) -> date | None:
    """A day from an address, like 2026-09-14; nonsense is no day."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
