"""The rows of groups: an occasion, its gatherings, and who is invited."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

User = settings.AUTH_USER_MODEL


class GroupRound(models.Model):
    """One occasion for which people are invited to meet in a group.

    One gathering, or several when many are invited; each person chooses one of them, or
    quiet time to themself, or nothing. Who sees it: its facilitator and the people who
    are invited, each for themself; never a coordinator. `origin` makes the form
    repeatable. `quiet_minutes` 0 offers no quiet time. Kept until six months after the
    study ends.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    origin = models.CharField(max_length=120, unique=True, null=True)
    kind = models.CharField(max_length=32)
    supporter = models.ForeignKey(
        "support_sessions.Supporter", on_delete=models.PROTECT, related_name="rounds"
    )
    quiet_minutes = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"group round {self.public_id}"


class Gathering(models.Model):
    """One group at one time. Who comes are bookings with a seat in it.

    The facilitator has seat 0 and everybody who comes one of `most` others; the
    database gives no seat twice. Who sees it: as its round; the names of who comes only
    the facilitator. `sequence` rises when it is moved. Kept as long as the round.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    round = models.ForeignKey(
        GroupRound, on_delete=models.CASCADE, related_name="gatherings"
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    mode = models.CharField(max_length=16)
    place = models.CharField(max_length=80, blank=True)
    most = models.PositiveSmallIntegerField()
    reminders = models.JSONField(default=list)
    called_off_at = models.DateTimeField(null=True)
    sequence = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="gathering_has_length"
            ),
            models.CheckConstraint(
                condition=Q(most__gte=2), name="gathering_needs_others"
            ),
        ]

    def __str__(self) -> str:
        return f"gathering {self.public_id}"


class GroupInvitation(models.Model):
    """That one person may come to a group, and what they chose instead.

    What: invited when; quiet time or "not this time" when. Why: so that each choice is
    an equal one and nobody is asked twice. `kept_in`: a group that has moved to a time
    at which they have something else; a place in it is theirs until `kept_until`. Who
    sees it: the person alone; the facilitator sees only who comes, and how many places
    are kept. Kept as long as the round.
    """

    round = models.ForeignKey(
        GroupRound, on_delete=models.CASCADE, related_name="invitations"
    )
    person = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="group_invitations"
    )
    quiet_at = models.DateTimeField(null=True)
    declined_at = models.DateTimeField(null=True)
    kept_in = models.ForeignKey(
        Gathering, on_delete=models.SET_NULL, null=True, related_name="kept_places"
    )
    kept_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["round", "person"], name="invited_once_to_a_round"
            )
        ]

    def __str__(self) -> str:
        return f"invitation of person {self.person_id} to round {self.round_id}"
