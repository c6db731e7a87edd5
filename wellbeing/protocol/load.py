"""How much somebody has done and has planned, against the marks the team agreed.

Counts by when a thing happened, never by when it was logged. A window of seven days
is the 168 hours before an instant; a day is a calendar day in the study's zone.
Nothing here knows what anybody felt, asked for or answered.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from wellbeing.protocol.document import Limits, Mark

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
