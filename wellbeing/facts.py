"""From rows to facts: what the pure plan needs, in a fixed number of queries."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django.db.models import Q

from checkins.models import Invitation
from sessions.models import Freed
from wellbeing.models import (
    Activity,
    Exposure,
    Membership,
    Offer,
    Pause,
    ProtocolVersion,
    Study,
)
from wellbeing.people.models import User
from wellbeing.protocol.document import Protocol
from wellbeing.protocol.facts import (
    Coming,
    Exposed,
    Facts,
    Held,
    Made,
    Paused,
    Version,
)
from wellbeing.protocol.reading import read

# Facts older than this can no longer change a plan: the document allows no offer to be
# logged for or kept open that long, and counts start again at each offer.
MEMORY = timedelta(days=400)


@lru_cache(maxsize=64)
def _document(digest: str, text: str) -> Protocol:
    return read(text)


def document_of(version: ProtocolVersion) -> Protocol:
    """The parsed document of a version, parsed once per process."""
    return _document(version.digest, version.text)


def versions_of(study: Study) -> dict[int, ProtocolVersion]:
    """Every version of the study by its number, oldest first. One query."""
    rows = ProtocolVersion.objects.filter(study=study).order_by("number")
    return {row.number: row for row in rows}


def read_versions(
    rows: Iterable[ProtocolVersion], site: str = ""
) -> tuple[Version, ...]:
    """The versions as the plan wants them, with the times of the place of work."""
    return tuple(
        Version(row.number, row.active_from, document_at(row, site)) for row in rows
    )


def document_at(version: ProtocolVersion, site: str) -> Protocol:
    """The document as it holds at one place of the study."""
    return _document_at(version.digest, version.text, site)


@lru_cache(maxsize=128)
def _document_at(digest: str, text: str, site: str) -> Protocol:
    return _document(digest, text).at_site(site)


def site_of(roles: Iterable[Membership]) -> str:
    """The place where somebody with these roles works: that of the team that they
    joined last. Empty without a team, which means the study's own place."""
    in_teams = [row for row in roles if row.team is not None]
    latest = max(in_teams, key=lambda row: (row.from_date, row.pk), default=None)
    return latest.team.site if latest and latest.team else ""


def site(*, study: Study, person: User) -> str:
    """The place where one person works in the study. One query."""
    return site_of(_memberships(study, person))


def sites(*, study: Study, people: Collection[int]) -> dict[int, str]:
    """By person: the place where they work in the study. One query."""
    rows = Membership.objects.filter(study=study, person__in=people)
    held: dict[int, list[Membership]] = {person: [] for person in people}
    for row in rows.select_related("team"):
        held[row.person_id].append(row)
    return {person: site_of(own) for person, own in held.items()}


def measured_minutes(
    starts_at: datetime, ends_at: datetime, audio_minutes: int | None
) -> int:
    """What an activity counts in minutes: its recording's, or else the time it took."""
    if audio_minutes is not None:
        return audio_minutes
    return int((ends_at - starts_at).total_seconds() // 60)


def gather(
    *, study: Study, person: User, versions: Iterable[ProtocolVersion], at: datetime
) -> tuple[Facts, tuple[Version, ...]]:
    """The facts about one person in one study at `at`, and the versions as they hold
    where that person works. Seven queries."""
    memberships = _memberships(study, person)
    site = site_of(memberships)
    read = read_versions(versions, site)
    asked = _check_ins(study, person, at)
    zone = read[-1].document.zone if site and read else study.time_zone
    found = Facts(
        zone=zone,
        roles=tuple(_held(row) for row in memberships),
        exposures=_exposures(study, person, at),
        offers=_offers(study, person, at),
        asked=frozenset(asked),
        waiting=frozenset(s for s, (ask_at, _) in asked.items() if ask_at > at),
        answered=tuple(sorted(when for _, when in asked.values() if when)),
        coming=_coming(study, person),
        never_done=_never_done(study, person),
        pauses=_pauses(study, site),
        closed_on=study.closed_on,
        support_ends_on=study.support_ends_on,
    )
    return found, read


def check_in_prefix(study: Study, person: User) -> str:
    """What makes a check-in's subject this study's and this person's own."""
    return f"{study.pk}:{person.pk}:"


def _memberships(study: Study, person: User) -> list[Membership]:
    rows = Membership.objects.filter(study=study, person=person)
    return list(rows.select_related("team"))


def _held(row: Membership) -> Held:
    return Held(row.role, row.from_date, row.until_date)


def _exposures(study: Study, person: User, at: datetime) -> tuple[Exposed, ...]:
    since = at - MEMORY
    rows = (
        Exposure.objects.filter(
            person=person,
            activity__study=study,
            activity__logged_at__isnull=False,
            activity__withdrawn_at__isnull=True,
        )
        .filter(Q(activity__logged_at__gte=since) | Q(activity__ends_at__gte=since))
        .values_list(*EXPOSED_COLUMNS)
    )
    return tuple(exposed_of(*row) for row in rows)


# In the order of `exposed_of`.
EXPOSED_COLUMNS = (
    "activity_id",
    "activity__kind",
    "role",
    "activity__starts_at",
    "activity__ends_at",
    "activity__logged_at",
    "activity__audio_minutes",
    "activity__marked",
    "activity__level",
    "activity__again",
)


def exposed_of(
    activity: int,
    kind: str,
    role: str,
    starts_at: datetime,
    ends_at: datetime,
    logged_at: datetime | None,
    audio_minutes: int | None,
    marked: bool | None,
    level: str,
    again: bool,
) -> Exposed:
    """The fact in one row of `EXPOSED_COLUMNS`."""
    return Exposed(
        activity=activity,
        kind=kind,
        role=role,
        ended_at=ends_at,
        logged_at=logged_at or ends_at,
        minutes=measured_minutes(starts_at, ends_at, audio_minutes),
        marked=bool(marked),
        level=level,
        again=again,
    )


def _coming(study: Study, person: User) -> tuple[Coming, ...]:
    rows = Exposure.objects.filter(
        person=person,
        activity__study=study,
        activity__logged_at__isnull=True,
        activity__withdrawn_at__isnull=True,
        activity__planned_start__isnull=False,
    ).select_related("activity")
    return tuple(
        Coming(
            activity=row.activity_id,
            kind=row.activity.kind,
            role=row.role,
            ends_at=row.activity.ends_at,
            planned_at=row.activity.planned_at or row.activity.starts_at,
        )
        for row in rows
    )


def _never_done(study: Study, person: User) -> frozenset[str]:
    done = Exposure.objects.filter(
        person=person,
        activity__study=study,
        activity__logged_at__isnull=False,
        activity__withdrawn_at__isnull=True,
    )
    kinds = set(done.values_list("activity__kind", flat=True).distinct())
    return frozenset(kind for kind in Activity.Kind.values if kind not in kinds)


def _pauses(study: Study, site: str) -> tuple[Paused, ...]:
    rows = Pause.objects.filter(study=study).at_site(site).order_by("pk")
    return tuple(Paused(row.pk, row.starts_on, row.ends_on) for row in rows)


# In the order of `_made`. Plain values: hydrating rows with two joins would cost more
# than all the rest of a look at somebody.
_OFFER_COLUMNS = (
    "rule",
    "subject",
    "made_at",
    "open_until",
    "withdrawn_at",
    "merged_into_id",
    "accepted_at",
    "declined_at",
    "lapsed_at",
    "booking__starts_at",
    "booking__agreed_at",
    "booking__freed_at",
    "booking__freed_because",
    "booking__pencilled_until",
    "merged_into__rule",
    "merged_into__subject",
)


def _offers(study: Study, person: User, at: datetime) -> tuple[Made, ...]:
    rows = Offer.objects.filter(study=study, person=person, made_at__gte=at - MEMORY)
    found = rows.order_by("made_at", "pk").values_list(*_OFFER_COLUMNS)
    return tuple(
        _made(dict(zip(_OFFER_COLUMNS, row, strict=True)), at) for row in found
    )


def _made(row: dict[str, Any], at: datetime) -> Made:
    agreed, until = row["booking__agreed_at"], row["booking__pencilled_until"]
    held = row["booking__starts_at"] is not None and row["booking__freed_at"] is None
    return Made(
        rule=row["rule"],
        subject=row["subject"],
        made_at=row["made_at"],
        open_until=row["open_until"],
        state=_state(
            withdrawn=row["withdrawn_at"],
            joined=row["merged_into_id"],
            accepted=row["accepted_at"] or agreed,
            declined=row["declined_at"]
            or row["booking__freed_because"] == Freed.DECLINED,
            lapsed=row["lapsed_at"],
        ),
        meets_at=row["booking__starts_at"] if held else None,
        holds_time=held and bool(agreed or (until and until > at)),
        joins=(row["merged_into__rule"], row["merged_into__subject"])
        if row["merged_into_id"]
        else None,
    )


def state_of(offer: Offer) -> str:
    """The state that an offer's instants, and those of its booking, add up to."""
    booking = offer.booking
    return _state(
        withdrawn=offer.withdrawn_at,
        joined=offer.merged_into_id,
        accepted=offer.accepted_at or (booking and booking.agreed_at),
        declined=offer.declined_at
        or (booking and booking.freed_because == Freed.DECLINED),
        lapsed=offer.lapsed_at,
    )


def _state(**signs: object) -> str:
    """The first that holds, in the order given; open when none does."""
    return next((state for state, sign in signs.items() if sign), "open")


def _check_ins(
    study: Study, person: User, at: datetime
) -> dict[str, tuple[datetime, datetime | None]]:
    """By subject: when it is asked, and when it was answered."""
    prefix = check_in_prefix(study, person)
    rows = Invitation.objects.filter(
        person=person,
        subject__startswith=prefix,
        made_at__gte=at - MEMORY,
        # One that was taken back may be called for again.
        withdrawn_at__isnull=True,
    )
    return {
        subject.removeprefix(prefix): (ask_at, answered_at)
        for subject, ask_at, answered_at in rows.values_list(
            "subject", "ask_at", "answered_at"
        )
    }
