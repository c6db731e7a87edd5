"""Planning an interview, inside what the team agreed.

The numbers are the team's own and stand in its protocol. A pace is told and may be
passed; at a limit planning stops, for everybody. Logging is another matter: what has
happened always gets in. Counts only what was done and planned in the study, never what
anybody asked for or answered.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import OperationalError, transaction

from wellbeing import facts
from wellbeing.lib.words import date_words, wall_words
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
from wellbeing.people.models import User
from wellbeing.protocol import lengths, load
from wellbeing.protocol.document import Limits, Protocol
from wellbeing.protocol.load import Done, Notice

LOOK_AHEAD_DAYS = 28
DAYS_SHOWN = 3
# The longest window that a protocol counts, on both sides of a time.
AROUND = load.FOUR_WEEKS + timedelta(days=2)
AT_ONCE = Notice("soft", "Another interview of theirs is in the plan at that time.")


class StudyPaused(Exception):
    """The study plans nothing today, or on the day in question."""


class StudyClosed(Exception):
    """The study is closed today, or will be by the day in question."""


class AlreadyStarted(Exception):
    """Only what is still to come can be planned."""


class NumberTaken(Exception):
    """The study has an interview with this number already."""


class NotInTheTeam(Exception):
    """Somebody holds no role on that day that takes part in interviews."""

    def __init__(self, person: User) -> None:
        super().__init__("Not in the team on that day.")
        self.person = person


class Busy(Exception):
    """The plan of the study is being changed for longer than one can wait."""


class OnePersonTwice(Exception):
    """Interviewer and facilitator are the same person."""


class NoLongerPlanned(Exception):
    """It was logged or taken off the plan meanwhile."""


@dataclass(frozen=True)
class Word:
    """One notice about one person."""

    person: User
    notice: Notice

    @property
    def sentence(self) -> str:
        return f"{self.person.name}: {self.notice.sentence}"


class LimitReached(Exception):
    """Planning stops here. `words` say at which limit, and for whom."""

    def __init__(self, words: list[Word]) -> None:
        super().__init__("A limit is reached.")
        self.words = words


class WorthKnowing(Exception):
    """There is something that the coordinator has not seen yet, and may go past."""

    def __init__(self, words: list[Word]) -> None:
        super().__init__("A pace would be passed.")
        self.words = words


def plan_interview(
    *,
    study: Study,
    by: User,
    code: str,
    interviewer: User,
    facilitator: User | None,
    start: datetime,
    minutes: int,
    mode: str,
    seen: Collection[str],
    submission: UUID,
    at: datetime,
) -> Activity:
    """Put one interview into the plan. `start` is UTC; `seen` are the sentences of soft
    notices that the coordinator has read.

    Posting the same form again gives the same activity. Raises AlreadyStarted,
    StudyClosed, StudyPaused, NumberTaken, OnePersonTwice, NotInTheTeam, LimitReached,
    WorthKnowing or Busy; nothing is written then.
    """
    people = [interviewer, *([facilitator] if facilitator else [])]
    with transaction.atomic():
        _one_plan_at_a_time(study)
        same_form = Activity.objects.filter(study=study, submission=submission)
        if earlier := same_form.first():
            return earlier
        _refuse_the_time(study, start, at)
        _refuse_the_number(study, code)
        _refuse_the_people(study, people, start)
        _stop_or_tell(study, people, start, minutes, seen, at)
        activity = Activity.objects.create(
            study=study,
            kind=Activity.Kind.INTERVIEW,
            code=code,
            starts_at=start,
            ends_at=start + timedelta(minutes=minutes),
            mode=mode,
            planned_start=start,
            planned_minutes=minutes,
            planned_by=by,
            submission=submission,
        )
        _expose(activity, people)
    return activity


def _one_plan_at_a_time(study: Study) -> None:
    """Two coordinators at once see each other's plans, so that neither slips past a
    limit. Logging does not wait for this lock."""
    try:
        Study.objects.select_for_update(no_key=True).get(pk=study.pk)
    except OperationalError:
        raise Busy from None


def _expose(activity: Activity, people: list[User]) -> None:
    """The first interviews, the second facilitates."""
    roles = (Role.INTERVIEWER, Role.FACILITATOR)
    Exposure.objects.bulk_create(
        Exposure(activity=activity, person=person, role=role)
        for person, role in zip(people, roles, strict=False)
    )


def take_off(*, activity: Activity, at: datetime) -> None:
    """Take a planned interview off the plan. Raises NoLongerPlanned."""
    changed = Activity.objects.planned().filter(pk=activity.pk)
    if not changed.update(withdrawn_at=at, submission=None):
        raise NoLongerPlanned


def notices(
    *, study: Study, person: User, start: datetime, minutes: int, at: datetime
) -> list[Notice]:
    """What planning this for the person would mean, the limits first. Two queries.

    The protocol in force when the interview starts is the one that counts; an interview
    that lies before `at` is measured by the one in force now.
    """
    limits = _limits(_document(study, max(start, at)))
    done = _done(study, [person], start, start)[person.pk]
    return _check(limits, done, start, minutes, study.time_zone)


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


def people_with_room(
    *, study: Study, start: datetime, minutes: int, besides: Collection[User]
) -> list[User]:
    """Interviewers of that day whom no limit stops. A fixed number of queries."""
    document = _document(study, start)
    rows = (
        Membership.objects.on(_day(study, start))
        .with_role(Role.INTERVIEWER)
        .filter(study=study, person__is_active=True)
        .exclude(person__in=besides)
        .select_related("person")
        .order_by("person__name")
    )
    people = list({row.person_id: row.person for row in rows}.values())
    limits, done = _limits(document), _done(study, people, start, start)
    return [
        person
        for person in people
        if not _stops(_check(limits, done[person.pk], start, minutes, study.time_zone))
    ]


def other_days(
    *, study: Study, people: list[User], start: datetime, minutes: int
) -> list[date]:
    """The first working days after that one, at the same time of day, on which no limit
    stops any of these people. At most three. A fixed number of queries."""
    document = _document(study, start)
    if document is None:
        return []
    limits, zone = _limits(document), study.time_zone
    done = _done(study, people, start, start + timedelta(days=LOOK_AHEAD_DAYS))
    found = []
    for day, moment in _open_days(study, document, start):
        checks = (
            _check(limits, done[person.pk], moment, minutes, zone) for person in people
        )
        if not any(map(_stops, checks)):
            found.append(day)
    return found[:DAYS_SHOWN]


def _open_days(
    study: Study, document: Protocol, start: datetime
) -> Iterator[tuple[date, datetime]]:
    """The days to come on which the study plans, and the same time of day on each."""
    local = start.astimezone(ZoneInfo(study.time_zone))
    wall = local.time().replace(tzinfo=None)
    pauses = list(Pause.objects.filter(study=study))
    for ahead in range(1, LOOK_AHEAD_DAYS + 1):
        day = local.date() + timedelta(days=ahead)
        paused = any(_covers(pause, day) for pause in pauses)
        if document.calendar.works_on(day) and not paused and not study.closed(day):
            yield day, lengths.at_wall_time(day, wall, study.time_zone)


def planned_words(start: datetime, zone: str) -> str:
    """`Thursday 17 September, 2pm`: how a plan is named without its number."""
    local = start.astimezone(ZoneInfo(zone))
    return f"{date_words(local.date())}, {wall_words(local.time())}"


def _day(study: Study, moment: datetime) -> date:
    return moment.astimezone(ZoneInfo(study.time_zone)).date()


def _covers(pause: Pause, day: date) -> bool:
    return pause.starts_on <= day and (pause.ends_on is None or day < pause.ends_on)


def _document(study: Study, moment: datetime) -> Protocol | None:
    version = ProtocolVersion.objects.in_force(study, moment)
    return facts.document_of(version) if version else None


def _limits(document: Protocol | None) -> Limits:
    return document.limits.get("interview", Limits()) if document else Limits()


def _done(
    study: Study, people: Iterable[User], first: datetime, last: datetime
) -> dict[int, list[Done]]:
    """The interviews of each person that can count beside one between two instants."""
    rows = (
        Activity.objects.filter(
            study=study,
            kind=Activity.Kind.INTERVIEW,
            withdrawn_at__isnull=True,
            exposures__person__in=list(people),
            ends_at__gt=first - AROUND,
            starts_at__lt=last + AROUND,
        )
        .values_list("exposures__person", "pk", "starts_at", "ends_at", "logged_at")
        .distinct()
    )
    found: dict[int, list[Done]] = {person.pk: [] for person in people}
    for person, _, starts_at, ends_at, logged_at in rows:
        found[person].append(Done(starts_at, ends_at, planned=logged_at is None))
    return found


def _check(
    limits: Limits, done: list[Done], start: datetime, minutes: int, zone: str
) -> list[Notice]:
    candidate = Done(start, start + timedelta(minutes=minutes), planned=True)
    found = load.check(limits, done, candidate, zone=zone)
    meets = any(
        one.planned
        and one.starts_at < candidate.ends_at
        and one.ends_at > candidate.starts_at
        for one in done
    )
    return [*found, AT_ONCE] if meets else found


def _refuse_the_time(study: Study, start: datetime, at: datetime) -> None:
    days = (_day(study, at), _day(study, start))
    if start <= at:
        raise AlreadyStarted
    if any(study.closed(day) for day in days):
        raise StudyClosed
    if any(Pause.objects.on(day).filter(study=study).exists() for day in days):
        raise StudyPaused


def _refuse_the_number(study: Study, code: str) -> None:
    taken = Activity.objects.filter(
        study=study,
        kind=Activity.Kind.INTERVIEW,
        code__iexact=code,
        withdrawn_at__isnull=True,
    )
    if taken.exists():
        raise NumberTaken


def _refuse_the_people(study: Study, people: list[User], start: datetime) -> None:
    if len({person.pk for person in people}) < len(people):
        raise OnePersonTwice
    team = {one.pk for one in can_be_planned(study=study, day=_day(study, start))}
    for person in people:
        if person.pk not in team:
            raise NotInTheTeam(person)


def _stops(found: list[Notice]) -> bool:
    return any(notice.level == "hard" for notice in found)


def _stop_or_tell(
    study: Study,
    people: list[User],
    start: datetime,
    minutes: int,
    seen: Collection[str],
    at: datetime,
) -> None:
    words = [
        Word(person, notice)
        for person in people
        for notice in notices(
            study=study, person=person, start=start, minutes=minutes, at=at
        )
    ]
    if hard := [word for word in words if word.notice.level == "hard"]:
        raise LimitReached(hard)
    if {word.sentence for word in words} - set(seen):
        raise WorthKnowing(words)
