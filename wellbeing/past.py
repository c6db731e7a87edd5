"""What is known of a study's past, person by person, to be played again.

Reads activities, roles and pauses, and nothing that anybody answered or booked.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import F, Q, QuerySet

from wellbeing import facts
from wellbeing.models import (
    EXPOSED_ROLES,
    Activity,
    Exposure,
    Membership,
    Pause,
    ProtocolVersion,
    Study,
)
from wellbeing.protocol.facts import Coming, Exposed, Facts, Held, Paused
from wellbeing.protocol.replay import WARM_UP


@dataclass(frozen=True)
class Life:
    """All that is known in the end about one person, and where they work."""

    person: int
    site: str
    facts: Facts


def people(*, study: Study, since: datetime, until: datetime) -> list[int]:
    """The keys of everybody who was exposed, in order. Three queries."""
    begin = since - WARM_UP
    held = Membership.objects.filter(study=study, role__in=EXPOSED_ROLES)
    worked = [
        kind(_of(study), begin, until).values_list("person_id", flat=True).distinct()
        for kind in (_logged, _planned)
    ]
    return sorted({*held.values_list("person_id", flat=True)}.union(*worked))


def activities(*, study: Study, since: datetime, until: datetime) -> int:
    """How many there were; one that several took part in counts once."""
    rows = _logged(_of(study), since, until)
    return rows.values("activity_id").distinct().count()


def lives(
    *, study: Study, people: Collection[int], since: datetime, until: datetime
) -> list[Life]:
    """What became known of these people. The number of queries does not grow with
    them."""
    begin = since - WARM_UP
    memberships = _memberships(study, people)
    sites = {person: facts.site_of(rows) for person, rows in memberships.items()}
    zones = _zones(study, set(sites.values()))
    roles = {
        person: [Held(row.role, row.from_date, row.until_date) for row in rows]
        for person, rows in memberships.items()
    }
    theirs = _of_people(study, people)
    exposures = _exposures(_logged(theirs, begin, until))
    coming = _coming(_planned(theirs, begin, until))
    done = _done_before(study, people, begin)
    pauses = list(Pause.objects.filter(study=study).order_by("pk"))
    return [
        Life(
            person=person,
            site=(site := sites.get(person, "")),
            facts=Facts(
                zone=zones.get(site, study.time_zone),
                roles=tuple(roles.get(person, ())),
                exposures=tuple(exposures.get(person, ())),
                coming=tuple(coming.get(person, ())),
                never_done=frozenset(Activity.Kind.values) - done.get(person, set()),
                pauses=tuple(
                    Paused(row.pk, row.starts_on, row.ends_on)
                    for row in pauses
                    if row.site in {"", site}
                ),
                closed_on=study.closed_on,
                support_ends_on=study.support_ends_on,
            ),
        )
        for person in people
    ]


def _memberships(study: Study, people: Collection[int]) -> dict[int, list[Membership]]:
    found: dict[int, list[Membership]] = defaultdict(list)
    rows = Membership.objects.filter(study=study, person__in=people)
    rows = rows.select_related("team")
    for row in rows.order_by("pk"):
        found[row.person_id].append(row)
    return found


def _zones(study: Study, sites: set[str]) -> dict[str, str]:
    """The time zone of each place, as the latest version names it."""
    latest = ProtocolVersion.objects.filter(study=study).order_by("number").last()
    if latest is None:
        return {}
    return {site: facts.document_at(latest, site).zone for site in sites if site}


def _of(study: Study) -> "QuerySet[Exposure]":
    return Exposure.objects.filter(
        activity__study=study, activity__withdrawn_at__isnull=True
    )


def _of_people(study: Study, people: Collection[int]) -> "QuerySet[Exposure]":
    """What these people took part in. The sum keeps the database from reading a whole
    study for every few of them: it is asked for the people's rows, then for the study.
    """
    rows = Exposure.objects.filter(
        person__in=people, activity__withdrawn_at__isnull=True
    )
    return rows.alias(study_key=F("activity__study_id") + 0).filter(study_key=study.pk)


def _logged(
    rows: "QuerySet[Exposure]", begin: datetime, until: datetime
) -> "QuerySet[Exposure]":
    """What was logged in the time. What came from a file counts as logged when it
    ended: when the file was brought in says nothing about the work."""
    from_file = Q(activity__import_batch__isnull=False)
    when_ended = Q(activity__ends_at__gte=begin, activity__ends_at__lt=until)
    when_logged = Q(activity__logged_at__gte=begin, activity__logged_at__lt=until)
    return rows.filter(activity__logged_at__isnull=False).filter(
        (from_file & when_ended) | (~from_file & when_logged)
    )


def _planned(
    rows: "QuerySet[Exposure]", begin: datetime, until: datetime
) -> "QuerySet[Exposure]":
    """What was planned in the time."""
    return rows.filter(
        activity__planned_at__gte=begin,
        activity__planned_at__lt=until,
        activity__planned_start__isnull=False,
    )


def _exposures(rows: "QuerySet[Exposure]") -> dict[int, list[Exposed]]:
    found: dict[int, list[Exposed]] = defaultdict(list)
    for person, batch, *columns in rows.values_list(
        "person_id", "activity__import_batch_id", *facts.EXPOSED_COLUMNS
    ):
        exposed = facts.exposed_of(*columns)
        if batch:
            exposed = replace(exposed, logged_at=exposed.ended_at)
        found[person].append(exposed)
    return found


def _coming(rows: "QuerySet[Exposure]") -> dict[int, list[Coming]]:
    """Each for when it was planned."""
    found: dict[int, list[Coming]] = defaultdict(list)
    for row in rows.select_related("activity"):
        activity = row.activity
        ends_at = activity.ends_at
        if activity.planned_start and activity.planned_minutes:
            length = timedelta(minutes=activity.planned_minutes)
            ends_at = activity.planned_start + length
        if activity.planned_at is not None:
            found[row.person_id].append(
                Coming(
                    activity.pk, activity.kind, row.role, ends_at, activity.planned_at
                )
            )
    return found


def _done_before(
    study: Study, people: Collection[int], begin: datetime
) -> dict[int, set[str]]:
    done = _of_people(study, people).filter(
        activity__logged_at__isnull=False,
        activity__ends_at__lt=begin,
    )
    found: dict[int, set[str]] = defaultdict(set)
    for person, kind in done.values_list("person_id", "activity__kind").distinct():
        found[person].add(kind)
    return found
