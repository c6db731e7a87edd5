"""What django-q2 wakes up. Tasks carry nothing and read the clock."""

from wellbeing.lib import clock
from wellbeing.purging import purge as purge_once
from wellbeing.ticking import tick as tick_once


def tick() -> str:
    """One pass; the result is counts, which is all that is kept of a task."""
    return str(tick_once(at=clock.now()))


def purge() -> str:
    """Once a day: let go of what has been kept long enough."""
    return str(purge_once(at=clock.now()))
