"""When people last came back to a study: after its pause, or after a time away."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from wellbeing.models import EXPOSED_ROLES, Membership, Pause, Study
from wellbeing.protocol.facts import Held, Paused
from wellbeing.protocol.load import came_back_on


def came_back(
    *, study: Study, people: Collection[int], day: date
) -> dict[int, date | None]:
    """By person, the last day up to `day` on which they came back. Two queries."""
    held: dict[int, list[Held]] = defaultdict(list)
    rows = Membership.objects.filter(
        study=study, person_id__in=people, role__in=EXPOSED_ROLES
    )
    for row in rows:
        held[row.person_id].append(Held(row.role, row.from_date, row.until_date))
    pauses = [
        Paused(pause.pk, pause.starts_on, pause.ends_on)
        for pause in Pause.objects.filter(study=study)
    ]
    return {person: came_back_on(held[person], pauses, day) for person in people}
