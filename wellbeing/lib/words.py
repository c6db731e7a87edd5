"""Times in plain words: the only code that turns an instant into text for a person.

House style: "Tomorrow, Wednesday 16 September", "2pm to 2:50pm", "London time".
Zones are named as a place, since a mail is read far from where it was written.
"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

NBSP = "\u00a0"


def wall_words(wall: time) -> str:
    """`9:30am`, `2pm`, `noon`, `midnight`: a time of day without a day."""
    if wall.minute == 0 and wall.hour in (0, 12):
        return "noon" if wall.hour else "midnight"
    hour = wall.hour % 12 or 12
    minutes = f":{wall.minute:02}" if wall.minute else ""
    return f"{hour}{minutes}{'am' if wall.hour < 12 else 'pm'}"


def clock_words(moment: datetime, zone: str) -> str:
    """The time of day of an instant, in the reader's zone."""
    return wall_words(moment.astimezone(ZoneInfo(zone)).time())


def date_words(day: date, *, weekday: bool = True, year: bool = False) -> str:
    """`Wednesday 16 September`; day and month never break apart."""
    words = f"{day.day}{NBSP}{day:%B}"
    if weekday:
        words = f"{day:%A} {words}"
    return f"{words} {day.year}" if year else words


def day_words(moment: datetime, zone: str, at: datetime) -> str:
    """The day, with today, tomorrow or yesterday said first when it is so."""
    day = moment.astimezone(ZoneInfo(zone)).date()
    today = at.astimezone(ZoneInfo(zone)).date()
    near = {0: "Today", 1: "Tomorrow", -1: "Yesterday"}.get((day - today).days)
    words = date_words(day, year=abs((day - today).days) > 300)
    return f"{near}, {words}" if near else words


def moment_words(moment: datetime, zone: str, at: datetime) -> str:
    """`tomorrow, 10am` inside a sentence; a full day when it is further away."""
    day = moment.astimezone(ZoneInfo(zone)).date()
    today = at.astimezone(ZoneInfo(zone)).date()
    near = {0: "today", 1: "tomorrow", -1: "yesterday"}.get((day - today).days)
    shown = near or date_words(day, year=abs((day - today).days) > 300)
    return f"{shown}, {clock_words(moment, zone)}"


def span_words(start: datetime, end: datetime, zone: str) -> str:
    """`2pm to 2:50pm`; the second time carries its day when that differs."""
    first, last = (m.astimezone(ZoneInfo(zone)) for m in (start, end))
    words = f"{clock_words(start, zone)} to {clock_words(end, zone)}"
    if last.date() != first.date() and clock_words(end, zone) != "midnight":
        words += f" on {date_words(last.date())}"
    if first.utcoffset() != last.utcoffset():
        words += " (the clocks change in between)"
    return words


def zone_words(zone: str) -> str:
    """`Europe/London` is `London time`; `Etc/UTC` and `UTC` are `UTC`."""
    if zone in {"UTC", "Etc/UTC"}:
        return "UTC"
    return f"{zone.rsplit('/', 1)[-1].replace('_', ' ')} time"


def length_words(length: timedelta | int) -> str:
    """`50 minutes`, `1 hour`, `95 minutes`, `2 hours 5 minutes`.

    Never `50m`, which is read out as metres.
    """
    total = length if isinstance(length, int) else int(length.total_seconds() // 60)
    hours, minutes = divmod(total, 60)
    if not hours or (hours == 1 and minutes):
        return _count_words(total, "minute")
    words = _count_words(hours, "hour")
    return f"{words} {_count_words(minutes, 'minute')}" if minutes else words


def _count_words(count: int, unit: str) -> str:
    return f"{count} {unit}{'' if count == 1 else 's'}"


def list_words(things: list[str], last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(things) < 2:
        return "".join(things)
    return f"{', '.join(things[:-1])} {last} {things[-1]}"
