"""Where a study stands, read from its rows."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from wellbeing.life.stages import Days, Stage, stage_on
from wellbeing.models import Pause, Study, StudyChange
from wellbeing.protocol.facts import Paused

What = StudyChange.What


def days_of(study: Study) -> Days:
    """The first days of the study's stages."""
    return Days(
        study.opened_on,
        study.finished_on,
        study.analysis_from,
        study.closed_on,
        study.support_ends_on,
    )


def pauses_of(study: Study) -> list[Pause]:
    """Every pause, of all of the study or of one place, earliest first. One query."""
    return list(Pause.objects.filter(study=study).order_by("starts_on", "pk"))


def stage(
    *, study: Study, day: date, pauses: list[Pause] | None = None, site: str = ""
) -> Stage:
    """The stage of the study on a day, at one place of it. At most one query."""
    rows = pauses_of(study) if pauses is None else pauses
    here = [
        Paused(row.pk, row.starts_on, row.ends_on)
        for row in rows
        if row.site in {"", site}
    ]
    return stage_on(days_of(study), here, day)


def unfinished(pauses: list[Pause], today: date) -> list[Pause]:
    """The pauses whose last day has not passed, so that their end can be chosen."""
    return [one for one in pauses if one.ends_on is None or one.ends_on > today]


def seen_of(study: Study) -> int:
    """How many steps the study has taken: a page that shows fewer is out of date."""
    return StudyChange.objects.filter(study=study).count()


@dataclass(frozen=True)
class Note:
    """What everybody in a study may know about its stage: the pauses of today with
    their reasons, and the last day with support if there is one."""

    study: Study
    pauses: list[Pause]
    last_day: date | None


def notes_for(*, studies: Collection[Study], at: datetime) -> list[Note]:
    """One note for each of the studies about which there is something to say. One
    query."""
    paused: dict[int, list[Pause]] = defaultdict(list)
    for row in Pause.objects.filter(study__in=list(studies)).order_by("starts_on"):
        paused[row.study_id].append(row)
    found = []
    for study in studies:
        today = study.day(at)
        now = [
            one
            for one in unfinished(paused[study.pk], today)
            if one.starts_on <= today and not study.closed(today)
        ]
        ends_on = study.support_ends_on
        if now or ends_on:
            last = ends_on - timedelta(days=1) if ends_on else None
            found.append(Note(study, now, last))
    return found


def was_taken(study: Study, submission: str) -> bool:
    """Whether the form of this number has led to a step already."""
    try:
        key = UUID(submission)
    except ValueError:
        return False
    return StudyChange.objects.filter(study=study, submission=key).exists()


def possible(*, study: Study, pauses: list[Pause], at: datetime) -> list[What]:
    """The steps that can be taken now, in the order of a study's life."""
    today = study.day(at)
    now = stage(study=study, day=today, pauses=pauses)
    over = now is Stage.CLOSED
    running = now in {Stage.ACTIVE, Stage.PAUSED}
    ended = (study.finished_on, study.analysis_from, study.closed_on)
    fits = {
        What.BEGUN: now is Stage.SETTING_UP,
        What.PAUSED: running,
        What.RESUMED: not over and bool(unfinished(pauses, today)),
        What.FINISHED: running,
        What.ANALYSIS: now is Stage.FINISHED
        or (running and study.finished_on is not None),
        What.CLOSED: not over,
        What.REOPENED: any(ended),
        What.SUPPORT_ENDS: study.closed_on is not None
        and not study.support_over(today),
        What.SUPPORT_STAYS: study.support_ends_on is not None,
    }
    return [what for what, fit in fits.items() if fit]
