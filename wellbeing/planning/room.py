"""Whether somebody has room for one more interview, and who has, and when.

`kind` is the kind of interview: each has its own limits, and other work beside it is
told where the team keeps the two apart.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from wellbeing import facts, preparation
from wellbeing.comebacks import came_back_by
from wellbeing.life import state
from wellbeing.life.stages import Stage
from wellbeing.models import Activity, Membership, ProtocolVersion, Role, Study
from wellbeing.people.models import User
from wellbeing.protocol import lengths, load
from wellbeing.protocol.document import Protocol
from wellbeing.protocol.load import Done, Notice
from wellbeing.protocol.marks import Limits
from wellbeing.protocol.values import ActivityKind

LOOK_AHEAD_DAYS = 28
DAYS_SHOWN = 3
# The longest window that a protocol counts, on both sides of a time.
AROUND = load.FOUR_WEEKS + timedelta(days=2)
AT_ONCE = Notice("soft", "Other work of theirs is in the plan at that time.")
# What is in the plan or in the log, with its kind.
Work = tuple[str, Done]


@dataclass(frozen=True)
class Case:
    """What is known about some people around a time: the protocol, when they came back
    to the study, and what they have done and planned."""

    study: Study
    kind: ActivityKind
    document: Protocol | None
    backs: list[dict[int, date | None]]
    done: dict[int, list[Work]]

    def check(self, person: User, start: datetime, minutes: int) -> list[Notice]:
        """The notices of one more interview, the limits first."""
        candidate = Done(start, start + timedelta(minutes=minutes), planned=True)
        work, zone = self.done[person.pk], self.study.time_zone
        same = [done for kind, done in work if kind == self.kind]
        found = load.check(self._limits(person, start), same, candidate, zone=zone)
        if self.document:
            day = day_of(self.study, start)
            kinds = {kind for kind, one in work if self._day(one) == day}
            found += load.on_one_day(self.document, self.kind, kinds)
        meets = any(
            one.planned
            and one.starts_at < candidate.ends_at
            and one.ends_at > candidate.starts_at
            for _, one in work
        )
        return [*found, AT_ONCE] if meets else found

    def earlier_than(self, start: datetime, kind: ActivityKind) -> "Case":
        """The same with only what starts before an instant, for one kind."""
        done = {
            person: [(k, one) for k, one in work if one.starts_at < start]
            for person, work in self.done.items()
        }
        return replace(self, kind=kind, done=done)

    def _day(self, one: Done) -> date:
        return day_of(self.study, one.starts_at)

    def stops(self, person: User, start: datetime, minutes: int) -> bool:
        found = self.check(person, start, minutes)
        return any(notice.level == "hard" for notice in found)

    def tells(self, person: User, start: datetime, minutes: int) -> bool:
        """Whether there is anything at all to know first, a pace among it."""
        return bool(self.check(person, start, minutes))

    def _limits(self, person: User, start: datetime) -> Limits:
        """The marks of that day; lower for a while after the person came back."""
        if self.document is None:
            return Limits()
        day = day_of(self.study, start)
        usual = load.limits_on(self.document, self.kind, day=day, back_on=None)
        for back in self.backs:
            marks = load.limits_on(
                self.document, self.kind, day=day, back_on=back[person.pk]
            )
            if marks != usual:
                return marks
        return usual


def notices(
    *,
    study: Study,
    person: User,
    start: datetime,
    minutes: int,
    at: datetime,
    besides: Activity | None = None,
    kind: ActivityKind = "interview",
) -> list[Notice]:
    """What planning this for the person would mean, the limits first. Four queries.

    The protocol in force when the interview starts is the one that counts; an interview
    that lies before `at` is measured by the one in force now. `besides` is a plan that
    is being moved and does not count beside itself.
    """
    document = document_at(study, max(start, at))
    case = case_of(study, kind, document, [person], start, start, besides)
    return case.check(person, start, minutes)


def people_with_room(
    *,
    study: Study,
    start: datetime,
    minutes: int,
    besides: Collection[User],
    kind: ActivityKind = "interview",
) -> list[User]:
    """Interviewers of that day who are prepared and whom no limit stops. A fixed number
    of queries."""
    document = document_at(study, start)
    people = _prepared(study, kind, document, _interviewers(study, start, besides))
    case = case_of(study, kind, document, people, start, start)
    return [person for person in people if not case.stops(person, start, minutes)]


def other_days(
    *,
    study: Study,
    people: list[User],
    start: datetime,
    minutes: int,
    besides: Activity | None = None,
    kind: ActivityKind = "interview",
    within_pace: bool = False,
) -> list[date]:
    """The first working days after that one, at the same time of day, on which no limit
    stops any of these people; `within_pace`, none on which there is anything to know
    first. At most three. A fixed number of queries."""
    document = document_at(study, start)
    if document is None:
        return []
    last = start + timedelta(days=LOOK_AHEAD_DAYS)
    case = case_of(study, kind, document, people, start, last, besides)
    against = case.tells if within_pace else case.stops
    where = facts.sites(study=study, people=[person.pk for person in people])
    free = (
        day
        for day, moment in _open_days(study, document, start, set(where.values()))
        if not any(against(person, moment, minutes) for person in people)
    )
    return list(islice(free, DAYS_SHOWN))


def document_at(study: Study, moment: datetime) -> Protocol | None:
    """The protocol in force at an instant. One query."""
    version = ProtocolVersion.objects.in_force(study, moment)
    return facts.document_of(version) if version else None


def day_of(study: Study, moment: datetime) -> date:
    """The calendar day of an instant in the study's zone."""
    return moment.astimezone(ZoneInfo(study.time_zone)).date()


def _interviewers(
    study: Study, start: datetime, besides: Collection[User]
) -> list[User]:
    rows = (
        Membership.objects.on(day_of(study, start))
        .with_role(Role.INTERVIEWER)
        .filter(study=study, person__is_active=True)
        .exclude(person__in=besides)
        .select_related("person")
        .order_by("person__name")
    )
    return list({row.person_id: row.person for row in rows}.values())


def _prepared(
    study: Study, kind: ActivityKind, document: Protocol | None, people: list[User]
) -> list[User]:
    places = [(person, str(Role.INTERVIEWER)) for person in people]
    short = preparation.missing(
        study=study, document=document, places=places, kind=kind
    )
    without = {step.person.pk for step in short}
    return [person for person in people if person.pk not in without]


def _open_days(
    study: Study, document: Protocol, start: datetime, sites: set[str]
) -> Iterator[tuple[date, datetime]]:
    """The days to come on which the study plans at each of these places, and the same
    time of day on each."""
    local = start.astimezone(ZoneInfo(study.time_zone))
    wall = local.time().replace(tzinfo=None)
    pauses = state.pauses_of(study)
    for ahead in range(1, LOOK_AHEAD_DAYS + 1):
        day = local.date() + timedelta(days=ahead)
        stages = {
            state.stage(study=study, day=day, pauses=pauses, site=site)
            for site in sites
        }
        if document.calendar.works_on(day) and stages <= {Stage.ACTIVE}:
            yield day, lengths.at_wall_time(day, wall, study.time_zone)


def case_of(
    study: Study,
    kind: ActivityKind,
    document: Protocol | None,
    people: list[User],
    first: datetime,
    last: datetime,
    besides: Activity | None = None,
) -> Case:
    """Everything that counts between two instants. At most five queries."""
    backs = []
    if document and document.ramp_in:
        keys = [person.pk for person in people]
        days = {day_of(study, first), day_of(study, last)}
        backs = came_back_by(study=study, people=keys, days=sorted(days))
    done = _done(study, people, first, last, besides)
    return Case(study, kind, document, backs, done)


def _done(
    study: Study,
    people: Iterable[User],
    first: datetime,
    last: datetime,
    besides: Activity | None = None,
) -> dict[int, list[Work]]:
    """The work of each person that can count beside one between two instants."""
    rows = (
        Activity.objects.filter(
            study=study,
            withdrawn_at__isnull=True,
            exposures__person__in=list(people),
            ends_at__gt=first - AROUND,
            starts_at__lt=last + AROUND,
        )
        .exclude(pk__in=[besides.pk] if besides else [])
        .values_list(
            "exposures__person",
            "pk",
            "kind",
            "starts_at",
            "ends_at",
            "logged_at",
            "audio_minutes",
            "marked",
        )
        .distinct()
    )
    found: dict[int, list[Work]] = {person.pk: [] for person in people}
    for person, _, kind, starts_at, ends_at, logged_at, audio, marked in rows:
        one = Done(starts_at, ends_at, logged_at is None, audio, bool(marked))
        found[person].append((kind, one))
    return found
