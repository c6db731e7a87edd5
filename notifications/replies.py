"""LATER, SKIP and MOVE, answered by text to the one message that they are about.

Each does the least that it could mean, and no more. LATER brings the text once more.
SKIP keeps further messages about the same thing away. MOVE brings a link: a text never
moves or cancels a time, and never turns down support. What a word means for the thing
itself, such as a question to be left out, is for the app that asked it: it takes up the
open replies of its own purpose.

The word counts for the latest text to the one person with that number, for a day and
while the text is of use. Where it is not certain which text or whose number is meant,
or where the word says nothing about such a text, nothing happens and nothing is kept.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max

from notifications import outbox, timing
from notifications.models import Message, Reply, State
from wellbeing.people.models import Contact, User

LATER, SKIP, MOVE, HELP = "LATER", "SKIP", "MOVE", "HELP"
KNOWN = frozenset({LATER, SKIP, MOVE, HELP})
WITHIN = timedelta(hours=24)
ANSWER_OF_USE = timedelta(hours=1)
PURPOSE = "reply"

# Which words say something about which texts.
_WORDS = {
    "booking_reminder": frozenset({LATER, SKIP, MOVE}),
    "booking_notice": frozenset({MOVE}),
    "offer": frozenset({LATER, SKIP, MOVE}),
    "check_in": frozenset({LATER, SKIP}),
}
_HERE = (State.ACCEPTED, State.DELIVERED)


@dataclass(frozen=True)
class Open:
    """A word that waits for the app above: what it answered, and when it was said."""

    pk: int
    group: str
    person: User
    said_at: datetime


def take(*, phone: str, word: str, at: datetime) -> None:
    """Do what the word asks for, once for each text.

    One transaction: a process that dies in it leaves nothing, and the provider calls
    again. The message is locked, so that a change of the thing that it is about comes
    wholly before or wholly after.
    """
    with transaction.atomic():
        if word == HELP:
            _explain(phone, at)
            return
        message = _answered(phone, at)
        if message is None or word not in _WORDS.get(message.purpose, ()):
            return
        if reply := _first_time(message, word, at):
            _act(message, reply, phone, at)


def open_ones(*, purpose: str, word: str) -> list[Open]:
    """The words that texts of this purpose got and that nobody has taken up yet."""
    rows = Reply.objects.filter(
        message__purpose=purpose, word=word, taken_up_at=None
    ).select_related("message__person")
    return [
        Open(row.pk, row.message.group, row.message.person, row.said_at)
        for row in rows.order_by("said_at", "pk")
        if row.message.person is not None
    ]


def take_up(*, reply: Open, at: datetime) -> bool:
    """Whether this caller is the one who takes it up. Call it in the transaction that
    does what the word asks for."""
    rows = Reply.objects.filter(pk=reply.pk, taken_up_at=None)
    return bool(rows.update(taken_up_at=at))


def _answered(phone: str, at: datetime) -> Message | None:
    """The text that a word from this number is about, locked; None in any doubt."""
    person = _only_one(_owners(phone))
    if person is None:
        return None
    texts = Message.objects.filter(person=person, channel="sms", state__in=_HERE)
    latest = (
        texts.exclude(purpose=PURPOSE)
        .annotate(left_at=Max("tries__started_at"))
        .filter(left_at__gt=at - WITHIN, left_at__lte=at)
        .order_by("-left_at", "-pk")
        .first()
    )
    if latest is None or latest.address:
        return None
    rows = Message.objects.select_for_update(of=("self",)).select_related("person")
    return rows.filter(
        pk=latest.pk, state__in=_HERE, withdrawn_at=None, expires_at__gt=at
    ).first()


def _owners(phone: str) -> list[Contact]:
    """Those who have proved that the number is theirs, and take texts."""
    rows = Contact.objects.filter(phone=phone, person__is_active=True)
    rows = rows.select_related("person").order_by("pk")
    return [row for row in rows if row.takes_sms()]


def _only_one(owners: Iterable[Contact]) -> User | None:
    people = [owner.person for owner in owners]
    return people[0] if len(people) == 1 else None


def _first_time(message: Message, word: str, at: datetime) -> Reply | None:
    """The row of this word, or None when it was said before. The lock on the message
    makes two at once take turns."""
    if Reply.objects.filter(message=message, word=word).exists():
        return None
    return Reply.objects.create(message=message, word=word, said_at=at)


def _act(message: Message, reply: Reply, phone: str, at: datetime) -> None:
    """What can be done without knowing what the message is about."""
    done = True
    if reply.word == LATER:
        _once_more(message, at)
    elif reply.word == SKIP and message.purpose in {"offer", "check_in"}:
        outbox.withdraw(group=message.group, at=at, reason="you answered SKIP")
        done = message.purpose == "offer"
    else:
        _answer(message, phone, reply, at)
    if done:
        Reply.objects.filter(pk=reply.pk).update(taken_up_at=at)


def _once_more(message: Message, at: datetime) -> None:
    """The same text again, later and out of quiet hours; by mail when those last until
    it would be too late. It stands in the group of the first, so that it falls with it.
    """
    wanted = timing.once_more(at=at, expires_at=message.expires_at)
    if wanted is None:
        return
    outbox.plan(
        to=message.person,
        purpose=message.purpose,
        template=message.template,
        key=f"later:{message.public_id}",
        group=message.group,
        context=message.context,
        at=at,
        not_before=wanted,
        expires_at=message.expires_at,
        channel="sms",
        priority=message.priority,
        answers=True,
    )


def _answer(message: Message, phone: str, reply: Reply, at: datetime) -> None:
    """One text with a link. At night too, since the person has just asked for it."""
    outbox.plan(
        to=message.person,
        address=phone,
        channel="sms",
        purpose=PURPOSE,
        template="reply_move" if reply.word == MOVE else "reply_skip",
        key=f"reply:{reply.word}:{message.public_id}",
        group=message.group,
        context={"path": message.context.get("path", "/")},
        at=at,
        expires_at=min(at + ANSWER_OF_USE, message.expires_at),
        priority=2,
    )


def _explain(phone: str, at: datetime) -> None:
    """What can be answered: one text a day to a number that takes texts. It says
    nothing about anybody, so it does not matter whose number it is."""
    if not (owners := _owners(phone)):
        return
    owner = owners[0].person
    outbox.plan(
        to=owner,
        address=phone,
        channel="sms",
        purpose=PURPOSE,
        template="reply_help",
        key=f"reply:HELP:{owner.public_id}:{at:%Y%m%d}",
        group=f"reply:{owner.public_id}",
        context={"path": "/settings/"},
        at=at,
        expires_at=at + ANSWER_OF_USE,
        priority=2,
    )
