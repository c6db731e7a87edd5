"""Questions that a person may answer, skip, pause or stop. Says nothing to anyone."""

import uuid
from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

User = settings.AUTH_USER_MODEL


class Instrument(models.Model):
    """Questions that a team brought itself. Holds no answer and nobody's name.

    `key` is made from the words, which never change; see `own_forms`. Kept as long as
    an answer to them may be read.
    """

    key = models.CharField(max_length=32, unique=True)
    content = models.JSONField()

    def __str__(self) -> str:
        return self.key


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self, at: datetime) -> Self:
        """Those that a person may answer now."""
        return self.untouched().filter(ask_at__lte=at, closes_at__gt=at)

    def untouched(self) -> Self:
        """Neither answered, nor skipped, nor taken back."""
        return self.filter(
            answered_at__isnull=True,
            skipped_at__isnull=True,
            withdrawn_at__isnull=True,
        )

    def for_person(self, person: object) -> Self:
        return self.filter(person=person)


class Invitation(models.Model):
    """One invitation to answer one form once.

    What: which form, from when until when, and whether it was answered or skipped. Who
    sees it: the person alone. Whether somebody answered is itself private. `subject` is
    the natural key that the protocol gave. `readers` are those whom the person may
    choose to show the answer to; none of them sees this row. Deleted with its answer
    after the retention time, at most 90 days.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    subject = models.CharField(max_length=120, unique=True)
    person = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="check_in_invitations"
    )
    form = models.CharField(max_length=32)
    because = models.TextField()
    readers = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")
    ask_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    made_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    skipped_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects: ClassVar[InvitationQuerySet] = InvitationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = [models.Index(fields=["person", "ask_at"], name="invitation_person")]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at__gt=models.F("ask_at")),
                name="invitation_stays_open_a_while",
            )
        ]

    def __str__(self) -> str:
        return f"check-in {self.public_id}"

    def is_open(self, at: datetime) -> bool:
        """The same as `open` above, for a row in hand."""
        touched = self.answered_at or self.skipped_at or self.withdrawn_at
        return not touched and self.ask_at <= at < self.closes_at


class AnswerQuerySet(models.QuerySet["Answer"]):
    def for_person(self, person: object) -> Self:
        return self.filter(invitation__person=person)


class Answer(models.Model):
    """What a person answered, as a pointer to the sealed record. Goes when that goes.

    Who sees it: the person, and whoever the person chose for this one answer. There is
    no score, and nothing here can be counted by a coordinator.
    """

    invitation = models.OneToOneField(
        Invitation, on_delete=models.CASCADE, related_name="answer"
    )
    record = models.OneToOneField(
        "vault.Record", on_delete=models.CASCADE, related_name="+"
    )

    objects: ClassVar[AnswerQuerySet] = AnswerQuerySet.as_manager()  # type: ignore[assignment]

    def __str__(self) -> str:
        return f"answer to check-in {self.invitation_id}"


class ChoiceQuerySet(models.QuerySet["Choice"]):
    def resting(self) -> Self:
        """Those who are asked nothing at present."""
        return self.filter(Q(paused_at__isnull=False) | Q(stopped_at__isnull=False))


class Choice(models.Model):
    """How one person wants check-ins: as usual, paused, or stopped; and who may read.

    Who sees it: the person alone. `shared_with` is ticked on the next forms until
    changed; empty means only me. Check-ins asked before `counted_from` do not count as
    without an answer any more. Kept until the person is erased.
    """

    person = models.OneToOneField(
        User, on_delete=models.CASCADE, primary_key=True, related_name="check_in_choice"
    )
    paused_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    counted_from = models.DateTimeField(null=True)
    shared_with = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+"
    )

    objects: ClassVar[ChoiceQuerySet] = ChoiceQuerySet.as_manager()  # type: ignore[assignment]

    def __str__(self) -> str:
        return f"check-in choice of person {self.person_id}"

    @property
    def resting(self) -> bool:
        return bool(self.paused_at or self.stopped_at)
