"""When people last came back to a study: after its pause, or after a time away."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from wellbeing import facts
from wellbeing.models import EXPOSED_ROLES, Membership, Pause, Study
from wellbeing.protocol.facts import Held, Paused
from wellbeing.protocol.load import came_back_on


def came_back(
    *, study: Study, people: Collection[int], day: date
) -> dict[int, date | None]:
    """By person, the last day up to `day` on which they came back: from a time away, or
    from a pause at the place where they work. Two queries."""
    return came_back_by(study=study, people=people, days=[day])[0]


def came_back_by(
    *, study: Study, people: Collection[int], days: Collection[date]
) -> list[dict[int, date | None]]:
    """The same for each of several days, in their order. Two queries for all."""
    held: dict[int, list[Membership]] = defaultdict(list)
    rows = Membership.objects.filter(
        study=study, person_id__in=people, role__in=EXPOSED_ROLES
    )
    for row in rows.select_related("team"):
        held[row.person_id].append(row)
    pauses = list(Pause.objects.filter(study=study))
    return [
        {person: _came_back(held[person], pauses, day) for person in people}
        for day in days
    ]


def _came_back(held: list[Membership], pauses: list[Pause], day: date) -> date | None:
    roles = [Held(row.role, row.from_date, row.until_date) for row in held]
    return came_back_on(roles, _pauses_at(pauses, facts.site_of(held)), day)


def _pauses_at(pauses: list[Pause], site: str) -> list[Paused]:
    return [
        Paused(pause.pk, pause.starts_on, pause.ends_on)
        for pause in pauses
        if pause.site in {"", site}
    ]
