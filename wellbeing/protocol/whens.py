"""What an offer or a check-in follows from: each `when` of the language. Pure."""

from datetime import date
from typing import Literal

from pydantic import Field, model_validator

from wellbeing.protocol.lengths import Length
from wellbeing.protocol.values import ActivityKind, ContentLevel, Days, Part, Weekday


class After(Part):
    """Each time such an activity has been logged."""

    after: ActivityKind


class DayOf(Part):
    """Each day on which a person did such a thing: however often on it, once."""

    day_of: ActivityKind


class DaysInARow(Part):
    """Each time somebody has done such a thing on so many days in a row."""

    days_in_a_row: int = Field(ge=2, le=31)
    of: ActivityKind


class SoMany(Part):
    """Each time so many have been logged since the last such offer, or so many minutes,
    or one of such a level, whichever comes first.

    `marked`: only those whose marker was answered with yes. `within`: those of the last
    so many days; older ones no longer count.
    """

    so_many: int | None = Field(default=None, ge=1, le=1000)
    of: ActivityKind
    or_minutes: int | None = Field(default=None, ge=1)
    or_level: ContentLevel | None = None
    marked: bool = False
    within: Days | None = None

    @model_validator(mode="after")
    def counts_something(self) -> "SoMany":
        if self.so_many is None and self.or_minutes is None and self.or_level is None:
            raise ValueError("Say how many: `so_many`, `or_minutes` or `or_level`.")
        return self


class Before(Part):
    """As soon as such an activity is planned. `pencil_from` after its planned end."""

    before: ActivityKind
    first_only: bool = False
    pencil_from: Length


class Every(Part):
    """At the start of each calendar month."""

    every: Literal["month"]


class EveryWeeks(Part):
    """On one day of every week, or of every second one and so on. `if_any`: only when
    the person did such a thing in that week (Monday to Sunday)."""

    every_weeks: int = Field(ge=1, le=12)
    weekday: Weekday
    if_any: ActivityKind | None = None


class OnDays(Part):
    """On days that are named: the start, the middle and the end of the work."""

    on_days: list[date] = Field(min_length=1, max_length=60)


class Standing(Part):
    """Always, for no reason."""

    standing: Literal[True]


class ComingBack(Part):
    """When the study resumes after a pause, and when somebody comes back after so long
    without a role."""

    back_after: Length


class Leaving(Part):
    """When somebody's last role ends, and again so long after that."""

    leaving: Literal[True]
    again_after: list[Length] = []


class QuietFor(Part):
    """When somebody's last activity lies so long ago."""

    quiet_for: Length


When = (
    After
    | DayOf
    | DaysInARow
    | SoMany
    | Before
    | Every
    | EveryWeeks
    | Standing
    | ComingBack
    | Leaving
    | QuietFor
)
AskedWhen = After | Every | EveryWeeks | OnDays
