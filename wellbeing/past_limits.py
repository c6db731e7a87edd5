"""Going past a limit: another coordinator's eyes, and the person's own yes.

A limit is the team's own number, and nobody passes it alone. A coordinator asks with a
reason; another one decides, never about themself and never about what they asked; and
the person says yes or no in the app. Only when both said yes is it planned. A no by
either ends it quietly: all that anybody learns is that it is not planned. When the time
comes without an answer, that is all that happens too (scenarios 21 and 23).
"""

import re
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from django.db import transaction
from django.db.models import Q, QuerySet

from notifications import outbox
from wellbeing import planning
from wellbeing.models import Membership, PastLimit, Role, Study
from wellbeing.people.models import User

MARK = re.compile(r"(\d+)( minutes)? (on that day|in \d+ days)\. The limit is (\d+)")


class State(StrEnum):
    WAITING = "waiting"
    PLANNED = "planned"
    NOT_PLANNED = "not planned"


class NoLimit(Exception):
    """No limit stops it any more: it can be planned as usual."""


class LimitOfAnother(Exception):
    """It is the facilitator who is at a limit; only an interviewer is asked."""


class NobodyToDecide(Exception):
    """The study has no coordinator beside the one who asks and the person."""


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
    `planning.refuse` raises, Busy, NoLimit, LimitOfAnother, NobodyToDecide or
    AnsweredBefore; nothing is written then.
    """
    with transaction.atomic():
        planning.one_plan_at_a_time(wanted.study)
        planning.refuse(wanted, at=at)
        words = _words_of(wanted, at)
        if not somebody_decides(
            study=wanted.study, person=wanted.interviewer, by=by, at=at
        ):
            raise NobodyToDecide
        row = _asked_before(wanted)
        if row and state_of(row, at) is State.NOT_PLANNED:
            raise AnsweredBefore
        if row and _wanted_of(row) == wanted and _covers(row.limit_words, words):
            return row
        row = _afresh(row or PastLimit(study=wanted.study), wanted, by, at)
        row.limit_words, row.reason = words, reason
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
    """The person's own word. The same word twice is one; a yes may become a no.

    Raises NotTheirs or Over. A yes that would plan it asks once more whether it can be
    planned and raises LimitMoved or what `planning.refuse` raises; nothing is written
    then, and the yes can be given again later.
    """
    with transaction.atomic():
        row = _locked(wish)
        if by.pk != row.person_id:
            raise NotTheirs
        if row.person_yes == yes:
            return row
        if state_of(row, at) is not State.WAITING:
            raise Over
        row.person_answered_at, row.person_yes = at, yes
        return _settle(row, at)


def state_of(wish: PastLimit, at: datetime) -> State:
    """What everybody may know of it. A no, no answer in time and a plan that was taken
    off again look alike."""
    if wish.activity is not None and wish.activity.withdrawn_at is None:
        return State.PLANNED
    ended = wish.decided_yes is False or wish.person_yes is False
    both = bool(wish.decided_yes and wish.person_yes)
    if ended or both or wish.starts_at <= at:
        return State.NOT_PLANNED
    return State.WAITING


def may_decide(*, wish: PastLimit, person: User, at: datetime) -> bool:
    """Whether a person coordinates the study today and is neither who asked nor whom it
    is about. One query."""
    deciders = _deciders(wish.study, wish.person, wish.asked_by, at)
    return deciders.filter(person=person).exists()


def visible_to(*, person: User, coordinating: Iterable[Study]) -> QuerySet[PastLimit]:
    """One's own, and those of the studies that one coordinates."""
    rows = PastLimit.objects.filter(Q(person=person) | Q(study__in=list(coordinating)))
    return rows.select_related(
        "study", "person", "facilitator", "asked_by", "decided_by", "activity"
    )


def somebody_decides(*, study: Study, person: User, by: User, at: datetime) -> bool:
    """Whether the study has a coordinator beside the person and who asks. One query."""
    return _deciders(study, person, by, at).exists()


def open_in(*, study: Study, at: datetime) -> QuerySet[PastLimit]:
    """What still waits for a word in a study, the next first. One query."""
    return _open(at).filter(study=study)


def open_for(*, person: User, at: datetime) -> QuerySet[PastLimit]:
    """What still waits for this person's own word. One query."""
    return _open(at).filter(person=person, person_yes__isnull=True)


def _open(at: datetime) -> QuerySet[PastLimit]:
    rows = PastLimit.objects.filter(starts_at__gt=at, activity__isnull=True)
    rows = rows.exclude(decided_yes=False).exclude(person_yes=False)
    rows = rows.exclude(decided_yes=True, person_yes=True)
    return rows.select_related("study", "person", "asked_by").order_by(
        "starts_at", "pk"
    )


def _deciders(
    study: Study, person: User, asked_by: User, at: datetime
) -> QuerySet[Membership]:
    rows = Membership.objects.on(at.date()).with_role(Role.COORDINATOR)
    rows = rows.filter(study=study, person__is_active=True)
    return rows.exclude(person__in=[person, asked_by])


def _words_of(wanted: planning.Wanted, at: datetime) -> str:
    """The limits that stop it, in at most 200 characters. Raises NoLimit or
    LimitOfAnother."""
    words = planning.at_limit(wanted, at=at)
    if not words:
        raise NoLimit
    if any(word.person != wanted.interviewer for word in words):
        raise LimitOfAnother
    return fitting([word.notice.sentence for word in words])


def fitting(sentences: list[str]) -> str:
    """The sentences in the 200 characters that the row has for them."""
    said = " ".join(sentences)
    return (said if len(said) <= 200 else said.replace("This would be ", ""))[:200]


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
    row: PastLimit, wanted: planning.Wanted, by: User, at: datetime
) -> PastLimit:
    """The row for this wish, with no word given: one given for another measure does not
    count for this one. Only to ask for oneself is the own yes."""
    row.kind, row.code, row.mode = wanted.kind, wanted.code, wanted.mode
    row.person, row.facilitator = wanted.interviewer, wanted.facilitator
    row.starts_at, row.minutes = wanted.start, wanted.minutes
    row.asked_by, row.asked_at = by, at
    row.decided_by = row.decided_at = row.decided_yes = None
    own = by == wanted.interviewer
    row.person_answered_at, row.person_yes = (at, True) if own else (None, None)
    return row


def _tell(row: PastLimit, at: datetime) -> None:
    """One quiet message to the person. Nobody else is written to."""
    outbox.withdraw(group=_group(row), at=at, reason="it was asked anew")
    if row.person_yes is not None:
        return
    outbox.plan(
        to=row.person,
        purpose="past_limit",
        template="past_limit_asked",
        key=f"{_group(row)}:{row.asked_at.isoformat()}",
        group=_group(row),
        context={"path": f"/asked/{row.public_id}/"},
        at=at,
        expires_at=row.starts_at,
    )


def _group(row: PastLimit) -> str:
    return f"past-limit:{row.public_id}"


def _locked(wish: PastLimit) -> PastLimit:
    """The row as it stands, with the study's plan held: whoever comes second sees what
    the first did. Study first, always, so that two never wait for each other."""
    planning.one_plan_at_a_time(wish.study)
    rows = PastLimit.objects.select_related(
        "study", "person", "facilitator", "asked_by", "activity"
    )
    return rows.get(pk=wish.pk)


def _settle(row: PastLimit, at: datetime) -> PastLimit:
    """Plan it when both said yes, and keep what was said."""
    if row.decided_yes and row.person_yes:
        wanted = _wanted_of(row)
        planning.refuse(wanted, at=at)
        _refuse_what_moved(row, wanted, at)
        row.activity = planning.put(
            wanted, by=row.asked_by, submission=row.public_id, at=at
        )
    row.save()
    if row.person_yes is not None or row.decided_yes is False:
        outbox.withdraw(group=_group(row), at=at, reason="there is nothing to answer")
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
        now = _words_of(wanted, at)
    except NoLimit:
        return
    except LimitOfAnother:
        raise LimitMoved from None
    if not _covers(row.limit_words, now):
        raise LimitMoved


def _covers(agreed: str, now: str) -> bool:
    """Whether what was asked goes at least as far, limit by limit, as it would now."""
    known, wanted = _measures(agreed), _measures(now)
    return bool(wanted) and all(
        count <= known.get(limit, 0) for limit, count in wanted.items()
    )


def _measures(words: str) -> dict[tuple[str, str, str], int]:
    """How far past which limit: `number 4 in 7 days. The limit is 3` is 4."""
    return {
        (unit, where, limit): int(count)
        for count, unit, where, limit in MARK.findall(words)
    }
