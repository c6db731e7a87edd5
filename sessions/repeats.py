"""When a regular time falls. Pure: dates and wall time in, instants out."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Rule:
    """The same wall time in a zone, every so many weeks; number `anchor_number` is on
    `anchor_on`."""

    wall: time
    zone: str
    anchor_on: date
    anchor_number: int
    every_weeks: int

    def day(self, number: int) -> date:
        steps = number - self.anchor_number
        return self.anchor_on + timedelta(weeks=steps * self.every_weeks)

    def start(self, number: int) -> datetime:
        """The instant in UTC. Wall time that the clocks skip moves on by as much; wall
        time that comes twice is the first."""
        local = datetime.combine(self.day(number), self.wall, ZoneInfo(self.zone))
        return local.astimezone(UTC)

    def moved(self, number: int, start: datetime) -> "Rule":
        """The rule in which this number starts at this instant, and the others with it
        at the same wall time."""
        local = start.astimezone(ZoneInfo(self.zone))
        wall = local.time().replace(fold=0)
        return Rule(wall, self.zone, local.date(), number, self.every_weeks)
