"""Taking a study from one stage to the next: who, why, and from which day.

Steps stand in line behind the row of their study, as plans do, so that nobody plans
into a pause that somebody else begins at the same moment.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import OperationalError, transaction

from wellbeing import facts, looks, teams
from wellbeing.life import telling
from wellbeing.life.stages import out_of_order
from wellbeing.life.state import days_of, pauses_of, possible, seen_of, unfinished
from wellbeing.models import Pause, ProtocolVersion, Study, StudyChange
from wellbeing.people.models import User
from wellbeing.protocol import lengths

What = StudyChange.What
FAR = timedelta(days=3660)


class Busy(Exception):
    """The study is being changed for longer than one can wait."""


class ChangedMeanwhile(Exception):
    """Somebody took a step after the page was opened."""


class NotNow(Exception):
    """The study is not in a stage from which this step leads on."""


class DayNotPossible(Exception):
    """The day does not fit. The message is the sentence that says why."""


class NoSuchPlace(Exception):
    """The protocol in force names no such place."""


@dataclass(frozen=True)
class Step:
    """One step as somebody wants it, and how many steps they saw before it (`seen`).

    `day` is its first day. `site`: the place to pause, empty for all of the study.
    `pause`: the one that ends. `apart`: nobody should meet in person meanwhile.
    """

    what: What
    by: User
    reason: str
    seen: int
    submission: UUID
    day: date | None = None
    site: str = ""
    pause: Pause | None = None
    apart: bool = False


def take(*, study: Study, step: Step, at: datetime) -> StudyChange:
    """Take one step, look at everybody in the study again, and tell who is to be told.

    The same form again gives the step that it was. Raises Busy, ChangedMeanwhile,
    NotNow, DayNotPossible or NoSuchPlace; nothing is written then.
    """
    with transaction.atomic():
        row = _locked(study)
        same_form = StudyChange.objects.filter(study=row, submission=step.submission)
        if earlier := same_form.first():
            return earlier
        if step.seen != seen_of(row):
            raise ChangedMeanwhile
        if step.what not in possible(study=row, pauses=pauses_of(row), at=at):
            raise NotNow
        change = _taken(row, step, at)
        looks.mark_due(study=row, people=telling.everybody(row), at=at)
        telling.tell(study=row, change=change, apart=step.apart, at=at)
    return change


def support_may_end_from(*, study: Study, at: datetime) -> date:
    """The first day on which support may end: an offer that is made today runs out
    before, as the protocol has it, and the study has closed. One query."""
    version = ProtocolVersion.objects.in_force(study, at)
    document = facts.document_of(version) if version else None
    standing = document.standing_offer if document else None
    notice = at
    if document and standing:
        notice = lengths.after(at, standing.open, document.calendar)
    first = study.day(notice) + timedelta(days=1)
    return max(first, study.closed_on or first)


def _locked(study: Study) -> Study:
    try:
        return Study.objects.select_for_update(no_key=True).get(pk=study.pk)
    except OperationalError:
        raise Busy from None


def _taken(study: Study, step: Step, at: datetime) -> StudyChange:
    what, pause, site, day = step.what, None, step.site, step.day
    if day is not None and abs(day - study.day(at)) > FAR:
        raise DayNotPossible("Choose a day within ten years of today.")
    if what is What.PAUSED:
        pause = _pause(study, step, _day(step), at)
    elif what is What.RESUMED:
        what, pause, site = _resume(study, step, _day(step), at)
    else:
        CHANGES[what](study, step, at)
        if wrong := out_of_order(days_of(study)):
            raise DayNotPossible(wrong)
        study.save()
    return StudyChange.objects.create(
        study=study,
        what=what,
        day=day,
        site=site,
        pause=pause,
        reason=step.reason,
        by=step.by,
        at=at,
        submission=step.submission,
    )


def _day(step: Step) -> date:
    if step.day is None:
        raise DayNotPossible("Choose a day.")
    return step.day


def _pause(study: Study, step: Step, day: date, at: datetime) -> Pause:
    if step.site and step.site not in teams.places_of(study=study, at=at):
        raise NoSuchPlace
    if study.opened_on and day < study.opened_on:
        raise DayNotPossible("Planning was not open yet on that day.")
    for other in pauses_of(study):
        if other.site == step.site and (other.ends_on is None or other.ends_on > day):
            raise DayNotPossible(
                "There is a pause then already. Choose a later day, or say when that "
                "pause ends."
            )
    return Pause.objects.create(
        study=study, starts_on=day, reason=step.reason, site=step.site
    )


def _resume(
    study: Study, step: Step, day: date, at: datetime
) -> tuple[What, Pause | None, str]:
    """End the pause on that day. One that has not lasted a day is taken back."""
    today = study.day(at)
    ends = {one.pk: one for one in unfinished(pauses_of(study), today)}
    pause = ends.get(step.pause.pk) if step.pause else None
    if pause is None:
        raise NotNow
    if day > pause.starts_on:
        pause.ends_on = day
        pause.save(update_fields=["ends_on"])
        return What.RESUMED, pause, pause.site
    if today > pause.starts_on:
        raise DayNotPossible("The pause had not begun by then. Choose a later day.")
    site = pause.site
    pause.delete()
    return What.PAUSE_TAKEN_BACK, None, site


def _begin(study: Study, step: Step, at: datetime) -> None:
    study.opened_on = _day(step)


def _finish(study: Study, step: Step, at: datetime) -> None:
    study.finished_on = _day(step)


def _analyse(study: Study, step: Step, at: datetime) -> None:
    study.analysis_from = _day(step)


def _close(study: Study, step: Step, at: datetime) -> None:
    study.closed_on = _day(step)


def _reopen(study: Study, step: Step, at: datetime) -> None:
    study.finished_on = study.analysis_from = study.closed_on = None
    study.support_ends_on = None


def _end_support(study: Study, step: Step, at: datetime) -> None:
    first = support_may_end_from(study=study, at=at)
    if _day(step) < first:
        raise DayNotPossible(
            "People are told before. The first day without support can be "
            f"{first.day} {first:%B %Y}."
        )
    study.support_ends_on = step.day


def _keep_support(study: Study, step: Step, at: datetime) -> None:
    study.support_ends_on = None


CHANGES: dict[What, Callable[[Study, Step, datetime], None]] = {
    What.BEGUN: _begin,
    What.FINISHED: _finish,
    What.ANALYSIS: _analyse,
    What.CLOSED: _close,
    What.REOPENED: _reopen,
    What.SUPPORT_ENDS: _end_support,
    What.SUPPORT_STAYS: _keep_support,
}
