"""How much in a while a team agreed on: the marks of the language. Pure."""

from pydantic import Field

from wellbeing.protocol.lengths import Length
from wellbeing.protocol.values import Ahead, Clock, Elapsed, Part


class Mark(Part):
    """`pace` is told and may be passed; planning stops at `limit`. Logging never."""

    pace: int | None = Field(default=None, ge=0)
    limit: int | None = Field(default=None, ge=1)


class Limits(Part):
    """`day` and `week` are of the calendar, Monday first; `days_7` and `days_28` reach
    back from any moment. `marked_day` counts those whose marker was a yes. `spacing` is
    the least time between two, which is told and may be passed."""

    day: Mark = Mark()
    week: Mark = Mark()
    days_7: Mark = Mark()
    days_28: Mark = Mark()
    minutes_day: Mark = Mark()
    minutes_7: Mark = Mark()
    marked_day: Mark = Mark()
    days_in_a_row: Mark = Mark()
    spacing: Ahead | None = None


class HeavyHours(Part):
    """When heavy material is better read, how long at a time, and when to pause. Told
    when somebody plans otherwise; it stops nothing."""

    part: int
    from_: Clock = Field(alias="from")
    until: Clock
    friday_until: Clock | None = None
    at_a_time: Elapsed
    pause_every: Elapsed


class RampIn(Part):
    """After coming back, both marks are halved (rounded up) for so long."""

    halved_for: Length
