"""Work that is given to people: the queue, and those who work without an account."""

import uuid
from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from wellbeing.models.activity import Activity
from wellbeing.models.study import Role, Study

User = settings.AUTH_USER_MODEL


class WorkTopic(models.Model):
    """A word or two for what some material holds, so that people know beforehand.

    What: a label that the coordinators chose for the study, never about a participant.
    Who sees it: coordinators, and whoever is asked to take the material on.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="topics")
    name = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["study", "name"], name="topic_name_once")
        ]

    def __str__(self) -> str:
        return self.name


class WorkItemQuerySet(models.QuerySet["WorkItem"]):
    """Claims are updates of these sets, so none of them joins another table: a database
    that waits for a row looks again at that row alone."""

    def open(self) -> Self:
        """Neither finished nor taken off the queue."""
        return self.filter(finished_at=None, off_at=None)

    def waiting(self, at: datetime) -> Self:
        """With nobody: never asked, given back, or not answered for as long as it was
        asked. Those on hold wait for somebody to let them go on."""
        nobody = Q(person=None) | Q(asked_until__lte=at)
        return self.open().filter(nobody, taken_at=None, held_at=None)

    def asked(self, at: datetime) -> Self:
        """Somebody is asked and has not answered yet."""
        return self.open().filter(
            person__isnull=False, taken_at=None, asked_until__gt=at
        )

    def taken(self) -> Self:
        return self.open().filter(taken_at__isnull=False)

    def for_person(self, person: object) -> Self:
        return self.filter(person=person)


class WorkItem(models.Model):
    """One recording to transcribe or one transcript to code.

    What: number, level, topic, length, and who has it now. Never who had it before, who
    gave it back, or why: no row here can say how often anybody said no. `last_asked`
    keeps one person from being asked twice in a row, and is forgotten as soon as
    somebody takes it on. Who sees it: coordinators, and whoever has it now. `ask` is
    new with each asking, so that a link that was mailed opens this asking alone.
    Kept as the study's own rules say.
    """

    class Kind(models.TextChoices):
        TRANSCRIPTION = Activity.Kind.TRANSCRIPTION.value, "recording"
        CODING = Activity.Kind.CODING.value, "transcript"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    study = models.ForeignKey(
        Study, on_delete=models.PROTECT, related_name="work_items"
    )
    kind = models.CharField(max_length=20, choices=Kind.choices)
    code = models.CharField(max_length=32)
    part = models.PositiveSmallIntegerField(default=0)
    level = models.CharField(
        max_length=8, choices=Activity.Level.choices, default=Activity.Level.PLAIN
    )
    topic = models.ForeignKey(
        WorkTopic, on_delete=models.PROTECT, null=True, related_name="+"
    )
    again = models.BooleanField(default=False)
    audio_minutes = models.PositiveIntegerField(null=True)
    due_on = models.DateField(null=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    held_at = models.DateTimeField(null=True)
    off_at = models.DateTimeField(null=True)
    person = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="work_items"
    )
    last_asked = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    ask = models.UUIDField(null=True, unique=True)
    asked_until = models.DateTimeField(null=True)
    taken_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    activity = models.OneToOneField(
        Activity, on_delete=models.SET_NULL, null=True, related_name="work_item"
    )

    objects: ClassVar[WorkItemQuerySet] = WorkItemQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["study", "kind", "code", "part", "again"],
                condition=Q(off_at=None),
                name="work_item_once",
            )
        ]
        indexes = [
            models.Index(fields=["study", "finished_at"], name="work_item_study"),
            models.Index(fields=["person", "finished_at"], name="work_item_person"),
        ]

    def __str__(self) -> str:
        return f"work item {self.public_id}"

    @property
    def name(self) -> str:
        """How a page names it: `Recording 209, part 1 of 2`."""
        words = f"{self.get_kind_display().capitalize()} {self.code}"
        if self.part:
            words += f", part {self.part} of 2"
        return f"{words}, second reading" if self.again else words

    @property
    def role(self) -> str:
        """In which role somebody works on it."""
        if self.kind == self.Kind.TRANSCRIPTION:
            return str(Role.TRANSCRIBER)
        return str(Role.CODER)


class TopicRest(models.Model):
    """That one person is not asked for material on one topic, for now or until they
    say otherwise. No reason is kept, and it is the same row whichever way they said so.

    Why: so that nobody has to say no twice. Who sees it: the person alone. `until`
    empty: until they say otherwise. Deleted by them, or once it is over.
    """

    person = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="topic_rests"
    )
    topic = models.ForeignKey(WorkTopic, on_delete=models.CASCADE, related_name="rests")
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "topic"], name="topic_rest_once")
        ]

    def __str__(self) -> str:
        return f"rest of person {self.person_id}"


class WorkPause(models.Model):
    """That one person is not asked to take on more work of a study for now.

    Who sees it: the person alone. No reason is kept; they end it themselves.
    """

    study = models.ForeignKey(
        Study, on_delete=models.CASCADE, related_name="work_pauses"
    )
    person = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="work_pauses"
    )
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["study", "person"], name="work_pause_once")
        ]

    def __str__(self) -> str:
        return f"pause of person {self.person_id}"


class OutsideWorker(models.Model):
    """Somebody who transcribes or codes for the study and has no account.

    What: role and dates; name and address stand with the person, who can never sign in.
    Why: work is given to them and support is offered, by links in their mail. Who sees
    it: coordinators; supporters whom they ask see the name. `door` is the id in the
    link to their own page, new after each use. Name and address are erased as long
    after their last piece of work as the protocol says; what was worked stays, without
    a name.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    study = models.ForeignKey(
        Study, on_delete=models.CASCADE, related_name="outside_workers"
    )
    person = models.OneToOneField(
        User, on_delete=models.PROTECT, related_name="outside_worker"
    )
    role = models.CharField(max_length=24, choices=Role.choices)
    door = models.UUIDField(default=uuid.uuid4, unique=True)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    last_work_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"outside worker {self.public_id}"
