"""Studies, their pauses, who takes part in what role, and who is invited."""

import uuid
from datetime import date, datetime
from typing import ClassVar, Self
from zoneinfo import ZoneInfo

from django.conf import settings
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
    COUNSELLOR = "counsellor", "counsellor"
    TEAM_SUPERVISOR = "team_supervisor", "team supervisor"
    GROUP_FACILITATOR = "group_facilitator", "group facilitator"
    COORDINATOR = "coordinator", "coordinator"
    LEAD = "lead", "well-being lead"
    LIVED_EXPERIENCE = "lived_experience", "lived-experience researcher"
    CHIEF_INVESTIGATOR = "chief_investigator", "chief investigator"
    ADMINISTRATOR = "administrator", "administrator"


EXPOSED_ROLES = (
    Role.INTERVIEWER,
    Role.FACILITATOR,
    Role.OBSERVER,
    Role.TRANSCRIBER,
    Role.CODER,
)
INTERVIEWING_ROLES = (Role.INTERVIEWER, Role.FACILITATOR, Role.OBSERVER)
SUPPORTER_ROLES = (
    Role.PSYCHOLOGIST,
    Role.SUPERVISOR,
    Role.PEER_SUPPORTER,
    Role.OUTSIDE_PSYCHOLOGIST,
    Role.COUNSELLOR,
    Role.TEAM_SUPERVISOR,
    Role.GROUP_FACILITATOR,
)
PLANNING_ROLES = (Role.COORDINATOR,)


class Study(models.Model):
    """One piece of research and its team. Its name never goes into a message.

    Each day of its life is the first one of a stage, and empty while that is not known:
    planning opens on `opened_on`, no more interviews are planned from `finished_on`,
    the rest is analysis from `analysis_from`, and research ends on `closed_on`. Support
    has a day of its own, `support_ends_on`, which never comes before the study closes.
    `wellbeing.life` changes these days; `StudyChange` keeps who did it and why.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=120)
    time_zone = models.CharField(
        max_length=64, default="Europe/London", validators=[check_zone]
    )
    opened_on = models.DateField(null=True, blank=True)
    finished_on = models.DateField(null=True, blank=True)
    analysis_from = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    support_ends_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(support_ends_on__isnull=True)
                | (Q(closed_on__isnull=False) & Q(support_ends_on__gte=F("closed_on"))),
                name="support_outlives_the_study",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def day(self, at: datetime) -> date:
        """The calendar day of an instant where the study is."""
        return at.astimezone(ZoneInfo(self.time_zone)).date()

    def closed(self, day: date) -> bool:
        """Nothing is planned or agreed any more. Support goes on until its own end."""
        return self.closed_on is not None and self.closed_on <= day

    def support_over(self, day: date) -> bool:
        """No offers, no log and no standing offer: people were told this day before."""
        return self.support_ends_on is not None and self.support_ends_on <= day


class Team(models.Model):
    """Colleagues of one study who work at one place, like a field team.

    `site` is the name of a place in the protocol, with its own time zone and holidays;
    empty means the study's own. Who sees it: the study's team.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="teams")
    name = models.CharField(max_length=80)
    site = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["study", "name"], name="team_name_once")
        ]

    def __str__(self) -> str:
        return self.name


class PauseQuerySet(models.QuerySet["Pause"]):
    def at_site(self, site: str) -> Self:
        """The pauses of the whole study, and those of one place in it."""
        return self.filter(site__in={"", site})

    def on(self, day: date) -> Self:
        """The pauses in force on a day."""
        return self.filter(starts_on__lte=day).filter(
            Q(ends_on__isnull=True) | Q(ends_on__gt=day)
        )


class Pause(models.Model):
    """A span in which a study plans no interviews. Support never pauses with it.

    `ends_on` is the first day on which planning is open again. `site` is one place of
    the study, while the others go on; empty means all of it.
    """

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="pauses")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=200)
    site = models.CharField(max_length=40, blank=True)

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
    `team` is where they work, when the study has teams.
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
    team = models.ForeignKey(
        Team,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="memberships",
    )

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

    def over_on(self, day: date) -> bool:
        """Whether the role has ended by that day."""
        return self.until_date is not None and self.until_date <= day


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
