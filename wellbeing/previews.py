"""What a draft would have changed in the past, for a team that is about to sign it.

Reads activities, roles, pauses and open hours, and nothing that anybody answered or
booked: the figures are what the protocol would have offered, never what came of it.
"""

from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sessions import availability, slots
from sessions.slots import Span
from wellbeing import facts, past
from wellbeing.lib import words
from wellbeing.models import Membership, ProtocolVersion, Role, Study
from wellbeing.protocol import together
from wellbeing.protocol.diff import Change, differences
from wellbeing.protocol.document import Protocol
from wellbeing.protocol.reading import read
from wellbeing.protocol.replay import Tally
from wellbeing.protocol.together import Both, Lived, Played

# Open hours are counted over so long from today: hours of the past say little about
# what can be promised.
AHEAD = timedelta(weeks=4)
WEEK = timedelta(weeks=1)

# So many people are read and played again at a time.
AT_A_TIME = 20
# From so many activities on, starting more processes is worth their start.
LONG = 10_000

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


@dataclass
class Counted:
    """What has been counted so far."""

    people: int = 0
    activities: int = 0
    before: Tally = field(default_factory=Tally)
    after: Tally = field(default_factory=Tally)

    def add(self, both: Both) -> None:
        self.before.add(both.before)
        self.after.add(both.after)


class Again:
    """A stretch of a study's past, to be played person by person.

    The draft is taken to have been in force all along. Raises PeriodNotPossible.
    """

    def __init__(
        self, *, study: Study, text: str, since: datetime, until: datetime
    ) -> None:
        if since >= until:
            raise PeriodNotPossible
        self.study, self.since, self.until = study, since, until
        versions = facts.versions_of(study).values()
        self.played = Played(
            versions=tuple((row.number, row.active_from, row.text) for row in versions),
            draft=text,
            since=since,
            until=until,
        )
        self.people = past.people(study=study, since=since, until=until)

    def begun(self) -> Counted:
        """Nobody is counted yet; of how many people and activities it will be."""
        return Counted(
            people=len(self.people),
            activities=past.activities(
                study=self.study, since=self.since, until=self.until
            ),
        )

    def play(self, people: Collection[int], counted: Counted) -> None:
        """Add what these people would have been offered, under the one and the other.
        The number of queries does not grow with people."""
        counted.add(together.play(self.played, self._lives(people)))

    def play_all(self, counted: Counted, progress: Progress) -> None:
        """Everybody, some at a time. `progress` is told how many are done, of how many.
        Several processes share what is long."""
        few = [
            self.people[first : first + AT_A_TIME]
            for first in range(0, len(self.people), AT_A_TIME)
        ]
        lives = (self._lives(some) for some in few)
        if counted.activities > LONG:
            sums = together.play_together(self.played, lives)
        else:
            sums = (together.play(self.played, some) for some in lives)
        done = 0
        for both in sums:
            counted.add(both)
            done += both.people
            progress(done, len(self.people))

    def _lives(self, people: Collection[int]) -> list[Lived]:
        since, until = self.since, self.until
        lives = past.lives(study=self.study, people=people, since=since, until=until)
        return [(life.facts, life.site) for life in lives]


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

    What is still to come is left out. `progress` is told how many people are done, of
    how many. Raises BadProtocol and PeriodNotPossible.
    """
    draft = read(text)
    again = Again(study=study, text=text, since=since, until=min(until, at))
    counted = again.begun()
    again.play_all(counted, progress or (lambda done, of: None))
    return report(
        study=study,
        draft=draft,
        since=since,
        until=min(until, at),
        counted=counted,
        at=at,
    )


def report(
    *,
    study: Study,
    draft: Protocol,
    since: datetime,
    until: datetime,
    counted: Counted,
    at: datetime,
) -> Preview:
    """What was counted, beside the hours that supporters have open at `at`."""
    before, after = counted.before, counted.after
    current = ProtocolVersion.objects.in_force(study, at)
    return Preview(
        since=since,
        until=until,
        people=counted.people,
        activities=counted.activities,
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
