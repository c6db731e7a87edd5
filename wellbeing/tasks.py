"""What django-q2 wakes up. Tasks carry nothing and read the clock."""

from notifications import wake
from wellbeing import preview_runs
from wellbeing.lib import clock
from wellbeing.purging import purge as purge_once
from wellbeing.ticking import tick as tick_once

# Short, so that a message that is due waits no longer than this for a worker.
SLICE = 20.0


def tick() -> str:
    """One pass; the result is counts, which is all that is kept of a task."""
    return str(tick_once(at=clock.now()))


def purge() -> str:
    """Once a day: let go of what has been kept long enough."""
    return str(purge_once(at=clock.now()))


def count_previews() -> None:
    """Some seconds of whatever long preview waits; then ring again for the rest."""
    if preview_runs.count_some(clock=clock.now, seconds=SLICE):
        wake.ring("wellbeing.tasks.count_previews")
