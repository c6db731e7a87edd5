"""Asking, once for each reason, and taking the question back."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from checkins import links, own_forms
from checkins.models import Choice, Invitation
from notifications import outbox
from wellbeing.people.models import User

KEPT_FOR = timedelta(days=90)
GROUP = "check-in"
AGAIN = "again:"


class UnknownForm(Exception):
    """There is no form of that name."""


class SubjectTaken(Exception):
    """The subject names an invitation of somebody else."""


@dataclass(frozen=True)
class Question:
    """What is to be asked once for its `subject`, from `ask_at` until `closes_at`.
    `because` is a sentence for the person."""

    subject: str
    form: str
    because: str
    ask_at: datetime
    closes_at: datetime


def invite(
    *,
    person: User,
    subject: str,
    form: str,
    because: str,
    ask_at: datetime,
    closes_at: datetime,
    at: datetime,
    readers: Collection[User] = (),
) -> Invitation | None:
    """Ask `person` one thing; see `invite_to`."""
    question = Question(subject, form, because, ask_at, closes_at)
    found = invite_to(questions=[question], person=person, at=at, readers=readers)
    return found[0] if found else None


def invite_to(
    *,
    questions: Collection[Question],
    person: User,
    at: datetime,
    readers: Collection[User] = (),
) -> list[Invitation]:
    """Ask `person` each question once; one invitation for each subject.

    Repeating it changes nothing but the readers who can be chosen and, before it was
    asked, its times. One that was taken back is asked again. None, and no row, when the
    person paused or stopped these, or when it would close at once. The number of
    queries hardly grows with the questions. Raises UnknownForm and SubjectTaken.
    """
    if unknown := own_forms.unknown({question.form for question in questions}):
        raise UnknownForm(", ".join(sorted(unknown)))
    open_ones = [q for q in questions if q.closes_at > max(at, q.ask_at)]
    if not open_ones:
        return []
    others = [reader for reader in readers if reader.pk != person.pk]
    with transaction.atomic():
        hold(person)
        if Choice.objects.filter(person=person).resting().exists():
            return []
        there = {
            row.subject: row
            for row in Invitation.objects.filter(
                subject__in=[question.subject for question in open_ones]
            )
        }
        for question in open_ones:
            if found := there.get(question.subject):
                _again(found, question, person, others, at)
        new = [q for q in open_ones if q.subject not in there]
        made = _ask(new, person, others, at)
    return [*(there[q.subject] for q in open_ones if q.subject in there), *made]


def _again(
    found: Invitation,
    question: Question,
    person: User,
    readers: list[User],
    at: datetime,
) -> None:
    if found.person_id != person.pk:
        raise SubjectTaken(question.subject)
    _renew(found, question.ask_at, question.closes_at, at)
    found.readers.set(readers)


def _ask(
    questions: list[Question], person: User, readers: list[User], at: datetime
) -> list[Invitation]:
    """New invitations, who may be shown the answers, and the quiet mails."""
    made = Invitation.objects.bulk_create(
        Invitation(
            subject=question.subject,
            person=person,
            form=question.form,
            because=question.because,
            ask_at=question.ask_at,
            closes_at=question.closes_at,
            made_at=at,
        )
        for question in questions
    )
    through = Invitation.readers.through
    through.objects.bulk_create(
        through(invitation=invitation, user=reader)
        for invitation in made
        for reader in readers
    )
    for invitation in made:
        _tell(invitation, at)
    return made


def withdraw(*, subject: str, at: datetime) -> None:
    """Take the question back, with its message. One that was answered stays."""
    with transaction.atomic():
        for invitation in Invitation.objects.untouched().filter(subject=subject):
            _withdraw(invitation, at, "the check-in was taken back")


def withdraw_waiting(*, person: User, at: datetime, reason: str) -> None:
    """Take back every question that this person has not answered yet."""
    for invitation in Invitation.objects.untouched().filter(person=person):
        _withdraw(invitation, at, reason)


def quieten(*, invitation: Invitation, at: datetime, reason: str) -> None:
    """The message that still waits for this invitation is not needed any more."""
    outbox.withdraw(group=group_of(invitation), at=at, reason=reason)


def group_of(invitation: Invitation) -> str:
    """The name under which the outbox keeps this invitation's message."""
    return f"{GROUP}:{invitation.public_id}"


def hold(person: User) -> None:
    """Take turns on one person, so that nothing is asked while they pause it.

    SQLite needs no row lock: its transactions begin with the write lock.
    """
    rows = User.objects.select_for_update(no_key=True).filter(pk=person.pk)
    list(rows.values_list("pk", flat=True))


def ask_again(*, invitation: Invitation, days: int, at: datetime) -> Invitation | None:
    """Ask once more, `days` days from now, at the hour of the first time.

    The hour is wall time in the person's zone. It stays open as long as the first.
    """
    person = invitation.person
    zone = ZoneInfo(person.time_zone)
    first = invitation.ask_at.astimezone(zone)
    day: date = at.astimezone(zone).date() + timedelta(days=days)
    ask_at = datetime.combine(day, first.time(), zone).astimezone(at.tzinfo)
    return invite(
        person=person,
        subject=f"{AGAIN}{invitation.public_id}",
        form=invitation.form,
        because="We ask because you wanted to be asked again.",
        ask_at=ask_at,
        closes_at=ask_at + (invitation.closes_at - invitation.ask_at),
        at=at,
        readers=list(invitation.readers.all()),
    )


def purge(*, at: datetime) -> int:
    """Delete invitations that closed 90 days ago; how many. Answers are the vault's."""
    old = Invitation.objects.filter(closes_at__lt=at - KEPT_FOR, answer__isnull=True)
    return old.delete()[1].get("checkins.Invitation", 0)


def _renew(
    invitation: Invitation, ask_at: datetime, closes_at: datetime, at: datetime
) -> None:
    """Follow a change of times, or ask again what was taken back."""
    if invitation.answered_at or invitation.skipped_at:
        return
    moved = (invitation.ask_at, invitation.closes_at) != (ask_at, closes_at)
    asked = invitation.withdrawn_at is None and invitation.ask_at <= at
    if asked or not (moved or invitation.withdrawn_at):
        return
    quieten(invitation=invitation, at=at, reason="the check-in was moved")
    told = invitation.withdrawn_at is not None and invitation.ask_at <= at
    invitation.ask_at, invitation.closes_at = ask_at, closes_at
    invitation.withdrawn_at, invitation.made_at = None, at
    invitation.save(update_fields=["ask_at", "closes_at", "withdrawn_at", "made_at"])
    # A mail may have gone out before; the page shows the question, and that will do.
    if not told:
        _tell(invitation, at)


def _withdraw(invitation: Invitation, at: datetime, reason: str) -> None:
    rows = Invitation.objects.untouched().filter(pk=invitation.pk)
    if rows.update(withdrawn_at=at):
        quieten(invitation=invitation, at=at, reason=reason)


def _tell(invitation: Invitation, at: datetime) -> None:
    """One quiet mail. `made_at` in the key lets a check-in that moved be told anew."""
    outbox.plan(
        to=invitation.person,
        purpose="check_in",
        template="check_in",
        key=f"check-in:{invitation.public_id}:{invitation.made_at.isoformat()}",
        group=group_of(invitation),
        context={
            "path": links.unsigned(invitation.public_id, links.ANSWER),
            "stop_path": links.unsigned(invitation.public_id, links.STOP),
            "closes_at": invitation.closes_at.isoformat(),
        },
        at=at,
        not_before=max(invitation.ask_at, at),
        expires_at=invitation.closes_at,
        # The person wished to be asked again on this very day.
        answers=invitation.subject.startswith(AGAIN),
    )
