"""When to tell. Pure: no Django, no clock; instants are aware, results are UTC."""

import re
from collections.abc import Container
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

_AMOUNT = re.compile(r"P(?:(\d+)D|T(?=\d)(?:(\d+)H)?(?:(\d+)M)?)")
_SATURDAY = 5

QUICK_WAITS = (10, 30, 60, 300, 900)
SLOW_WAITS = (300, 900, 1800, 3600)
UNREACHABLE_WAIT = 1800
JITTER = 0.2
LONGEST_VALIDITY = timedelta(hours=4)
LATER = timedelta(hours=2)
SHORTEST_LATER = timedelta(minutes=10)


class BadAmount(ValueError):
    """A span that is neither days like P2D nor hours and minutes like PT2H."""


def _instant(day: date, wall: time, zone: ZoneInfo, after: datetime) -> datetime:
    """The wall time on a day as an instant, past `after` when it comes twice.

    A time that the clock jumps over becomes the instant that it would have been
    without the jump, which is after the jump.
    """
    first = datetime.combine(day, wall, zone).astimezone(UTC)
    if first > after:
        return first
    return datetime.combine(day, wall.replace(fold=1), zone).astimezone(UTC)


def _end_of_quiet(
    local: datetime,
    quiet_from: time,
    quiet_until: time,
    weekends_off: bool,
    days_off: Container[date],
) -> tuple[date, time] | None:
    """The wall time to try next, or None when `local` is not quiet."""
    weekend = weekends_off and local.weekday() >= _SATURDAY
    if weekend or local.date() in days_off:
        return local.date() + timedelta(days=1), time(0)
    wall = local.time()
    over_midnight = quiet_from > quiet_until
    if over_midnight and wall >= quiet_from:
        return local.date() + timedelta(days=1), quiet_until
    if wall < quiet_until and (over_midnight or wall >= quiet_from):
        return local.date(), quiet_until
    return None


def out_of_quiet(
    moment: datetime,
    *,
    zone: str,
    quiet_from: time,
    quiet_until: time,
    weekends_off: bool,
    days_off: Container[date] = frozenset(),
) -> datetime:
    """The first instant from `moment` on at which the person may be disturbed.

    Quiet hours are wall time in `zone` and may reach over midnight; equal ends mean
    that there are none. `quiet_until` itself is no longer quiet. `days_off` are whole
    days, such as public holidays.
    """
    place = ZoneInfo(zone)
    found = moment.astimezone(UTC)
    while True:
        local = found.astimezone(place)
        step = _end_of_quiet(local, quiet_from, quiet_until, weekends_off, days_off)
        if step is None:
            return found
        found = _instant(*step, place, found)


def before(start: datetime, *, amount: str, zone: str) -> datetime:
    """The instant an amount before `start`: P2D in calendar days, PT2H elapsed.

    Days keep the wall time in `zone`, so that two days before 2pm is 2pm although the
    clocks changed. Raises BadAmount.
    """
    found = _AMOUNT.fullmatch(amount)
    if found is None:
        raise BadAmount(f"{amount!r} is not a span like P2D, PT2H or PT30M.")
    days, hours, minutes = (int(part or 0) for part in found.groups())
    if not days:
        return start.astimezone(UTC) - timedelta(hours=hours, minutes=minutes)
    wall = start.astimezone(ZoneInfo(zone)).replace(tzinfo=None) - timedelta(days=days)
    return wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def once_more(*, at: datetime, expires_at: datetime) -> datetime | None:
    """When to send again what its reader wants later: in two hours, or half-way to the
    end of its use. None when that is so near that later would be no help."""
    wait = min(LATER, (expires_at - at) / 2)
    return at + wait if wait >= SHORTEST_LATER else None


def local_day(moment: datetime, *, zone: str) -> date:
    """The day on a person's own calendar."""
    return moment.astimezone(ZoneInfo(zone)).date()


def next_morning(moment: datetime, *, zone: str, wall: time) -> datetime:
    """The wall time on the day after, in the person's zone."""
    day = local_day(moment, zone=zone) + timedelta(days=1)
    return _instant(day, wall, ZoneInfo(zone), moment)


def validity_seconds(*, at: datetime, expires_at: datetime) -> int:
    """How long the carrier may try: until the use is over, at most four hours."""
    left = min(expires_at - at, LONGEST_VALIDITY)
    return max(1, int(left.total_seconds()))


def retry_wait(
    *,
    speed: Literal["quick", "slow", "unreachable"],
    quick: int = 0,
    slow: int = 0,
    unreachable: int = 0,
    jitter: float = 0.0,
) -> float | None:
    """Seconds until the next try, or None when trying again is no use.

    The counts are the tries before this one that ended the same way. A quick series
    goes on as a slow one; an unreachable handset gets one more try. `jitter` lies
    between -1 and 1 and moves the wait by up to a fifth.
    """
    if speed == "unreachable":
        waits = [UNREACHABLE_WAIT] if unreachable == 0 else []
    elif speed == "quick" and quick < len(QUICK_WAITS):
        waits = [QUICK_WAITS[quick]]
    else:
        done = slow + max(0, quick - len(QUICK_WAITS))
        waits = list(SLOW_WAITS[done : done + 1])
    return waits[0] * (1 + JITTER * jitter) if waits else None
