"""The words that a team gave to messages: versions, and which are in force.

They hold for every study of this house: a message is made from a template and its own
row, neither of which knows a study, so that none can be named by mistake.
"""

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet

from notifications.models import MessageText
from notifications.wording import Faces
from wellbeing.people.models import User

Edits = Mapping[str, Faces]
AS_SHIPPED = Faces()


class ChangedMeanwhile(Exception):
    """Somebody saved a newer version since this one was opened."""


class NoSuchVersion(Exception):
    """This message has no version of this number."""


def in_force() -> dict[str, Faces]:
    """The edited words of all messages, in one query: a sender asks once a batch."""
    newer = MessageText.objects.filter(
        message=OuterRef("message"), number__gt=OuterRef("number")
    )
    rows = MessageText.objects.filter(~Exists(newer))
    return {row.message: faces for row in rows if (faces := faces_of(row))}


def versions(name: str) -> QuerySet[MessageText]:
    """All versions of the words of one message, the one in force first."""
    rows = MessageText.objects.filter(message=name)
    return rows.select_related("changed_by").order_by("-number")


def newest(name: str) -> MessageText | None:
    return versions(name).first()


def faces_of(row: MessageText | None) -> Faces:
    return Faces(row.subject, row.words, row.sms) if row else AS_SHIPPED


def change(
    *, name: str, faces: Faces, opened: int, by: User, at: datetime
) -> MessageText | None:
    """Put new words in force. None when these are in force already.

    `opened` is the number of the version that the person looked at, 0 for none: two
    who edit at once do not undo each other. Raises ChangedMeanwhile.
    """
    last = newest(name)
    if (last.number if last else 0) != opened:
        raise ChangedMeanwhile(name)
    if faces_of(last) == faces:
        return None
    try:
        with transaction.atomic():
            return MessageText.objects.create(
                message=name,
                number=opened + 1,
                subject=faces.subject,
                words=faces.words,
                sms=faces.sms,
                changed_by=by,
                changed_at=at,
            )
    except IntegrityError as same_number:
        raise ChangedMeanwhile(name) from same_number


def back_to(*, name: str, number: int, opened: int, by: User, at: datetime) -> None:
    """Use an earlier version again, as a new one; 0 is what came with Alongside.

    Raises NoSuchVersion or ChangedMeanwhile.
    """
    earlier = versions(name).filter(number=number).first()
    if number and earlier is None:
        raise NoSuchVersion(name)
    change(name=name, faces=faces_of(earlier), opened=opened, by=by, at=at)
