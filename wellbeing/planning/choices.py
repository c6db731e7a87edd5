"""What a plan may be made of: who, which kinds of interview, and how it is held."""

from datetime import date, datetime

from wellbeing import facts
from wellbeing.models import EXPOSED_ROLES, Membership, ProtocolVersion, Study
from wellbeing.people.models import User
from wellbeing.planning.room import document_at
from wellbeing.protocol.values import ActivityKind

# What is planned with a person, a day and an hour. Other work is given to people.
INTERVIEWS: tuple[ActivityKind, ...] = ("interview", "survey_interview")


def can_be_planned(*, study: Study, day: date) -> list[User]:
    """Members who hold a role on that day that takes part in interviews, A to Z."""
    rows = (
        Membership.objects.on(day)
        .with_role(*EXPOSED_ROLES)
        .filter(study=study, person__is_active=True)
        .select_related("person")
        .order_by("person__name")
    )
    return list({row.person_id: row.person for row in rows}.values())


def modes_of(*, study: Study) -> dict[str, str]:
    """Every way of holding an interview that any version of the protocol names, in the
    words of the latest. One query."""
    found: dict[str, str] = {}
    for version in ProtocolVersion.objects.filter(study=study).order_by("active_from"):
        activities = facts.document_of(version).activities
        for kind in INTERVIEWS:
            found |= activities[kind].modes if kind in activities else {}
    return found


def kinds_of(*, study: Study, at: datetime) -> list[ActivityKind]:
    """The kinds of interview that the protocol in force has. One query."""
    document = document_at(study, at)
    return [kind for kind in INTERVIEWS if document and kind in document.activities]
