"""How much somebody has done and has planned, against the marks the team agreed.

Counts by when a thing happened, never by when it was logged. A window of seven days
is the 168 hours before an instant; a day is a calendar day in the study's zone.
Nothing here knows what anybody felt, asked for or answered.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from wellbeing.protocol import lengths
from wellbeing.protocol.document import Limits, Mark, Protocol
from wellbeing.protocol.facts import Held, Paused
from wellbeing.protocol.seasons import gaps

MIDNIGHT = time(0)
WEEK = timedelta(days=7)
FOUR_WEEKS = timedelta(days=28)


@dataclass(frozen=True)
class Done:
    """One activity of the person: when it started and ended, whether it is planned."""

    starts_at: datetime
    ends_at: datetime
    planned: bool = False

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds() // 60)


@dataclass(frozen=True)
class Notice:
    """Something to know before planning. Planning stops at `hard`; logging never."""

    level: Literal["soft", "hard"]
    sentence: str


@dataclass(frozen=True)
class Sums:
    """Counts and minutes up to an instant. `frees_at` is when the oldest of the week
    falls out of the seven days."""

    days_7: int
    minutes_7: int
    days_28: int
    minutes_28: int
    frees_at: datetime | None


def sums(done: Iterable[Done], *, at: datetime) -> Sums:
    """The sums over what ended in the 7 and the 28 days before `at`."""
    month = [one for one in done if at - FOUR_WEEKS < one.ends_at <= at]
    week = [one for one in month if one.ends_at > at - WEEK]
    return Sums(
        days_7=len(week),
        minutes_7=sum(one.minutes for one in week),
        days_28=len(month),
        minutes_28=sum(one.minutes for one in month),
        frees_at=min((one.ends_at + WEEK for one in week), default=None),
    )


def limits_on(
    document: Protocol, kind: str, *, day: date, back_on: date | None
) -> Limits:
    """The marks for one kind of activity on a day, for somebody who came back on
    `back_on`: for a while both marks are halved, rounded up (domain scenario 30)."""
    limits = {str(name): marks for name, marks in document.limits.items()}.get(
        kind, Limits()
    )
    ramp = document.ramp_in
    if ramp is None or back_on is None:
        return limits
    start = lengths.at_wall_time(back_on, MIDNIGHT, document.zone)
    until = lengths.after(start, ramp.halved_for, document.calendar)
    moment = lengths.at_wall_time(day, MIDNIGHT, document.zone)
    return _halved(limits) if start <= moment < until else limits


def came_back_on(
    roles: Iterable[Held], pauses: Iterable[Paused], day: date
) -> date | None:
    """The last day, up to `day`, on which the study resumed or a role began again."""
    days = [pause.ends_on for pause in pauses if pause.ends_on]
    days += [later for _, later in gaps(roles)]
    return max((one for one in days if one <= day), default=None)


def _halved(limits: Limits) -> Limits:
    return Limits(
        **{
            name: Mark(
                pace=None if mark.pace is None else -(-mark.pace // 2),
                limit=None if mark.limit is None else -(-mark.limit // 2),
            )
            for name, mark in (
                ("day", limits.day),
                ("days_7", limits.days_7),
                ("days_28", limits.days_28),
                ("minutes_7", limits.minutes_7),
            )
        }
    )


def check(
    limits: Limits, done: Iterable[Done], candidate: Done, *, zone: str
) -> list[Notice]:
    """What planning `candidate` beside `done` (planned ones too) would mean.

    The busiest window that holds the candidate is what counts, so that planning out
    of order cannot slip past a limit.
    """
    others = list(done)
    everything = [*others, candidate]
    day = candidate.starts_at.astimezone(ZoneInfo(zone)).date()
    on_day = sum(
        one.starts_at.astimezone(ZoneInfo(zone)).date() == day for one in everything
    )
    notices = [
        _notice(limits.day, on_day, "on that day"),
        _notice(limits.days_7, _busiest(everything, candidate, WEEK), "in 7 days"),
        _notice(
            limits.days_28, _busiest(everything, candidate, FOUR_WEEKS), "in 28 days"
        ),
        _notice(
            limits.minutes_7,
            _busiest_minutes(everything, candidate, WEEK),
            "in 7 days",
            unit="minute",
        ),
    ]
    found = [notice for notice in notices if notice]
    return sorted(found, key=lambda notice: notice.level != "hard")


def _windows(
    everything: list[Done], candidate: Done, length: timedelta
) -> Iterable[list[Done]]:
    """Each window of `length` that holds the candidate and ends with an activity."""
    for last in everything:
        if candidate.ends_at <= last.ends_at < candidate.ends_at + length:
            yield [
                one
                for one in everything
                if last.ends_at - length < one.ends_at <= last.ends_at
            ]


def _busiest(everything: list[Done], candidate: Done, length: timedelta) -> int:
    return max(len(window) for window in _windows(everything, candidate, length))


def _busiest_minutes(everything: list[Done], candidate: Done, length: timedelta) -> int:
    return max(
        sum(one.minutes for one in window)
        for window in _windows(everything, candidate, length)
    )


def _notice(mark: Mark, count: int, where: str, unit: str = "") -> Notice | None:
    what = f"{count} {unit}s" if unit else f"number {count}"
    if mark.limit is not None and count > mark.limit:
        return Notice(
            "hard", f"This would be {what} {where}. The limit is {mark.limit}."
        )
    if mark.pace is not None and count > mark.pace:
        return Notice(
            "soft", f"This would be {what} {where}. The agreed pace is {mark.pace}."
        )
    return None
