"""What calls for an offer: one small function for each kind of `when` in the document.

Each yields *happenings*, past ones and the next ones to come, with the instant from
which the offer should exist. `plan` makes what is due and looks again at the next one.
The version in force at the moment of a happening governs it (domain rule 6.0.1).
"""

from collections.abc import Iterator
from datetime import datetime

from wellbeing.protocol import days, seasons, work
from wellbeing.protocol.facts import Facts, Version
from wellbeing.protocol.happening import Happening

KINDS = (
    work.after,
    work.so_many,
    work.before,
    days.day_of,
    days.days_in_a_row,
    days.by_week,
    seasons.by_month,
    seasons.back,
    seasons.leaving,
    seasons.quiet,
)


def happenings(
    facts: Facts, versions: tuple[Version, ...], at: datetime
) -> Iterator[Happening]:
    """Everything that has called for an offer, and the next things that will."""
    for found in KINDS:
        yield from found(facts, versions, at)
