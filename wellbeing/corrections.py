"""Putting right what stands in the log: a time, how it was held, who was there.

A fact may be corrected at any time while the study is open, by whoever logged it and by
a coordinator, who sees the same facts as load. What it was before is kept. What the
protocol owes follows from the facts as they are now: an open offer without a reason any
more goes, an agreed time always stays.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from wellbeing import looks
from wellbeing.models import PLANNING_ROLES, Activity, Correction, Exposure, Membership
from wellbeing.people.models import User
from wellbeing.reconcile import reconcile


class NotTheirs(Exception):
    """Neither logged by the person nor in a study that they coordinate."""


class StudyClosed(Exception):
    """What a closed study did stands as it was."""


class Moved(Exception):
    """Somebody else has corrected it, or taken it out, since the page was opened."""


@dataclass(frozen=True)
class Facts:
    """What can be put right. Instants are UTC; `marked` None leaves the marker be."""

    starts_at: datetime
    ends_at: datetime
    mode: str
    companion: bool | None
    marked: bool | None = None


def may_correct(*, activity: Activity, person: User, at: datetime) -> bool:
    """Whether a person logged it, first or too, or coordinates its study. At most two
    queries."""
    return logged_it(activity=activity, person=person) or _coordinates(
        activity, person, at
    )


def logged_it(*, activity: Activity, person: User) -> bool:
    """Whether a person logged it themself, first or after a colleague."""
    own = activity.exposures.filter(person=person, submission__isnull=False)
    return activity.logged_by_id == person.pk or own.exists()


def seen(activity: Activity) -> int:
    """How often it has been corrected: what a page has seen when it was opened."""
    return activity.corrections.count()


def correct(
    *, activity: Activity, by: User, facts: Facts, seen: int, at: datetime
) -> Activity:
    """Put the facts in the place of what stood there. The same facts change nothing.

    Raises NotTheirs, StudyClosed, or Moved when there are other corrections than the
    `seen` ones.
    """
    with transaction.atomic():
        row = _held(activity, by, at)
        if row.corrections.count() != seen:
            raise Moved
        before = _was(row)
        row.starts_at, row.ends_at = facts.starts_at, facts.ends_at
        row.mode, row.companion = facts.mode, facts.companion
        if facts.marked is not None:
            row.marked = facts.marked
        row.save()
        if _was(row) != before:
            Correction.objects.create(activity=row, by=by, at=at, was=before)
        _look(row, _people(row), at)
    return row


def take_out(*, activity: Activity, by: User, at: datetime) -> None:
    """Take a log out for good: it did not happen, or it stands there twice.

    What a colleague has logged as well stays theirs; then only the one who takes out is
    no longer in it. Raises NotTheirs, StudyClosed, or Moved when it is no longer in the
    log.
    """
    with transaction.atomic():
        row = _held(activity, by, at)
        people = _people(row)
        if logged_it(activity=row, person=by) and _logged_by_others(row, by):
            row.exposures.filter(person=by).delete()
            was: dict[str, object] = {"there": [str(by.public_id)]}
        else:
            row.withdrawn_at, row.submission = at, None
            was = {"in_the_log": True}
        row.save(update_fields=["withdrawn_at", "submission", "logged_by"])
        Correction.objects.create(activity=row, by=by, at=at, was=was)
        _look(row, people, at)


def _logged_by_others(row: Activity, by: User) -> bool:
    """Whether a colleague has logged it as well; if so, it is theirs from now on."""
    if row.logged_by_id != by.pk:
        return row.logged_by_id is not None
    others = row.exposures.exclude(person=by).filter(submission__isnull=False)
    too = others.select_related("person").first()
    if too is None:
        return False
    row.logged_by, row.submission = too.person, too.submission
    return True


def was_there_too(
    *, activity: Activity, person: User, role: str, by: User, at: datetime
) -> None:
    """Somebody was there and nobody had named them: they have their own offer from now
    on, as if they had been named at once. Doing it twice is doing it once.

    Raises NotTheirs, StudyClosed, or Moved when it is no longer in the log.
    """
    with transaction.atomic():
        row = _held(activity, by, at)
        if row.exposures.filter(person=person).exists():
            return
        Exposure.objects.create(activity=row, person=person, role=role)
        was = {"not_there": [str(person.public_id), role]}
        Correction.objects.create(activity=row, by=by, at=at, was=was)
        _look(row, [person], at)


def was_not_there(*, activity: Activity, person: User, at: datetime) -> None:
    """Somebody was named and was not there. The others' part stays as it is; without
    anybody left, the log goes. Doing it twice is doing it once. Raises StudyClosed."""
    with transaction.atomic():
        row = _locked(activity, at)
        if row is None:
            return
        own = Exposure.objects.filter(activity=row, person=person)
        roles = list(own.values_list("role", flat=True))
        if not roles:
            return
        own.delete()
        was = {"there": [str(person.public_id), *roles]}
        Correction.objects.create(activity=row, by=person, at=at, was=was)
        if not row.exposures.exists():
            row.withdrawn_at, row.submission = at, None
            row.save(update_fields=["withdrawn_at", "submission"])
        _look(row, [person], at)


def _held(activity: Activity, by: User, at: datetime) -> Activity:
    """The row under a lock, for somebody who may change it."""
    row = _locked(activity, at)
    if row is None:
        raise Moved
    if not may_correct(activity=row, person=by, at=at):
        raise NotTheirs
    return row


def _locked(activity: Activity, at: datetime) -> Activity | None:
    rows = Activity.objects.done().select_related("study")
    row = rows.select_for_update(of=("self",), no_key=True).filter(pk=activity.pk)
    found = row.first()
    if found is not None and found.study.closed(at.date()):
        raise StudyClosed
    return found


def _coordinates(activity: Activity, person: User, at: datetime) -> bool:
    held = Membership.objects.on(at.date()).with_role(*PLANNING_ROLES)
    return held.filter(study=activity.study_id, person=person).exists()


def _was(row: Activity) -> dict[str, object]:
    """What a correction keeps. The marker is left out: it is told in totals only."""
    return {
        "starts_at": row.starts_at.isoformat(),
        "ends_at": row.ends_at.isoformat(),
        "mode": row.mode,
        "companion": row.companion,
    }


def _people(row: Activity) -> list[User]:
    return [one.person for one in row.exposures.select_related("person")]


def _look(row: Activity, people: list[User], at: datetime) -> None:
    looks.mark_due(study=row.study, people=people, at=at)
    for person in people:
        reconcile(study=row.study, person=person, at=at)
