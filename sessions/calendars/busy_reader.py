"""A program of its own: reads a calendar file and tells when its owner is busy.

Run by `sessions.calendars.busy` as `python -m sessions.calendars.busy_reader`, with an
order in JSON on the first line and the file after it. It is a process with limits of
its own because a file of ten lines can ask for more work than any machine can do.
Knows no Django. Of the file only starts and ends come out.
"""

import json
import resource
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import recurring_ical_events
from icalendar import Calendar, Component

from sessions.spans import Span, cut, merged

TOO_OFTEN = {"SECONDLY", "MINUTELY", "HOURLY"}


class Unreadable(Exception):
    """The file cannot be used; the message is the word that the caller knows it by."""


def busy_spans(content: bytes, order: dict[str, Any]) -> tuple[list[Span], bool]:
    """When the owner is busy inside the window, merged; and whether some of the file
    had to be left out because it makes no sense. Raises Unreadable.
    """
    content = content.removeprefix(b"\xef\xbb\xbf")
    if content.upper().count(b"BEGIN:VEVENT") > order["most_events"]:
        raise Unreadable("too_many")
    window = Span(*(datetime.fromisoformat(order[end]) for end in ("start", "end")))
    zone = ZoneInfo(order["zone"])
    spans: list[Span] = []
    left_out = False
    for calendar in _calendars(content):
        found, some = _occurrences(calendar, window)
        left_out = left_out or some
        if len(spans) + len(found) > order["most_spans"]:
            raise Unreadable("too_many")
        spans += _busy(found, zone, order["ours"])
    inside = (cut(span, window) for span in spans)
    return merged(span for span in inside if span), left_out


def _calendars(content: bytes) -> list[Any]:
    try:
        found = Calendar.from_ical(content, multiple=True)
        calendars = [one for one in found if one.name == "VCALENDAR"]
    except (ValueError, KeyError, IndexError, TypeError, AttributeError):
        raise Unreadable("not_a_calendar") from None
    if not calendars:
        raise Unreadable("not_a_calendar")
    return calendars


def _makes_sense(component: Any) -> bool:
    """Whether it is no event, or one with a start and rules that can be read."""
    if component.name != "VEVENT":
        return True
    try:
        often = [str(rule["FREQ"][0]).upper() for rule in _rules(component)]
        starts = isinstance(component["DTSTART"].dt, date)
    except Exception:  # noqa: BLE001 - a property that was not understood raises its own
        return False
    if TOO_OFTEN.intersection(often):
        raise Unreadable("too_often")
    return starts


def _rules(event: Any) -> list[Any]:
    rules = event.get("RRULE", [])
    return rules if isinstance(rules, list) else [rules]


def _occurrences(calendar: Any, window: Span) -> tuple[list[Component], bool]:
    """What happens in the window, with changed and cancelled ones in their place."""
    whole = [one for one in calendar.subcomponents if _makes_sense(one)]
    some_left_out = len(whole) < len(calendar.subcomponents)
    calendar.subcomponents = whole
    if str(calendar.get("X-WR-TIMEZONE", "")) not in available_timezones():
        calendar.pop("X-WR-TIMEZONE", None)
    try:
        query = recurring_ical_events.of(calendar)
        return query.between(window.start, window.end), some_left_out
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - a stranger's file fails in any way it likes
        query = recurring_ical_events.of(calendar, skip_bad_series=True)
        return query.between(window.start, window.end), True


def _busy(found: list[Component], zone: ZoneInfo, ours: list[str]) -> Iterator[Span]:
    for event in found:
        if _is_free(event) or _is_ours(str(event.get("UID", "")), ours):
            continue
        span = _span(event, zone)
        if span.start < span.end:
            yield span


def _is_ours(uid: str, ours: list[str]) -> bool:
    """Bookings that came from here: they are known already, and may have moved."""
    return uid.startswith(ours[0]) and uid.endswith(ours[1])


def _is_free(event: Component) -> bool:
    """Entries that take up nobody's time, or do not happen."""
    said = {
        str(event.get(name, "")).upper()
        for name in ("TRANSP", "STATUS", "X-MICROSOFT-CDO-BUSYSTATUS")
    }
    return bool(said & {"TRANSPARENT", "CANCELLED", "FREE"})


def _span(event: Any, zone: ZoneInfo) -> Span:
    """Rather too long than too short where a clock shows the end of it twice."""
    start = event["DTSTART"].dt
    end = event["DTEND"].dt if "DTEND" in event else start
    return Span(_instant(start, zone, fold=0), _instant(end, zone, fold=1))


def _instant(value: date | datetime, zone: ZoneInfo, *, fold: int) -> datetime:
    """A day, and a time without a zone, are meant where the owner lives."""
    if not isinstance(value, datetime):
        value = datetime.combine(value, time())
    if value.tzinfo is None:
        value = value.replace(tzinfo=zone, fold=fold)
    return value.astimezone(UTC)


def _limit(order: dict[str, Any]) -> None:
    """Seconds of processor time, bytes of memory, and no file may be written."""
    resource.setrlimit(resource.RLIMIT_CPU, (order["cpu"], order["cpu"] + 1))
    resource.setrlimit(resource.RLIMIT_AS, (order["memory"], order["memory"]))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def main() -> None:
    order = json.loads(sys.stdin.buffer.readline())
    _limit(order)
    try:
        spans, left_out = busy_spans(sys.stdin.buffer.read(), order)
    except Unreadable as problem:
        answer: dict[str, Any] = {"problem": str(problem)}
    except (MemoryError, RecursionError):
        answer = {"problem": "too_much"}
    except Exception:  # noqa: BLE001 - a stranger's file fails in any way it likes
        answer = {"problem": "unreadable"}
    else:
        pairs = [[one.start.isoformat(), one.end.isoformat()] for one in spans]
        answer = {"spans": pairs, "left_out": left_out}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
