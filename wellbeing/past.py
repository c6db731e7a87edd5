"""What is known of a study's past, person by person, to be played again.

Reads activities, roles and pauses, and nothing that anybody answered or booked.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

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


def lives(*, study: Study, since: datetime, until: datetime) -> list[Life]:
    """Everybody who was exposed, by their key. The number of queries does not grow with
    people."""
    begin = since - WARM_UP
    memberships = _memberships(study)
    sites = {person: facts.site_of(rows) for person, rows in memberships.items()}
    zones = _zones(study, set(sites.values()))
    roles = {
        person: [Held(row.role, row.from_date, row.until_date) for row in rows]
        for person, rows in memberships.items()
    }
    exposures = _exposures(study, begin, until)
    coming = _coming(study, begin, until)
    done = _done_before(study, begin)
    pauses = list(Pause.objects.filter(study=study).order_by("pk"))
    people = sorted({*_exposed(roles), *exposures, *coming})
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
            ),
        )
        for person in people
    ]


def _memberships(study: Study) -> dict[int, list[Membership]]:
    found: dict[int, list[Membership]] = defaultdict(list)
    rows = Membership.objects.filter(study=study).select_related("team")
    for row in rows.order_by("pk"):
        found[row.person_id].append(row)
    return found


def _zones(study: Study, sites: set[str]) -> dict[str, str]:
    """The time zone of each place, as the latest version names it."""
    latest = ProtocolVersion.objects.filter(study=study).order_by("number").last()
    if latest is None:
        return {}
    return {site: facts.document_at(latest, site).zone for site in sites if site}


def _exposed(roles: dict[int, list[Held]]) -> Iterable[int]:
    return (
        person
        for person, held in roles.items()
        if any(one.role in EXPOSED_ROLES for one in held)
    )


def _of(study: Study) -> "QuerySet[Exposure]":
    return Exposure.objects.filter(
        activity__study=study, activity__withdrawn_at__isnull=True
    )


def _exposures(
    study: Study, begin: datetime, until: datetime
) -> dict[int, list[Exposed]]:
    """What was logged in the time. What came from a file counts as logged when it
    ended: when the file was brought in says nothing about the work."""
    from_file = Q(activity__import_batch__isnull=False)
    when_ended = Q(activity__ends_at__gte=begin, activity__ends_at__lt=until)
    when_logged = Q(activity__logged_at__gte=begin, activity__logged_at__lt=until)
    rows = (
        _of(study)
        .filter(activity__logged_at__isnull=False)
        .filter((from_file & when_ended) | (~from_file & when_logged))
        .values_list("person_id", "activity__import_batch_id", *facts.EXPOSED_COLUMNS)
    )
    found: dict[int, list[Exposed]] = defaultdict(list)
    for person, batch, *columns in rows:
        exposed = facts.exposed_of(*columns)
        if batch:
            exposed = replace(exposed, logged_at=exposed.ended_at)
        found[person].append(exposed)
    return found


def _coming(study: Study, begin: datetime, until: datetime) -> dict[int, list[Coming]]:
    """What was planned in the time, for when it was planned."""
    rows = _of(study).filter(
        activity__planned_at__gte=begin,
        activity__planned_at__lt=until,
        activity__planned_start__isnull=False,
    )
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


def _done_before(study: Study, begin: datetime) -> dict[int, set[str]]:
    done = _of(study).filter(
        activity__logged_at__isnull=False, activity__ends_at__lt=begin
    )
    found: dict[int, set[str]] = defaultdict(set)
    for person, kind in done.values_list("person_id", "activity__kind").distinct():
        found[person].add(kind)
    return found


def how_many(lives: Iterable[Life], since: datetime, until: datetime) -> int:
    """Activities of the time itself; one that several took part in counts once."""
    return len(
        {
            one.activity
            for life in lives
            for one in life.facts.exposures
            if since <= one.logged_at < until
        }
    )
