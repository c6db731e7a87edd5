"""Studies, who takes part, what they did, and what the protocol offered them."""

import uuid
from datetime import date, datetime
from typing import ClassVar, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from wellbeing.people.models import check_zone

User = settings.AUTH_USER_MODEL


class Role(models.TextChoices):
    """What somebody does in a study. One person often holds several (seed F7)."""

    INTERVIEWER = "interviewer", "interviewer"
    FACILITATOR = "facilitator", "facilitator"
    OBSERVER = "observer", "observer"
    TRANSCRIBER = "transcriber", "transcriber"
    CODER = "coder", "coder"
    PSYCHOLOGIST = "psychologist", "clinical psychologist"
    SUPERVISOR = "supervisor", "clinical supervisor"
    PEER_SUPPORTER = "peer_supporter", "peer supporter"
    OUTSIDE_PSYCHOLOGIST = "outside_psychologist", "outside psychologist"
    COORDINATOR = "coordinator", "coordinator"
    LEAD = "lead", "well-being lead"
    ADMINISTRATOR = "administrator", "administrator"


EXPOSED_ROLES = (
    Role.INTERVIEWER,
    Role.FACILITATOR,
    Role.OBSERVER,
    Role.TRANSCRIBER,
    Role.CODER,
)
SUPPORTER_ROLES = (
    Role.PSYCHOLOGIST,
    Role.SUPERVISOR,
    Role.PEER_SUPPORTER,
    Role.OUTSIDE_PSYCHOLOGIST,
)
PLANNING_ROLES = (Role.COORDINATOR,)


class Study(models.Model):
    """One piece of research and its team. Its name never goes into a message."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=120)
    time_zone = models.CharField(
        max_length=64, default="Europe/London", validators=[check_zone]
    )
    opened_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name

    def closed(self, day: date) -> bool:
        """Closed studies make no offers; their standing offer has ended too."""
        return self.closed_on is not None and self.closed_on <= day


class PauseQuerySet(models.QuerySet["Pause"]):
    def on(self, day: date) -> Self:
        """The pauses in force on a day."""
        return self.filter(starts_on__lte=day).filter(
            Q(ends_on__isnull=True) | Q(ends_on__gt=day)
        )


class Pause(models.Model):
    """A span in which a study plans no interviews. Support never pauses with it.

    `ends_on` is the first day on which planning is open again.
    """

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="pauses")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=200)

    objects: ClassVar[PauseQuerySet] = PauseQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on")),
                name="pause_has_length",
            )
        ]

    def __str__(self) -> str:
        return f"pause of study {self.study_id} from {self.starts_on}"


class MembershipQuerySet(models.QuerySet["Membership"]):
    def on(self, day: date) -> Self:
        """The memberships in force on a day."""
        return self.filter(from_date__lte=day).filter(
            Q(until_date__isnull=True) | Q(until_date__gt=day)
        )

    def with_role(self, *roles: str) -> Self:
        return self.filter(role__in=roles)


class Membership(models.Model):
    """One role that one person holds in one study, from a day until a day.

    What: role and dates. Why: rights and offers follow from it. Who sees it: the team.
    `until_date` is the first day without the role. Several rows per person are usual.
    """

    study = models.ForeignKey(
        Study, on_delete=models.CASCADE, related_name="memberships"
    )
    person = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="memberships"
    )
    role = models.CharField(max_length=24, choices=Role.choices)
    from_date = models.DateField()
    until_date = models.DateField(null=True, blank=True)

    objects: ClassVar[MembershipQuerySet] = MembershipQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["study", "person", "role", "from_date"],
                name="membership_once",
            )
        ]
        indexes = [models.Index(fields=["person", "role"], name="membership_person")]

    def __str__(self) -> str:
        return f"{self.role} {self.person_id} in study {self.study_id}"


class Invitation(models.Model):
    """An invitation to join a study, sent to one address, used once.

    What: address, roles, who invited. Who sees it: coordinators of the study. Only a
    hash of the token is kept. Deleted 90 days after it ran out.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    study = models.ForeignKey(
        Study, on_delete=models.CASCADE, related_name="invitations"
    )
    email = models.EmailField()
    name = models.CharField(max_length=120)
    roles = models.JSONField()
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"invitation {self.public_id}"


class ProtocolVersionQuerySet(models.QuerySet["ProtocolVersion"]):
    def in_force(self, study: Study, at: datetime) -> "ProtocolVersion | None":
        """The version active at an instant; of two, the one that started later."""
        return (
            self.filter(study=study, active_from__lte=at)
            .order_by("-active_from")
            .first()
        )


class ProtocolVersion(models.Model):
    """The text that a team agreed, as it stood. Immutable: `save` refuses a change.

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
    Kept as the study's own rules say.
    """

    class Kind(models.TextChoices):
        INTERVIEW = "interview", "interview"
        CODING = "coding", "transcript coded"
        TRANSCRIPTION = "transcription", "recording transcribed"
        GROUP_CODING = "group_coding", "coding together"

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
    planned_start = models.DateTimeField(null=True)
    planned_minutes = models.PositiveIntegerField(null=True)
    planned_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    logged_at = models.DateTimeField(null=True)
    logged_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True)
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
            models.Index(fields=["study", "-ends_at"], name="activity_study_end")
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

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "person", "role"], name="exposure_once"
            )
        ]
        indexes = [models.Index(fields=["person", "activity"], name="exposure_person")]

    def __str__(self) -> str:
        return f"exposure of person {self.person_id}"


class OfferQuerySet(models.QuerySet["Offer"]):
    def open(self, at: datetime) -> Self:
        return self.filter(
            accepted_at__isnull=True,
            declined_at__isnull=True,
            lapsed_at__isnull=True,
            withdrawn_at__isnull=True,
            open_until__gt=at,
        )

    def for_person(self, person: object) -> Self:
        return self.filter(person=person)


class Offer(models.Model):
    """What the protocol makes to one person because of something. Never a duty.

    What: rule, version, reason, and the person's own answer. Who sees it: the person
    alone; coordinators see neither the answer nor that there was one. `subject` is what
    it is about ("activity:12", "month:2026-11"). An offer that joined an earlier open
    one points to it with `merged_into`. `time_in_window` is the service's own promise,
    measured once, when the offer was made. Kept until six months after the study ends.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="offers")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="offers")
    rule = models.CharField(max_length=32)
    subject = models.CharField(max_length=64)
    version = models.ForeignKey(
        ProtocolVersion, on_delete=models.PROTECT, related_name="offers"
    )
    because = models.JSONField()
    made_at = models.DateTimeField()
    window_until = models.DateTimeField()
    open_until = models.DateTimeField()
    time_in_window = models.BooleanField(null=True)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="merged"
    )
    booking = models.ForeignKey(
        "support_sessions.Booking",
        on_delete=models.SET_NULL,
        null=True,
        related_name="offers",
    )
    accepted_at = models.DateTimeField(null=True)
    accepted_as = models.CharField(max_length=32, blank=True)
    declined_at = models.DateTimeField(null=True)
    lapsed_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects: ClassVar[OfferQuerySet] = OfferQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["study", "person", "rule", "subject"], name="offer_once"
            )
        ]
        indexes = [
            models.Index(fields=["person", "-made_at"], name="offer_person"),
            models.Index(
                fields=["open_until"],
                condition=Q(
                    accepted_at__isnull=True,
                    declined_at__isnull=True,
                    lapsed_at__isnull=True,
                    withdrawn_at__isnull=True,
                ),
                name="offer_open",
            ),
        ]

    def __str__(self) -> str:
        return f"offer {self.public_id}"


class NextLook(models.Model):
    """When the plan for one person in one study could next come out differently.

    The tick looks only at rows that are due, so that people at rest cost nothing. No
    row and an empty `due_at` both mean: nothing will change until something happens.
    Who sees it: nobody; it holds an instant and no reason.
    """

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    due_at = models.DateTimeField(null=True, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["study", "person"], name="next_look_once")
        ]

    def __str__(self) -> str:
        return f"next look at person {self.person_id} in study {self.study_id}"


class ServiceAlert(models.Model):
    """That the service did not keep its own promise. Names nobody who asked.

    Who sees it: the well-being lead, in a batch the next morning, so that the minute
    does not point at a person. Kept 12 months.
    """

    class Kind(models.TextChoices):
        NO_TIME = "no_time_in_window", "No time was free inside the promised window"
        UNANSWERED = "request_unanswered", "A request waited longer than was promised"

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="alerts")
    kind = models.CharField(max_length=24, choices=Kind.choices)
    key = models.CharField(max_length=120, unique=True)
    made_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.kind} in study {self.study_id}"
