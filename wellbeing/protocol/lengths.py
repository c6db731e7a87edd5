"""Three clocks: elapsed time, calendar days and working time.

A length is written as in the document: `PT2H` or `PT30M` elapse whatever the wall
clock does; `P7D` keeps the wall time and counts days; `P2WD` counts working days and
keeps the wall time; `PT4WH` counts working hours. Domain rules 6.0.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, cached_property, lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import holidays
from pydantic import GetCoreSchemaHandler
from pydantic_core import core_schema

_DAY = timedelta(days=1)
_SHAPE = re.compile(r"P(?:(\d{1,4})(D|WD)|T(\d{1,4})(M|H|WH))")


@dataclass(frozen=True)
class Length:
    """`amount` of one `unit`: M, H (elapsed), D, WD (days), WH (working hours)."""

    amount: int
    unit: str

    @cached_property
    def least(self) -> timedelta:
        """Not longer than the length can be on any calendar."""
        if self.unit in {"M", "H"}:
            return timedelta(minutes=self.amount * (60 if self.unit == "H" else 1))
        if self.unit == "WH":
            return timedelta(hours=self.amount)
        # A day on which the clocks go forward has 23 hours.
        return timedelta(days=self.amount) - timedelta(hours=2)

    @classmethod
    def parse(cls, text: str) -> "Length":
        """Read `P2WD` and its kin; anything else raises ValueError with a sentence."""
        found = _SHAPE.fullmatch(text)
        if not found:
            raise ValueError(
                f"{text!r} is not a length. Write P7D (days), P2WD (working days), "
                "PT24H (hours), PT30M (minutes) or PT4WH (working hours)."
            )
        days, day_unit, hours, hour_unit = found.groups()
        return cls(int(days or hours), day_unit or hour_unit)

    def __str__(self) -> str:
        return f"P{'' if self.unit.endswith('D') else 'T'}{self.amount}{self.unit}"

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        return core_schema.no_info_after_validator_function(
            cls.parse,
            core_schema.str_schema(),
            serialization=core_schema.to_string_ser_schema(),
        )


def words(length: Length) -> str:
    """`2 working days`, `7 days`, `24 hours`: the length as it is read aloud."""
    unit = {
        "M": "minute",
        "H": "hour",
        "D": "day",
        "WD": "working day",
        "WH": "working hour",
    }[length.unit]
    return f"{length.amount} {unit}{'' if length.amount == 1 else 's'}"


@dataclass(frozen=True)
class Calendar:
    """When a team works: zone, weekdays (0 is Monday), hours and public holidays."""

    zone: str
    weekdays: frozenset[int]
    opens: time
    closes: time
    country: str | None = None
    subdivision: str | None = None

    @cached_property
    def place(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    def works_on(self, day: date) -> bool:
        if day.weekday() not in self.weekdays:
            return False
        return not self.country or day not in _holidays(
            self.country, self.subdivision, day.year
        )

    def days_of_working(self, day: date, amount: int) -> int:
        """In how many calendar days so many working days after `day` are over."""
        known = self._days_of_working.get((day, amount))
        if known is None:
            known, left = 0, amount
            while left:
                known += 1
                left -= self.works_on(day + known * _DAY)
            self._days_of_working[day, amount] = known
        return known

    @cached_property
    def _days_of_working(self) -> dict[tuple[date, int], int]:
        # The same days come up for everybody in a team: a few thousand entries at most.
        return {}


@cache
def _holidays(country: str, subdivision: str | None, year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays(country, subdiv=subdivision, years=year))


def at_wall_time(day: date, wall: time, zone: str) -> datetime:
    """The instant, in UTC, of a wall time; one that a clock change skips moves on."""
    return datetime.combine(day, wall, ZoneInfo(zone)).astimezone(UTC)


def after(start: datetime, length: Length, calendar: Calendar) -> datetime:
    """The instant that lies `length` after `start`, in UTC."""
    if length.unit in {"M", "H"}:
        minutes = length.amount * (60 if length.unit == "H" else 1)
        return start + timedelta(minutes=minutes)
    if length.unit == "WH":
        return _after_working_hours(start, timedelta(hours=length.amount), calendar)
    local = start.astimezone(calendar.place)
    days = length.amount
    if length.unit == "WD":
        days = calendar.days_of_working(local.date(), days)
    # Adding to a local time keeps the wall time and forgets which of two it was.
    moved = local + timedelta(days)
    return (moved.replace(fold=1) if local.fold else moved).astimezone(UTC)


def _after_working_hours(
    start: datetime, left: timedelta, calendar: Calendar
) -> datetime:
    """Use up working time day by day; the end of a day does not count as next day."""
    day = start.astimezone(ZoneInfo(calendar.zone)).date()
    while True:
        if calendar.works_on(day):
            opens = max(start, at_wall_time(day, calendar.opens, calendar.zone))
            closes = at_wall_time(day, calendar.closes, calendar.zone)
            if opens < closes:
                if left <= closes - opens:
                    return opens + left
                left -= closes - opens
        day += timedelta(days=1)


@lru_cache(maxsize=4096)
def next_month(day: date) -> date:
    """The first day of the month after `day`."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def before(start: datetime, length: Length) -> datetime:
    """The instant that lies an elapsed `length` (M or H) before `start`."""
    return start - timedelta(minutes=length.amount * (60 if length.unit == "H" else 1))


def exactly(length: Length) -> timedelta:
    """The elapsed time of a length in minutes, hours or days of 24 hours."""
    minutes = {"M": 1, "H": 60, "D": 24 * 60}[length.unit]
    return timedelta(minutes=length.amount * minutes)


def at_most(length: Length) -> timedelta:
    """Longer than the length can be on any calendar; for sorting out what is over."""
    if length.unit in {"M", "H"}:
        return timedelta(minutes=length.amount * (60 if length.unit == "H" else 1))
    if length.unit == "D":
        # A clock change stretches a day.
        return timedelta(days=length.amount + 1)
    # Public holidays and weekends stretch working time.
    return timedelta(days=length.amount * 8 + 14)
