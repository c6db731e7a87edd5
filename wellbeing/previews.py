"""What a draft would have changed in the past, for a team that is about to sign it.

Reads activities, roles, pauses and open hours, and nothing that anybody answered or
booked: the figures are what the protocol would have offered, never what came of it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from django.db.models import Q, QuerySet

from sessions import availability, slots
from sessions.slots import Span
from wellbeing import facts
from wellbeing.lib import words
from wellbeing.models import (
    EXPOSED_ROLES,
    Activity,
    Exposure,
    Membership,
    Pause,
    ProtocolVersion,
    Role,
    Study,
)
from wellbeing.protocol.diff import Change, differences
from wellbeing.protocol.document import Protocol
from wellbeing.protocol.facts import Coming, Exposed, Facts, Held, Paused, Version
from wellbeing.protocol.reading import read
from wellbeing.protocol.replay import WARM_UP, Tally, replay

# Open hours are counted over so long from today: hours of the past say little about
# what can be promised.
AHEAD = timedelta(weeks=4)
WEEK = timedelta(weeks=1)
ALWAYS = datetime(1, 1, 2, tzinfo=UTC)

Progress = Callable[[int, int], None]


class PeriodNotPossible(Exception):
    """There is no past between the two instants."""


@dataclass(frozen=True)
class Figure:
    """One count: under what was in force, and under the draft."""

    what: str
    before: int
    after: int

    @property
    def sentence(self) -> str:
        if self.before == self.after:
            return f"{self.what}: {self.after}, as before."
        return f"{self.what}: {self.after} instead of {self.before}."


@dataclass(frozen=True)
class Hours:
    """Hours a week with one kind of supporter, if everybody says yes to every offer,
    and the hours a week that they have open."""

    who: str
    before: float
    after: float
    open: float

    @property
    def sentence(self) -> str:
        after, before = _hours(self.after), _hours(self.before)
        instead = "as before" if after == before else f"instead of {before}"
        return (
            f"With {self.who}: {after} a week if everybody says yes, {instead}. "
            f"{_hours(self.open)} a week are open."
        )


@dataclass(frozen=True)
class Preview:
    """A time played again under what was in force (`before`) and a draft (`after`)."""

    since: datetime
    until: datetime
    people: int
    activities: int
    figures: tuple[Figure, ...]
    hours: tuple[Hours, ...]
    changes: tuple[Change, ...]

    @property
    def sentences(self) -> list[str]:
        """The figures, read aloud."""
        figures = [one.sentence for one in self.figures]
        return figures + [one.sentence for one in self.hours]

    @property
    def changes_nothing(self) -> bool:
        counted = all(one.before == one.after for one in self.figures)
        needed = all(one.before == one.after for one in self.hours)
        return counted and needed and not self.changes


def preview(
    *,
    study: Study,
    text: str,
    since: datetime,
    until: datetime,
    at: datetime,
    progress: Progress | None = None,
) -> Preview:
    """Play the time from `since` up to `until` again under the draft in `text`.

    The draft is taken to have been in force all along. What is still to come is left
    out. `progress` is told how many people are done, of how many. Raises BadProtocol
    and PeriodNotPossible. The number of queries does not grow with people.
    """
    draft = read(text)
    until = min(until, at)
    if since >= until:
        raise PeriodNotPossible
    rows = list(facts.versions_of(study).values())
    lives = _lives(study, since, until)
    before, after = Tally(), Tally()
    for number, (site, life) in enumerate(lives, start=1):
        in_force = facts.read_versions(rows, site)
        drafted = (Version(0, ALWAYS, draft.at_site(site)),)
        before.add(replay(facts=life, versions=in_force, since=since, until=until))
        after.add(replay(facts=life, versions=drafted, since=since, until=until))
        if progress:
            progress(number, len(lives))
    current = ProtocolVersion.objects.in_force(study, at)
    return Preview(
        since=since,
        until=until,
        people=len(lives),
        activities=_how_many(lives, since, until),
        figures=_figures(before, after),
        hours=_hours_needed(before, after, (until - since) / WEEK, study, at),
        changes=_changes(current, draft),
    )


def _changes(current: ProtocolVersion | None, draft: Protocol) -> tuple[Change, ...]:
    if current is None:
        return ()
    return tuple(differences(facts.document_of(current), draft))


def _figures(before: Tally, after: Tally) -> tuple[Figure, ...]:
    return (
        Figure("Offers", before.offers, after.offers),
        Figure("Offers that join an earlier one", before.joined, after.joined),
        Figure("Pencilled times", before.pencils, after.pencils),
        Figure("Check-ins", before.check_ins, after.check_ins),
        Figure("Messages about them", before.messages, after.messages),
    )


# --- supporters’ hours ---------------------------------------------------------------


def _hours_needed(
    before: Tally, after: Tally, weeks: float, study: Study, at: datetime
) -> tuple[Hours, ...]:
    needed = sorted({*before.minutes, *after.minutes})
    if not needed:
        return ()
    open_hours = _open_hours(study, at)
    return tuple(
        Hours(
            who=words.list_words([_a(role) for role in roles], "or"),
            before=round(before.minutes[roles] / 60 / weeks, 1),
            after=round(after.minutes[roles] / 60 / weeks, 1),
            open=round(sum(h for held, h in open_hours if held & set(roles)), 1),
        )
        for roles in needed
    )


def _open_hours(study: Study, at: datetime) -> list[tuple[set[str], float]]:
    """Of each supporter: their roles, and the hours a week that they have open.

    Whether somebody has booked them or not, so that nobody's choice shows here.
    """
    held: dict[int, set[str]] = defaultdict(set)
    members = Membership.objects.on(at.date()).filter(
        study=study, person__supporter__isnull=False
    )
    for person, role in members.values_list("person_id", "role"):
        held[person].add(role)
    window = Span(at, at + AHEAD)
    rules = availability.rules_for(supporters=list(held), window=window, at=at)
    found = []
    for person, own in rules.items():
        spans = slots.open_spans(replace(own, taken=()), window)
        length = sum((span.end - span.start for span in spans), timedelta())
        found.append((held[person], length / timedelta(hours=1) / (AHEAD / WEEK)))
    return found


def _hours(number: float) -> str:
    return f"{number:g} hour{'' if number == 1 else 's'}"


def _a(role: str) -> str:
    label = str(Role(role).label)
    return f"{'an' if label[0] in 'aeiou' else 'a'} {label}"


# --- the past ------------------------------------------------------------------------


def _lives(study: Study, since: datetime, until: datetime) -> list[tuple[str, Facts]]:
    """The facts about everybody who was exposed, as they are known in the end, each
    with the place where they work."""
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
        (
            site := sites.get(person, ""),
            Facts(
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


def _how_many(lives: list[tuple[str, Facts]], since: datetime, until: datetime) -> int:
    """Activities of the time itself; one that several took part in counts once."""
    return len(
        {
            one.activity
            for _, life in lives
            for one in life.exposures
            if since <= one.logged_at < until
        }
    )
