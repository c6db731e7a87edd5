"""What a person answered: sealed, theirs alone unless they say otherwise.

Answering, skipping and showing notify nobody, whatever was answered.
"""

from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from django.db import transaction
from django.views.decorators.debug import sensitive_variables

from checkins import choices, instruments, invitations, own_forms
from checkins.models import Answer, Invitation
from wellbeing.people.models import User
from wellbeing.vault import sealing

Share = Literal["me", "person", "once"]

KIND = "check_in"
DAYS_KEPT = 90
DAYS_UNTIL = {"tomorrow": 1, "week": 7}


class NotOpen(Exception):
    """This check-in was skipped, taken back, has closed, or is not open yet."""


class NotAReader(Exception):
    """That person is not among those whom this check-in can be shown to."""


@sensitive_variables()
def save(
    *,
    invitation: Invitation,
    person: User,
    answers: instruments.Answers,
    share: Share,
    share_with: User | None,
    again: str,
    at: datetime,
) -> Answer:
    """Seal the answers of `person` once. A second time gives the first, unchanged.

    "once" lets `share_with` read this one; "person" also suggests them on the next
    forms. `again`: "tomorrow", "week", "pause", anything else is as usual. Kept 90
    days. Raises NotOpen and NotAReader.
    """
    reader = None if share == "me" else share_with
    with transaction.atomic():
        invitations.hold(person)
        if not _claim(invitation, person, at):
            return _first_answer(invitation, person)
        if reader and not may_be_shown_to(invitation, reader):
            raise NotAReader(invitation.public_id)
        answer = _sealed(invitation, answers, reader, at)
        if share == "person":
            choices.show_next_to(person=person, reader=reader)
        invitations.quieten(invitation=invitation, at=at, reason="answered already")
        _ask_again(invitation, again, at)
    return answer


def skip(*, invitation: Invitation, person: User, at: datetime) -> None:
    """Leave this one out. Skipping twice is skipping. Raises NotOpen."""
    with transaction.atomic():
        mine = Invitation.objects.for_person(person).filter(pk=invitation.pk)
        if mine.open(at).update(skipped_at=at):
            invitations.quieten(invitation=invitation, at=at, reason="skipped")
        elif not mine.filter(skipped_at__isnull=False).exists():
            raise NotOpen(invitation.public_id)


@sensitive_variables()
def read(*, answer: Answer, reader: User) -> list[tuple[str, str]]:
    """Each question with what was chosen. Raises sealing.NotForYou and Tampered."""
    content = sealing.open_record(record=answer.record, reader=reader)
    return instruments.lines(own_forms.form_of(content["form"]), content["answers"])


def show(*, answer: Answer, reader: User, at: datetime) -> None:
    """Let one more person read this answer. They are not told. Raises NotAReader."""
    if not may_be_shown_to(answer.invitation, reader):
        raise NotAReader(answer.invitation.public_id)
    owner = answer.invitation.person
    sealing.share(record=answer.record, owner=owner, reader=reader, on=_day(owner, at))


def hide(*, answer: Answer, reader: User) -> None:
    """Take one reader off this answer. What was read cannot be unread."""
    sealing.withdraw_share(record=answer.record, reader=reader)


def delete(*, answer: Answer) -> None:
    """Delete the answer and every key to it. The check-in is not asked again."""
    sealing.delete(record=answer.record)


def may_be_shown_to(invitation: Invitation, reader: User) -> bool:
    return invitation.readers.filter(pk=reader.pk, is_active=True).exists()


def _claim(invitation: Invitation, person: User, at: datetime) -> bool:
    """Of two tabs one answers: the row lets itself be answered once."""
    mine = Invitation.objects.for_person(person).filter(pk=invitation.pk)
    return bool(mine.open(at).update(answered_at=at))


def _first_answer(invitation: Invitation, person: User) -> Answer:
    mine = Answer.objects.for_person(person).select_related("invitation", "record")
    answer = mine.filter(invitation_id=invitation.pk).first()
    if answer is None:
        raise NotOpen(invitation.public_id)
    return answer


@sensitive_variables()
def _sealed(
    invitation: Invitation,
    answers: instruments.Answers,
    reader: User | None,
    at: datetime,
) -> Answer:
    form = own_forms.form_of(invitation.form)
    record = sealing.seal(
        kind=KIND,
        author=invitation.person,
        readers=[reader] if reader else [],
        content={"form": form.key, "answers": instruments.kept(form, answers)},
        on=_day(invitation.person, at),
        days=DAYS_KEPT,
    )
    return Answer.objects.create(invitation=invitation, record=record)


def _ask_again(invitation: Invitation, again: str, at: datetime) -> None:
    if again == "pause":
        choices.pause(person=invitation.person, at=at)
    elif days := DAYS_UNTIL.get(again):
        invitations.ask_again(invitation=invitation, days=days, at=at)


def _day(person: User, at: datetime) -> date:
    return at.astimezone(ZoneInfo(person.time_zone)).date()
