"""What a person reads about their own plan: where it passes the agreed pace.

The coordinator is told while planning; the person is told beside the interview, with
other days. Nothing is asked of them, and nothing stops (scenario 6).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from wellbeing.models import Activity
from wellbeing.people.models import User
from wellbeing.planning import room
from wellbeing.protocol.load import Notice
from wellbeing.protocol.values import ActivityKind


@dataclass(frozen=True)
class Coming:
    """One planned interview of a person. `told` is empty inside the pace, and then
    there are no other `days` either."""

    activity: Activity
    told: list[Notice]
    days: list[date]


def coming(*, person: User, planned: Iterable[Activity], at: datetime) -> list[Coming]:
    """Planned interviews of one person, in the order given by study and start.

    What starts earlier counts beside each, so that of two on one day the second is the
    one that says so. A fixed number of queries for each study, and for each interview
    past the pace.
    """
    found = []
    rows = sorted(planned, key=lambda row: (row.study_id, row.starts_at, row.pk))
    for _, some in groupby(rows, key=lambda row: row.study_id):
        found += _of_one_study(person, list(some), at)
    return sorted(found, key=lambda one: (one.activity.starts_at, one.activity.pk))


def _of_one_study(person: User, rows: list[Activity], at: datetime) -> list[Coming]:
    study, first, last = rows[0].study, rows[0].starts_at, rows[-1].starts_at
    document = room.document_at(study, max(first, at))
    case = room.case_of(study, _kind(rows[0]), document, [person], first, last)
    found = []
    for row in rows:
        told = case.earlier_than(row.starts_at, _kind(row)).check(
            person, row.starts_at, row.minutes
        )
        found.append(Coming(row, told, _other_days(person, row) if told else []))
    return found


def _other_days(person: User, row: Activity) -> list[date]:
    return room.other_days(
        study=row.study,
        people=[person],
        start=row.starts_at,
        minutes=row.minutes,
        besides=row,
        kind=_kind(row),
        within_pace=True,
    )


def _kind(row: Activity) -> ActivityKind:
    return row.kind  # type: ignore[return-value]
