"""How much somebody has done and has planned, against the marks the team agreed.

Counts by when a thing happened, never by when it was logged. A window of seven days
is the 168 hours before an instant; a day is a calendar day in the study's zone.
Nothing here knows what anybody felt, asked for or answered.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from wellbeing.lib import words
from wellbeing.protocol import lengths
from wellbeing.protocol.document import Protocol
from wellbeing.protocol.facts import Held, Paused
from wellbeing.protocol.marks import Limits, Mark
from wellbeing.protocol.named import ACTIVITIES
from wellbeing.protocol.seasons import gaps

MIDNIGHT = time(0)
FRIDAY = 4
DAY = timedelta(days=1)
WEEK = timedelta(days=7)
FOUR_WEEKS = timedelta(days=28)


@dataclass(frozen=True)
class Done:
    """One activity of the person: when it started and ended, whether it is planned.

    `audio` are the minutes of the recording, where those are what is measured. `weight`
    is less than one for a second reading.
    """

    starts_at: datetime
    ends_at: datetime
    planned: bool = False
    audio: int | None = None
    marked: bool = False
    weight: float = 1

    @property
    def minutes(self) -> int:
        if self.audio is not None:
            return self.audio
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
    """Both marks of each span halved, rounded up; the spacing stays."""
    return limits.model_copy(
        update={
            name: Mark(pace=_half(mark.pace), limit=_half(mark.limit))
            for name in Limits.model_fields
            if isinstance(mark := getattr(limits, name), Mark)
        }
    )


def _half(number: int | None) -> int | None:
    return None if number is None else -(-number // 2)


def check(
    limits: Limits, done: Iterable[Done], candidate: Done, *, zone: str
) -> list[Notice]:
    """What planning `candidate` beside `done` (planned ones too) would mean.

    The busiest window that holds the candidate is what counts, so that planning out
    of order cannot slip past a limit.
    """
    others = list(done)
    case = _Case([*others, candidate], candidate, ZoneInfo(zone))
    notices = [
        _notice(limits.day, case.on_day, "on that day"),
        _notice(limits.week, case.in_week, "in that week"),
        _notice(limits.days_7, case.busiest(WEEK), "in 7 days"),
        _notice(limits.days_28, case.busiest(FOUR_WEEKS), "in 28 days"),
        _notice(limits.minutes_day, case.minutes_on_day, "on that day", "minute"),
        _notice(limits.minutes_7, case.busiest_minutes(WEEK), "in 7 days", "minute"),
        _notice(limits.days_in_a_row, case.days_in_a_row, "in a row", "day"),
        _marked(limits.marked_day, case.marked_on_day),
        _spacing(limits, others, candidate),
    ]
    found = [notice for notice in notices if notice]
    return sorted(found, key=lambda notice: notice.level != "hard")


@dataclass(frozen=True)
class _Case:
    """Everything that stands beside a candidate, it among them, in one time zone."""

    everything: list[Done]
    candidate: Done
    zone: ZoneInfo

    def _day(self, one: Done) -> date:
        return one.starts_at.astimezone(self.zone).date()

    @property
    def _same_day(self) -> list[Done]:
        day = self._day(self.candidate)
        return [one for one in self.everything if self._day(one) == day]

    @property
    def on_day(self) -> float:
        return sum(one.weight for one in self._same_day)

    @property
    def minutes_on_day(self) -> int:
        return sum(one.minutes for one in self._same_day)

    @property
    def marked_on_day(self) -> int:
        return sum(one.marked for one in self._same_day)

    @property
    def in_week(self) -> float:
        week = self._day(self.candidate).isocalendar()[:2]
        return sum(
            one.weight
            for one in self.everything
            if self._day(one).isocalendar()[:2] == week
        )

    @property
    def days_in_a_row(self) -> int:
        days = {self._day(one) for one in self.everything}
        first = last = self._day(self.candidate)
        while first - DAY in days:
            first -= DAY
        while last + DAY in days:
            last += DAY
        return (last - first).days + 1

    def busiest(self, length: timedelta) -> float:
        return max(sum(one.weight for one in each) for each in self._windows(length))

    def busiest_minutes(self, length: timedelta) -> int:
        return max(sum(one.minutes for one in each) for each in self._windows(length))

    def _windows(self, length: timedelta) -> Iterable[list[Done]]:
        """Each window that holds the candidate and ends with an activity."""
        begin = self.candidate.ends_at
        for last in self.everything:
            if begin <= last.ends_at < begin + length:
                yield [
                    one
                    for one in self.everything
                    if last.ends_at - length < one.ends_at <= last.ends_at
                ]


def _notice(mark: Mark, count: float, where: str, unit: str = "") -> Notice | None:
    what = f"{count:g} {unit}s" if unit else f"number {count:g}"
    if mark.limit is not None and count > mark.limit:
        return Notice(
            "hard", f"This would be {what} {where}. The limit is {mark.limit}."
        )
    if mark.pace is not None and count > mark.pace:
        return Notice(
            "soft", f"This would be {what} {where}. The agreed pace is {mark.pace}."
        )
    return None


def _marked(mark: Mark, count: int) -> Notice | None:
    """Whether a next one will be marked is not known beforehand, so it is told as soon
    as the pace is reached."""
    there = f"{count} on that day were marked"
    if mark.limit is not None and count >= mark.limit:
        return Notice("hard", f"{there}. The limit is {mark.limit}.")
    if mark.pace is not None and count >= mark.pace:
        return Notice("soft", f"{there}. Somebody else could take the next one.")
    return None


def _spacing(limits: Limits, others: list[Done], candidate: Done) -> Notice | None:
    gap = limits.spacing
    if gap is None:
        return None
    near = any(
        one.starts_at < candidate.ends_at + lengths.exactly(gap)
        and one.ends_at + lengths.exactly(gap) > candidate.starts_at
        for one in others
    )
    if not near:
        return None
    return Notice(
        "soft", f"Another one lies nearer than {lengths.words(gap)}, the agreed pace."
    )


def on_one_day(
    document: Protocol, kind: str, kinds_that_day: Collection[str]
) -> list[Notice]:
    """That work would fall on one day with work the team would rather keep apart."""
    found = []
    for apart in document.not_on_one_day:
        beside = [one for one in apart if one != kind and one in kinds_that_day]
        if kind in apart and beside:
            doing = words.list_words([ACTIVITIES[one].doing for one in beside])
            sentence = f"There is {doing} on that day too. The team keeps them apart."
            found.append(Notice("soft", sentence))
    return found


def heavy_hours(document: Protocol, level: str, candidate: Done) -> list[Notice]:
    """That heavy material would be taken at an hour at which it is better not taken."""
    hours = document.heavy_hours
    if hours is None or level != "heavy":
        return []
    zone = ZoneInfo(document.zone)
    start = candidate.starts_at.astimezone(zone)
    end = candidate.ends_at.astimezone(zone)
    until = hours.until
    if start.weekday() == FRIDAY and hours.friday_until:
        until = min(until, hours.friday_until)
    found = []
    if start.time() < hours.from_ or end.time() > until or end.date() > start.date():
        span = f"{words.wall_words(hours.from_)} and {words.wall_words(until)}"
        found.append(Notice("soft", f"Heavy material is better taken between {span}."))
    return found
