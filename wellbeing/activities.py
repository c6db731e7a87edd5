"""Putting what happened into the log, and taking a mistake out again.

Facts always get in: no limit, no pause and no missing training stops a log, and an
error further down the road never undoes it.
"""

import logging
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from notifications import outbox
from sessions.booking import NoLongerThere, TimeTaken
from wellbeing import looks, offers
from wellbeing.models import Activity, Exposure, Offer, Study, WorkItem
from wellbeing.pencilling import Wish
from wellbeing.people.models import User
from wellbeing.reconcile import group_of, reconcile

log = logging.getLogger(__name__)

TAKE_BACK_WITHIN = timedelta(hours=24)
# Two logs of one number that end so close to each other are one interview.
SAME_WORK = timedelta(hours=12)


class TooLateToTakeBack(Exception):
    """A log can be taken back by its author for 24 hours."""


@dataclass(frozen=True)
class Matter:
    """What an activity was about, as far as a protocol may ask: never what was said."""

    marked: bool | None = None
    level: str = ""
    again: bool = False
    audio_minutes: int | None = None
    closing_minutes: int | None = None


@dataclass(frozen=True)
class Entry:
    """What the log form says. Instants are UTC; `planned` is the plan it fulfils. What
    the material was like is told in `matter`."""

    study: Study
    role: str
    code: str
    starts_at: datetime
    ends_at: datetime
    mode: str
    companion: bool | None
    others: tuple[tuple[User, str], ...]
    submission: UUID
    kind: str = Activity.Kind.INTERVIEW
    planned: Activity | None = None
    matter: Matter = Matter()


@dataclass(frozen=True)
class Logged:
    """`time_gone`: the activity stands, but the chosen time was just taken."""

    activity: Activity
    time_gone: bool = False


def log_interview(
    *, entry: Entry, by: User, answer: str, wish: Wish | None, at: datetime
) -> Logged:
    """Write one finished interview, make everybody's offers, and take the answer.

    `answer` is keep, times, someone, no, or empty for no answer, which is never read
    as a no. One transaction; posting the same form again gives the same activity.
    """
    try:
        with transaction.atomic():
            _one_log_at_a_time(by)
            if earlier := _same_log(entry, by):
                return Logged(earlier)
            activity = _join(entry, by) or _write(entry, by, at)
            _offer(entry.study, by, at, wish)
            for person, _ in entry.others:
                _offer(entry.study, person, at, None)
            return Logged(activity, _take_answer(activity, by, answer, wish, at))
    except IntegrityError:
        # Another process wrote the same form between our look and our write.
        if earlier := _same_log(entry, by):
            return Logged(earlier)
        raise


def take_back(*, activity: Activity, by: User, at: datetime) -> None:
    """Take one's own log out again. Open offers go with it; agreed times stay.

    When a colleague has logged the same interview, it becomes theirs, and only the
    person who takes back is no longer in it. Raises TooLateToTakeBack.
    """
    if activity.logged_at is None or activity.logged_at < at - TAKE_BACK_WITHIN:
        raise TooLateToTakeBack
    with transaction.atomic():
        mine = Activity.objects.select_for_update(no_key=True).filter(
            pk=activity.pk, logged_by=by, withdrawn_at__isnull=True
        )
        if mine.first() is None:
            return
        exposures = Exposure.objects.filter(activity=activity).select_related("person")
        too = exposures.exclude(person=by).filter(submission__isnull=False).first()
        if too:
            mine.update(logged_by=too.person, submission=too.submission)
            exposures.filter(person=by).delete()
            people = [by]
        else:
            mine.update(withdrawn_at=at, submission=None)
            # What was given to them is with them again, still to be finished.
            given = WorkItem.objects.filter(activity=activity)
            given.update(finished_at=None, activity=None)
            people = [exposure.person for exposure in exposures]
        looks.mark_due(study=activity.study, people=people, at=at)
        for person in people:
            reconcile(study=activity.study, person=person, at=at)


def offer_about(activity: Activity, person: User) -> Offer | None:
    """The offer that this activity brought the person, or the one that it joined."""
    offer = (
        Offer.objects.for_person(person)
        .filter(
            study=activity.study,
            subject__in=[f"activity:{activity.pk}", f"counted:{activity.pk}"],
        )
        .select_related(
            "version",
            "booking__supporter__person",
            "merged_into__version",
            "merged_into__booking__supporter__person",
        )
        # By the index on the person: by its key, a database reads the whole study.
        .order_by("-made_at")
        .first()
    )
    return offer.merged_into if offer and offer.merged_into else offer


def _one_log_at_a_time(by: User) -> None:
    """Two tabs of one person wait for each other, so that both see one activity.

    On SQLite the transaction itself is the lock, since it starts IMMEDIATE.
    """
    User.objects.select_for_update(no_key=True).get(pk=by.pk)


def _same_log(entry: Entry, by: User) -> Activity | None:
    """The activity that this form, its twin tab or its retry has already written."""
    done = Activity.objects.filter(study=entry.study, withdrawn_at__isnull=True)
    if found := done.filter(submission=entry.submission).first():
        return found
    if entry.planned:
        return done.filter(pk=entry.planned.pk, logged_at__isnull=False).first()
    if not entry.code:
        return None
    return done.filter(
        kind=entry.kind,
        code=entry.code,
        logged_by=by,
        starts_at=entry.starts_at,
        logged_at__isnull=False,
    ).first()


def _join(entry: Entry, by: User) -> Activity | None:
    """The same interview, logged by a colleague: whoever is not in it yet is added.

    Two rows for one interview would count it twice in everybody's load.
    """
    if entry.kind != Activity.Kind.INTERVIEW or entry.planned or not entry.code:
        return None
    near = (entry.ends_at - SAME_WORK, entry.ends_at + SAME_WORK)
    there = (
        Activity.objects.done()
        .filter(study=entry.study, kind=entry.kind, code__iexact=entry.code)
        .filter(ends_at__range=near)
        .exclude(logged_by=by)
        .select_for_update(no_key=True)
        .first()
    )
    if there is not None:
        _add(there, [(by, entry.role), *entry.others])
        there.exposures.filter(person=by).update(submission=entry.submission)
    return there


def _add(activity: Activity, people: list[tuple[User, str]]) -> None:
    """One exposure for each person: a second one would count the interview twice."""
    there = set(activity.exposures.values_list("person_id", flat=True))
    Exposure.objects.bulk_create(
        Exposure(activity=activity, person=person, role=role)
        for person, role in people
        if person.pk not in there
    )


def _write(entry: Entry, by: User, at: datetime) -> Activity:
    activity = entry.planned or Activity(
        study=entry.study, kind=entry.kind, code=entry.code
    )
    activity.starts_at, activity.ends_at = entry.starts_at, entry.ends_at
    activity.mode, activity.companion = entry.mode, entry.companion
    for name, value in asdict(entry.matter).items():
        setattr(activity, name, value)
    activity.logged_at, activity.logged_by = at, by
    activity.submission = entry.submission
    activity.save()
    if entry.planned:
        activity.exposures.all().delete()
    _add(activity, [(by, entry.role), *entry.others])
    return activity


def _offer(study: Study, person: User, at: datetime, wish: Wish | None) -> None:
    """Make what the protocol owes. An error here leaves the person due for the tick."""
    try:
        reconcile(study=study, person=person, at=at, wish=wish)
    except Exception:
        log.exception("An offer could not be made at once; the tick will make it.")
        looks.mark_due(study=study, people=[person], at=at)


def _take_answer(
    activity: Activity, by: User, answer: str, wish: Wish | None, at: datetime
) -> bool:
    """Carry out the third answer of the form. True when the time had just gone."""
    offer = offer_about(activity, by)
    if offer is None or answer not in {"keep", "no", "times", "someone"}:
        return False
    if answer == "keep" and not _is_wished(offer, wish):
        # Another time is pencilled now. Agreeing it unseen would book a person into a
        # time they never chose.
        return True
    try:
        with transaction.atomic():
            if answer == "keep":
                offers.keep(offer=offer, by=by, at=at)
            elif answer == "no":
                offers.decline(offer=offer, by=by, at=at)
            else:
                # They are looking at times now; a message about it would be noise.
                outbox.withdraw(
                    group=group_of(offer),
                    at=at,
                    reason="you were looking at the times yourself",
                    templates={"time_kept", "offer_open"},
                )
    except (TimeTaken, NoLongerThere, offers.NothingKept):
        return True
    except offers.AlreadyAnswered:
        return False
    return False


def _is_wished(offer: Offer, wish: Wish | None) -> bool:
    kept = offer.booking
    return bool(
        kept
        and wish
        and (kept.supporter_id, kept.starts_at) == (wish.supporter, wish.start)
    )
