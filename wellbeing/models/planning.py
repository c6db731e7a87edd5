"""What must come before an activity, and who agreed to go past a limit."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from wellbeing.models.activity import Activity
from wellbeing.models.study import Study

User = settings.AUTH_USER_MODEL


class Prepared(models.Model):
    """That one person has done one step that the protocol asks for before an activity.

    What: the step's name and day. Who sees it: the person and coordinators. It gates
    planning, never logging. Kept as long as the membership's record.
    """

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="prepared")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="prepared")
    step = models.CharField(max_length=40)
    done_on = models.DateField()
    noted_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    noted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["study", "person", "step"], name="prepared_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.step} of person {self.person_id}"


class PastLimit(models.Model):
    """A wish to plan one interview past a hard limit: reason, second eyes, own yes.

    What: the plan, who asked and why, who among the other coordinators decided, and
    what each person at a limit said themself. `limit_words` are about `person`, who
    interviews, `facilitator_words` about the facilitator; empty means that they are at
    no limit and are not asked. Who sees it: coordinators and those who are asked.
    Nobody decides about their own limit. The activity is planned only when all said
    yes.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    study = models.ForeignKey(
        Study, on_delete=models.PROTECT, related_name="past_limits"
    )
    person = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="past_limits"
    )
    facilitator = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+"
    )
    kind = models.CharField(
        max_length=20, choices=Activity.Kind.choices, default=Activity.Kind.INTERVIEW
    )
    code = models.CharField(max_length=32)
    starts_at = models.DateTimeField()
    minutes = models.PositiveIntegerField()
    mode = models.CharField(max_length=16, blank=True)
    limit_words = models.CharField(max_length=200, blank=True)
    facilitator_words = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=300)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    decided_yes = models.BooleanField(null=True)
    person_answered_at = models.DateTimeField(null=True)
    person_yes = models.BooleanField(null=True)
    facilitator_answered_at = models.DateTimeField(null=True)
    facilitator_yes = models.BooleanField(null=True)
    activity = models.OneToOneField(
        Activity, on_delete=models.SET_NULL, null=True, related_name="past_limit"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True)
                | (~Q(decided_by=F("person")) & ~Q(decided_by=F("asked_by"))),
                name="past_limit_needs_other_eyes",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True)
                | Q(facilitator__isnull=True)
                | Q(facilitator_words="")
                | ~Q(decided_by=F("facilitator")),
                name="past_limit_facilitator_never_decides",
            ),
            models.CheckConstraint(
                condition=~Q(limit_words="") | ~Q(facilitator_words=""),
                name="past_limit_is_about_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"past a limit {self.public_id}"
