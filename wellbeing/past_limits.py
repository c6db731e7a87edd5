"""Going past a limit: another coordinator's eyes, and the person's own yes.

A limit is the team's own number, and nobody passes it alone. A coordinator asks with a
reason; another one decides, never about themself and never about what they asked; and
each person at a limit says yes or no in the app. Only when all said yes is it planned.
A no by anybody ends it quietly: all that is learnt is that it is not planned. When the
time comes without an answer, that is all that happens too (scenarios 21 and 23).
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from enum import StrEnum

from django.db import transaction
from django.db.models import Q, QuerySet

from notifications import outbox
from wellbeing import planning
from wellbeing.models import Membership, PastLimit, Role, Study
from wellbeing.past_limit_words import NoLimit, Words, words_of
from wellbeing.people.models import User


class State(StrEnum):
    WAITING = "waiting"
    PLANNED = "planned"
    NOT_PLANNED = "not planned"


class NobodyToDecide(Exception):
    """The study has no coordinator beside the one who asks and those at a limit."""


class AnsweredBefore(Exception):
    """The same plan was asked for before, and it is not planned."""


class NotTheirs(Exception):
    """This is not theirs to decide or to answer."""


class Over(Exception):
    """It is planned, or it is not planned: there is nothing left to answer."""


class LimitMoved(Exception):
    """It would go further past a limit now than what people were asked about."""


def ask(*, wanted: planning.Wanted, reason: str, by: User, at: datetime) -> PastLimit:
    """Ask to plan `wanted` past the limit that stops it; `reason` is one sentence.

    Asking for oneself is one's own yes; another still decides. Asking twice gives the
    row that is open; when its limit has moved meanwhile, it starts afresh. Raises what
    `planning.refuse` raises, Busy, NoLimit, NobodyToDecide or AnsweredBefore; nothing
    is written then.
    """
    with transaction.atomic():
        planning.one_plan_at_a_time(wanted.study)
        planning.refuse(wanted, at=at)
        words = words_of(wanted, at)
        if not somebody_decides(study=wanted.study, people=words.people, by=by, at=at):
            raise NobodyToDecide
        row = _asked_before(wanted)
        if row and state_of(row, at) is State.NOT_PLANNED:
            raise AnsweredBefore
        if row and _wanted_of(row) == wanted and words.covered_by(row):
            return row
        row = _afresh(row or PastLimit(study=wanted.study), wanted, words, by, at)
        row.reason = reason
        row.save()
        _tell(row, at)
    return row


def decide(*, wish: PastLimit, by: User, yes: bool, at: datetime) -> PastLimit:
    """A coordinator's word. The same word twice is one; a yes may become a no.

    Raises NotTheirs or Over, and for a yes that would plan it, what `answer` raises.
    """
    with transaction.atomic():
        row = _locked(wish)
        if not may_decide(wish=row, person=by, at=at):
            raise NotTheirs
        if row.decided_by_id == by.pk and row.decided_yes == yes:
            return row
        if state_of(row, at) is not State.WAITING or row.decided_by_id not in {
            None,
            by.pk,
        }:
            raise Over
        row.decided_by, row.decided_at, row.decided_yes = by, at, yes
        return _settle(row, at)


def answer(*, wish: PastLimit, by: User, yes: bool, at: datetime) -> PastLimit:
    """The word of somebody at a limit. The same twice is one; a yes may become a no.

    Raises NotTheirs or Over. A yes that would plan it asks once more whether it can be
    planned and raises LimitMoved or what `planning.refuse` raises; nothing is written
    then, and the yes can be given again later.
    """
    with transaction.atomic():
        row = _locked(wish)
        if by not in asked_people(row):
            raise NotTheirs
        if word_of(row, by) == yes:
            return row
        if state_of(row, at) is not State.WAITING:
            raise Over
        if by.pk == row.person_id:
            row.person_answered_at, row.person_yes = at, yes
        else:
            row.facilitator_answered_at, row.facilitator_yes = at, yes
        return _settle(row, at)


def asked_people(wish: PastLimit) -> list[User]:
    """Those at a limit, who are asked for their own word."""
    found = [wish.person] if wish.limit_words else []
    if wish.facilitator and wish.facilitator_words:
        found.append(wish.facilitator)
    return found


def word_of(wish: PastLimit, person: User) -> bool | None:
    """What somebody who is asked has said; None when they have said nothing yet."""
    if person.pk == wish.person_id:
        return wish.person_yes
    return wish.facilitator_yes


def words_about(wish: PastLimit, person: User) -> str:
    """The limits at which somebody who is asked is."""
    return wish.limit_words if person.pk == wish.person_id else wish.facilitator_words


def state_of(wish: PastLimit, at: datetime) -> State:
    """What everybody may know of it. A no, no answer in time and a plan that was taken
    off again look alike."""
    if wish.activity is not None and wish.activity.withdrawn_at is None:
        return State.PLANNED
    words = [word_of(wish, person) for person in asked_people(wish)]
    ended = wish.decided_yes is False or False in words
    if ended or _all_said_yes(wish) or wish.starts_at <= at:
        return State.NOT_PLANNED
    return State.WAITING


def _all_said_yes(wish: PastLimit) -> bool:
    words = [word_of(wish, person) for person in asked_people(wish)]
    return bool(wish.decided_yes and words and all(words))


def may_decide(*, wish: PastLimit, person: User, at: datetime) -> bool:
    """Whether a person coordinates the study today and is neither who asked nor whom it
    is about. One query."""
    about = asked_people(wish)
    deciders = _deciders(wish.study, [*about, wish.person, wish.asked_by], at)
    return deciders.filter(person=person).exists()


def visible_to(*, person: User, coordinating: Iterable[Study]) -> QuerySet[PastLimit]:
    """Those about oneself, and those of the studies that one coordinates."""
    about = Q(person=person, limit_words__gt="")
    about |= Q(facilitator=person, facilitator_words__gt="")
    rows = PastLimit.objects.filter(about | Q(study__in=list(coordinating)))
    return rows.select_related(
        "study", "person", "facilitator", "asked_by", "decided_by", "activity"
    )


def somebody_decides(
    *, study: Study, people: Collection[User], by: User, at: datetime
) -> bool:
    """Whether the study has a coordinator beside these people and who asks. One
    query."""
    return _deciders(study, [*people, by], at).exists()


def open_in(*, study: Study, at: datetime) -> QuerySet[PastLimit]:
    """What still waits for a word in a study, the next first. One query."""
    return _open(at).filter(study=study)


def open_for(*, person: User, at: datetime) -> QuerySet[PastLimit]:
    """What still waits for this person's own word. One query."""
    return _open(at).filter(
        Q(person=person, person_yes__isnull=True, limit_words__gt="")
        | Q(facilitator=person, facilitator_yes__isnull=True, facilitator_words__gt="")
    )


def _open(at: datetime) -> QuerySet[PastLimit]:
    rows = PastLimit.objects.filter(starts_at__gt=at, activity__isnull=True)
    for said in ("decided_yes", "person_yes", "facilitator_yes"):
        rows = rows.exclude(**{said: False})
    rows = rows.exclude(
        Q(decided_yes=True)
        & (Q(limit_words="") | Q(person_yes=True))
        & (Q(facilitator_words="") | Q(facilitator_yes=True))
    )
    return rows.select_related("study", "person", "asked_by").order_by(
        "starts_at", "pk"
    )


def _deciders(
    study: Study, besides: Collection[User], at: datetime
) -> QuerySet[Membership]:
    rows = Membership.objects.on(at.date()).with_role(Role.COORDINATOR)
    rows = rows.filter(study=study, person__is_active=True)
    return rows.exclude(person__in=besides)


def _asked_before(wanted: planning.Wanted) -> PastLimit | None:
    """The latest wish for this number, person and time that has no plan of its own."""
    rows = PastLimit.objects.filter(
        study=wanted.study,
        kind=wanted.kind,
        code__iexact=wanted.code,
        person=wanted.interviewer,
        starts_at=wanted.start,
        activity__isnull=True,
    )
    rows = rows.select_related("study", "person", "facilitator")
    return rows.order_by("-asked_at", "-pk").first()


def _afresh(
    row: PastLimit, wanted: planning.Wanted, words: Words, by: User, at: datetime
) -> PastLimit:
    """The row for this wish, with no word given: one given for another measure does not
    count for this one. Only to ask for oneself is the own yes."""
    row.kind, row.code, row.mode = wanted.kind, wanted.code, wanted.mode
    row.person, row.facilitator = wanted.interviewer, wanted.facilitator
    row.limit_words = words.of_interviewer
    row.facilitator_words = words.of_facilitator
    row.starts_at, row.minutes = wanted.start, wanted.minutes
    row.asked_by, row.asked_at = by, at
    row.decided_by = row.decided_at = row.decided_yes = None
    own = by == wanted.interviewer
    row.person_answered_at, row.person_yes = (at, True) if own else (None, None)
    own = by == wanted.facilitator
    row.facilitator_answered_at = at if own else None
    row.facilitator_yes = True if own else None
    return row


def _tell(row: PastLimit, at: datetime) -> None:
    """One quiet message to each who is asked. Nobody else is written to."""
    for person in [row.person, *([row.facilitator] if row.facilitator else [])]:
        group = _group(row, person)
        outbox.withdraw(group=group, at=at, reason="it was asked anew")
        if person not in asked_people(row) or word_of(row, person) is not None:
            continue
        outbox.plan(
            to=person,
            purpose="past_limit",
            template="past_limit_asked",
            key=f"{group}:{row.asked_at.isoformat()}",
            group=group,
            context={"path": f"/asked/{row.public_id}/"},
            at=at,
            expires_at=row.starts_at,
        )


def _group(row: PastLimit, person: User) -> str:
    return f"past-limit:{row.public_id}:{person.public_id}"


def _locked(wish: PastLimit) -> PastLimit:
    """The row as it stands, with the study's plan held: whoever comes second sees what
    the first did. Study first, always, so that two never wait for each other."""
    planning.one_plan_at_a_time(wish.study)
    rows = PastLimit.objects.select_related(
        "study", "person", "facilitator", "asked_by", "activity"
    )
    return rows.get(pk=wish.pk)


def _settle(row: PastLimit, at: datetime) -> PastLimit:
    """Plan it when all said yes, and keep what was said."""
    if _all_said_yes(row):
        wanted = _wanted_of(row)
        planning.refuse(wanted, at=at)
        _refuse_what_moved(row, wanted, at)
        row.activity = planning.put(
            wanted, by=row.asked_by, submission=row.public_id, at=at
        )
    row.save()
    over = state_of(row, at) is not State.WAITING
    for person in asked_people(row):
        if over or word_of(row, person) is not None:
            group = _group(row, person)
            outbox.withdraw(group=group, at=at, reason="there is nothing to answer")
    return row


def _wanted_of(row: PastLimit) -> planning.Wanted:
    return planning.Wanted(
        study=row.study,
        code=row.code,
        interviewer=row.person,
        facilitator=row.facilitator,
        start=row.starts_at,
        minutes=row.minutes,
        mode=row.mode,
        kind=next(kind for kind in planning.INTERVIEWS if kind == row.kind),
    )


def _refuse_what_moved(row: PastLimit, wanted: planning.Wanted, at: datetime) -> None:
    """People said yes to a measure. Less is fine, a limit that is free again too; more
    than that, or somebody else's limit, is another question."""
    try:
        now = words_of(wanted, at)
    except NoLimit:
        return
    if not now.covered_by(row):
        raise LimitMoved
