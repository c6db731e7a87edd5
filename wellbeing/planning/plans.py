"""Putting an interview into the plan, moving it, and taking it off."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import OperationalError, transaction

from wellbeing import facts, looks, preparation
from wellbeing.lib.words import date_words, wall_words
from wellbeing.life import state
from wellbeing.life.stages import Stage
from wellbeing.models import (
    Activity,
    Exposure,
    Role,
    Study,
)
from wellbeing.people.models import User
from wellbeing.planning.choices import INTERVIEWS, can_be_planned, modes_of
from wellbeing.planning.refusals import (
    AlreadyStarted,
    Busy,
    InterviewsFinished,
    LimitReached,
    NoLongerPlanned,
    NotBegun,
    NotInTheTeam,
    NotPrepared,
    NumberTaken,
    OnePersonTwice,
    StudyClosed,
    StudyPaused,
    Word,
    WorthKnowing,
)
from wellbeing.planning.room import day_of, document_at, notices
from wellbeing.protocol.values import ActivityKind

# Planning is open in an active study; each other stage says why not.
NOT_WHILE: dict[Stage, type[Exception]] = {
    Stage.SETTING_UP: NotBegun,
    Stage.PAUSED: StudyPaused,
    Stage.FINISHED: InterviewsFinished,
    Stage.ANALYSIS: InterviewsFinished,
    Stage.CLOSED: StudyClosed,
}


@dataclass(frozen=True)
class Wanted:
    """One interview that somebody would like in the plan. `start` is UTC; `planned` is
    the row that it already has, when it is being moved."""

    study: Study
    code: str
    interviewer: User
    facilitator: User | None
    start: datetime
    minutes: int
    mode: str
    planned: Activity | None = None
    kind: ActivityKind = "interview"

    @property
    def places(self) -> list[tuple[User, str]]:
        """Who takes part, and as what."""
        found = [(self.interviewer, str(Role.INTERVIEWER))]
        if self.facilitator:
            found.append((self.facilitator, str(Role.FACILITATOR)))
        return found

    @property
    def people(self) -> list[User]:
        return [person for person, _ in self.places]


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
    kind: ActivityKind = "interview",
) -> Activity:
    """Put one interview into the plan. `start` is UTC; `seen` are the sentences of soft
    notices that the coordinator has read.

    Posting the same form again gives the same activity. Raises AlreadyStarted,
    NotBegun, StudyPaused, InterviewsFinished, StudyClosed, NumberTaken, OnePersonTwice,
    NotInTheTeam, NotPrepared, LimitReached, WorthKnowing or Busy; nothing is written
    then.
    """
    wanted = Wanted(
        study, code, interviewer, facilitator, start, minutes, mode, kind=kind
    )
    with transaction.atomic():
        one_plan_at_a_time(study)
        same_form = Activity.objects.filter(study=study, submission=submission)
        if earlier := same_form.first():
            return earlier
        refuse(wanted, at=at)
        _stop_or_tell(wanted, seen, at)
        return put(wanted, by=by, submission=submission, at=at)


def move(
    *,
    activity: Activity,
    start: datetime,
    minutes: int,
    by: User,
    at: datetime,
    seen: Collection[str] = (),
) -> Activity:
    """Give a planned interview another time. `start` is UTC.

    Everything is asked as for a new plan, with this one left out of the counts. The
    same time once more changes nothing. Raises NoLongerPlanned, and what
    `plan_interview` raises; nothing is written then.
    """
    with transaction.atomic():
        one_plan_at_a_time(activity.study)
        row = _still_planned(activity)
        if (row.starts_at, row.minutes) == (start, minutes):
            return row
        wanted = _wanted_of(row, start, minutes)
        refuse(wanted, at=at)
        _stop_or_tell(wanted, seen, at)
        _give_time(row, start, minutes, by)
        looks.mark_due(study=row.study, people=wanted.people, at=at)
    return row


def take_off(*, activity: Activity, at: datetime) -> None:
    """Take a planned interview off the plan. Raises NoLongerPlanned."""
    with transaction.atomic():
        changed = Activity.objects.planned().filter(pk=activity.pk)
        if not changed.update(withdrawn_at=at, submission=None):
            raise NoLongerPlanned
        people = [one.person for one in activity.exposures.select_related("person")]
        looks.mark_due(study=activity.study, people=people, at=at)


def planned_words(start: datetime, zone: str) -> str:
    """`Thursday 17 September, 2pm`: how a plan is named without its number."""
    local = start.astimezone(ZoneInfo(zone))
    return f"{date_words(local.date())}, {wall_words(local.time())}"


def one_plan_at_a_time(study: Study) -> None:
    """Two coordinators at once see each other's plans, so that neither slips past a
    limit; and the study's days as they are now, so that nobody plans into a pause that
    has just begun. Logging does not wait for this lock. Raises Busy."""
    try:
        row = Study.objects.select_for_update(no_key=True).get(pk=study.pk)
    except OperationalError:
        raise Busy from None
    for field in ("opened_on", "finished_on", "analysis_from", "closed_on"):
        setattr(study, field, getattr(row, field))


def refuse(wanted: Wanted, *, at: datetime) -> None:
    """Raise what stands against it, whatever the limits say. Call it under the lock."""
    _refuse_the_time(wanted, at)
    _refuse_the_number(wanted)
    _refuse_the_people(wanted)
    document = document_at(wanted.study, wanted.start)
    steps = preparation.missing(
        study=wanted.study,
        document=document,
        places=wanted.places,
        kind=wanted.kind,
    )
    if steps:
        raise NotPrepared(steps)


def at_limit(wanted: Wanted, *, at: datetime) -> list[Word]:
    """At which limits it would stop, and for whom."""
    return [word for word in _words(wanted, at) if word.notice.level == "hard"]


def put(wanted: Wanted, *, by: User, submission: UUID, at: datetime) -> Activity:
    """Write the plan and who takes part in it. Asks nothing: `refuse` comes first.

    Its people are due for a look, since the protocol may owe them something before it.
    """
    activity = Activity.objects.create(
        study=wanted.study,
        kind=wanted.kind,
        code=wanted.code,
        starts_at=wanted.start,
        ends_at=wanted.start + timedelta(minutes=wanted.minutes),
        mode=wanted.mode,
        planned_at=at,
        planned_start=wanted.start,
        planned_minutes=wanted.minutes,
        planned_by=by,
        submission=submission,
    )
    Exposure.objects.bulk_create(
        Exposure(activity=activity, person=person, role=role)
        for person, role in wanted.places
    )
    looks.mark_due(study=wanted.study, people=wanted.people, at=at)
    return activity


def _still_planned(activity: Activity) -> Activity:
    rows = Activity.objects.planned().select_related("study")
    found = rows.prefetch_related("exposures__person").filter(pk=activity.pk).first()
    if found is None:
        raise NoLongerPlanned
    return found


def _give_time(row: Activity, start: datetime, minutes: int, by: User) -> None:
    """Only while it is a plan: logging does not wait for our lock, and a fact stays."""
    row.starts_at, row.ends_at = start, start + timedelta(minutes=minutes)
    row.planned_start, row.planned_minutes, row.planned_by = start, minutes, by
    changed = Activity.objects.planned().filter(pk=row.pk)
    if not changed.update(
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        planned_start=start,
        planned_minutes=minutes,
        planned_by=by,
    ):
        raise NoLongerPlanned


def _wanted_of(row: Activity, start: datetime, minutes: int) -> Wanted:
    people = {one.role: one.person for one in row.exposures.all()}
    return Wanted(
        study=row.study,
        code=row.code,
        interviewer=people[Role.INTERVIEWER],
        facilitator=people.get(Role.FACILITATOR),
        start=start,
        minutes=minutes,
        mode=row.mode,
        planned=row,
        kind=next(kind for kind in INTERVIEWS if kind == row.kind),
    )


def _refuse_the_time(wanted: Wanted, at: datetime) -> None:
    study, start = wanted.study, wanted.start
    if start <= at:
        raise AlreadyStarted
    site = facts.site(study=study, person=wanted.interviewer)
    pauses = state.pauses_of(study)
    for moment in (at, start):
        stage = state.stage(
            study=study, day=day_of(study, moment), pauses=pauses, site=site
        )
        if stage in NOT_WHILE:
            raise NOT_WHILE[stage]


def _refuse_the_number(wanted: Wanted) -> None:
    taken = Activity.objects.filter(
        study=wanted.study,
        kind=wanted.kind,
        code__iexact=wanted.code,
        withdrawn_at__isnull=True,
    )
    own = [wanted.planned.pk] if wanted.planned else []
    if taken.exclude(pk__in=own).exists():
        raise NumberTaken


def _refuse_the_people(wanted: Wanted) -> None:
    people = wanted.people
    if len({person.pk for person in people}) < len(people):
        raise OnePersonTwice
    day = day_of(wanted.study, wanted.start)
    team = {one.pk for one in can_be_planned(study=wanted.study, day=day)}
    for person in people:
        if person.pk not in team:
            raise NotInTheTeam(person)


def _words(wanted: Wanted, at: datetime) -> list[Word]:
    return [
        Word(person, notice)
        for person in wanted.people
        for notice in notices(
            study=wanted.study,
            person=person,
            start=wanted.start,
            minutes=wanted.minutes,
            at=at,
            besides=wanted.planned,
            kind=wanted.kind,
        )
    ]


def _stop_or_tell(wanted: Wanted, seen: Collection[str], at: datetime) -> None:
    words = _words(wanted, at)
    if hard := [word for word in words if word.notice.level == "hard"]:
        raise LimitReached(hard)
    question = _question_of_mode(wanted)
    unread = {*(word.sentence for word in words), *([question] if question else [])}
    if unread - set(seen):
        raise WorthKnowing(words, question)


def _question_of_mode(wanted: Wanted) -> str:
    """A way of holding it that the protocol of that day does not name is asked about
    and never stops a plan; empty when there is nothing to ask."""
    document = document_at(wanted.study, wanted.start)
    part = document.activities.get(wanted.kind) if document else None
    if part is None or not wanted.mode or wanted.mode in part.modes:
        return ""
    called = modes_of(study=wanted.study).get(wanted.mode, wanted.mode)
    return f"The protocol of that day does not name {called}. Is it the right one?"
