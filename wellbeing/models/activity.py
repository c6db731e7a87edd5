"""What people did or plan to do, who took part, and what was brought in from files."""

import uuid
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from wellbeing.models.study import Role, Study

User = settings.AUTH_USER_MODEL


class ImportBatch(models.Model):
    """One file that was brought in, so that one press can take it all back.

    Holds the file's name and digest, not the file, and the keys of the people it added.
    Who sees it: coordinators.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    study = models.ForeignKey(
        Study, on_delete=models.CASCADE, related_name="import_batches"
    )
    file_name = models.CharField(max_length=120)
    digest = models.CharField(max_length=64)
    people_added = models.JSONField(default=list)
    made_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    made_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"import {self.public_id}"


class ActivityQuerySet(models.QuerySet["Activity"]):
    def done(self) -> Self:
        """Things that happened and still stand."""
        return self.filter(logged_at__isnull=False, withdrawn_at__isnull=True)

    def planned(self) -> Self:
        """Things that are still to come, or whose log is awaited."""
        return self.filter(logged_at__isnull=True, withdrawn_at__isnull=True)


class Activity(models.Model):
    """A thing that people did, or plan to do, that exposes them to hard material.

    What: kind, code, when, how; never anything about a participant. Why: the protocol
    and the load. Who sees it: those who took part, and coordinators. The code can be
    matched to published quotations, so it goes into no message. `logged_at` empty means
    planned; a log keeps the plan's times in `planned_start` and `planned_minutes`.
    `submission` makes twenty posts of one form one row; `import_key` does it for files.
    `marked` is the one yes or no that a protocol may ask about the material (never what
    was said), `level` what the material was marked as beforehand, `again` a second
    reading, `audio_minutes` the length of a recording, `closing_minutes` the closing
    round inside a meeting. Kept as the study's own rules say.
    """

    class Kind(models.TextChoices):
        INTERVIEW = "interview", "interview"
        SURVEY_INTERVIEW = "survey_interview", "survey interview"
        CODING = "coding", "transcript coded"
        TRANSCRIPTION = "transcription", "recording transcribed"
        GROUP_CODING = "group_coding", "coding together"
        ANALYSIS_MEETING = "analysis_meeting", "analysis meeting"

    class Level(models.TextChoices):
        """What the material holds, as the study marked it beforehand."""

        PLAIN = "plain", "plain"
        NOTED = "noted", "with a content note"
        HEAVY = "heavy", "heavy"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    study = models.ForeignKey(
        Study, on_delete=models.PROTECT, related_name="activities"
    )
    kind = models.CharField(max_length=20, choices=Kind.choices)
    code = models.CharField(max_length=32, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    mode = models.CharField(max_length=16, blank=True)
    companion = models.BooleanField(null=True)
    marked = models.BooleanField(null=True)
    level = models.CharField(max_length=8, blank=True, choices=Level.choices)
    again = models.BooleanField(default=False)
    audio_minutes = models.PositiveIntegerField(null=True)
    closing_minutes = models.PositiveSmallIntegerField(null=True)
    planned_start = models.DateTimeField(null=True)
    planned_at = models.DateTimeField(null=True)
    planned_minutes = models.PositiveIntegerField(null=True)
    planned_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    logged_at = models.DateTimeField(null=True)
    logged_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True)
    # When somebody said that nobody else took part; the question then rests.
    nobody_else_at = models.DateTimeField(null=True)
    submission = models.UUIDField(null=True, unique=True)
    import_batch = models.ForeignKey(
        ImportBatch, on_delete=models.SET_NULL, null=True, related_name="activities"
    )
    import_key = models.CharField(max_length=120, null=True)

    objects: ClassVar[ActivityQuerySet] = ActivityQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="activity_has_length"
            ),
            models.UniqueConstraint(
                fields=["study", "import_key"],
                condition=Q(withdrawn_at__isnull=True),
                name="activity_imported_once",
            ),
        ]
        indexes = [
            models.Index(fields=["study", "-ends_at"], name="activity_study_end"),
            models.Index(fields=["logged_by", "starts_at"], name="activity_own_log"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds() // 60)


class Exposure(models.Model):
    """That one person took part in one activity, in one role.

    Who sees it: the person, those who took part, and coordinators (as load).
    """

    activity = models.ForeignKey(
        Activity, on_delete=models.CASCADE, related_name="exposures"
    )
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="exposures")
    role = models.CharField(max_length=24, choices=Role.choices)
    # The form with which this person logged it too, after a colleague had. It keeps the
    # activity in the log when that colleague takes theirs back.
    submission = models.UUIDField(null=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "person", "role"], name="exposure_once"
            )
        ]
        indexes = [models.Index(fields=["person", "activity"], name="exposure_person")]

    def __str__(self) -> str:
        return f"exposure of person {self.person_id}"


class Correction(models.Model):
    """That a fact of the log was put right: who did it, when, and what it was before.

    Holds times, how it was held, and who was said to have been there; never an answer
    and never the marker. Who sees it: those who took part, and coordinators. Kept as
    long as the activity.
    """

    activity = models.ForeignKey(
        Activity, on_delete=models.CASCADE, related_name="corrections"
    )
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    was = models.JSONField()

    def __str__(self) -> str:
        return f"correction of activity {self.activity_id}"
