"""The texts that a team agreed, as they stood."""

import uuid
from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from wellbeing.models.study import Study

User = settings.AUTH_USER_MODEL


class ProtocolVersionQuerySet(models.QuerySet["ProtocolVersion"]):
    def in_force(self, study: Study, at: datetime) -> "ProtocolVersion | None":
        """The version active at an instant; of two, the one that started later."""
        return (
            self.filter(study=study, active_from__lte=at)
            .order_by("-active_from", "-number")
            .first()
        )


class ProtocolVersion(models.Model):
    """The text that a team agreed, as it stood. Immutable: `save` refuses a change, and
    so does the database (`wellbeing.signed_history`).

    Signed history hangs on it, so it is never deleted while its study exists.
    """

    study = models.ForeignKey(
        Study, on_delete=models.PROTECT, related_name="protocol_versions"
    )
    number = models.PositiveIntegerField()
    text = models.TextField()
    digest = models.CharField(max_length=64)
    reason = models.CharField(max_length=200)
    active_from = models.DateTimeField()
    made_at = models.DateTimeField()

    objects: ClassVar[ProtocolVersionQuerySet] = ProtocolVersionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["study", "number"], name="protocol_version_numbered_once"
            )
        ]

    def __str__(self) -> str:
        return f"protocol of study {self.study_id}, version {self.number}"

    def save(self, *args: object, **kwargs: object) -> None:
        if not self._state.adding:
            raise ValidationError(
                "A protocol version is never changed. Make a new one."
            )
        super().save(*args, **kwargs)  # type: ignore[arg-type]


class DraftQuerySet(models.QuerySet["Draft"]):
    def in_review(self) -> Self:
        return self.filter(
            sent_at__isnull=False, version__isnull=True, withdrawn_at__isnull=True
        )

    def being_written(self) -> Self:
        return self.filter(sent_at__isnull=True, withdrawn_at__isnull=True)


class Draft(models.Model):
    """A protocol text on its way to being a version.

    What: the text, who wrote it, when it went into review and what became of it. Who
    sees it: everybody in the study, from the first word. A draft in review is never
    changed: who changes the text takes the signatures off it (`sent_at` empties). It is
    kept with its signatures for as long as the study.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="drafts")
    text = models.TextField()
    reason = models.CharField(max_length=200)
    ethics_reference = models.CharField(max_length=80, blank=True)
    active_from = models.DateField(null=True, blank=True)
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    version = models.OneToOneField(
        ProtocolVersion, on_delete=models.PROTECT, null=True, related_name="draft"
    )

    objects: ClassVar[DraftQuerySet] = DraftQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["study"],
                condition=Q(version__isnull=True, withdrawn_at__isnull=True),
                name="one_draft_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"draft {self.public_id}"


class DraftComment(models.Model):
    """What one member says of a draft in review; an objection must be answered first.

    Who sees it: everybody in the study, with the name. Kept as long as the draft.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="comments")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = models.TextField(max_length=2000)
    objection = models.BooleanField(default=False)
    answer = models.TextField(max_length=2000, blank=True)
    answered_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"comment {self.public_id}"


class Signature(models.Model):
    """That one member signed one draft, for one constituency, with their own hand.

    Who sees it: everybody in the study, for good: it is the signed history.
    """

    draft = models.ForeignKey(
        Draft, on_delete=models.CASCADE, related_name="signatures"
    )
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    constituency = models.CharField(max_length=24)
    text_digest = models.CharField(max_length=64)
    signed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["draft", "person"], name="signature_once_per_person"
            )
        ]

    def __str__(self) -> str:
        return f"signature of person {self.person_id}"


class ChangeProposal(models.Model):
    """A change to the protocol that anybody on the team proposed, and its outcome.

    Who sees it: everybody in the study; the name only if the person wished it.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="proposals")
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    text = models.TextField(max_length=2000)
    at = models.DateTimeField()
    outcome = models.TextField(max_length=2000, blank=True)
    decided_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"proposal {self.public_id}"
