"""Who somebody is and how they may be reached. Nothing here knows what they do."""

import uuid
from datetime import time
from typing import ClassVar
from zoneinfo import available_timezones

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

TITLES = frozenset({"Dr", "Dr.", "Prof", "Prof.", "Mx", "Mr", "Mrs", "Ms"})


def check_zone(name: str) -> None:
    """Refuse anything but a zone of the tz database, paths included."""
    if name not in available_timezones():
        raise ValidationError("Choose a place from the list, like Europe/London.")


class UserManager(BaseUserManager["User"]):
    def create_user(
        self,
        *,
        email: str | None,
        name: str,
        password: str | None = None,
        **extra: object,
    ) -> "User":
        user = self.model(email=email.lower() if email else None, name=name, **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """A person. Holds name, address, zone and how they like the pages to look.

    Why: to sign in and to be written to. Who sees it: the person; the name also to
    members of the same study. Kept until the person is erased. `email` is empty for
    somebody who has no account, such as a name in an imported log.
    """

    class Theme(models.TextChoices):
        DEVICE = "", "Match my device"
        LIGHT = "light", "Light"
        DARK = "dark", "Dark"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(unique=True, null=True, blank=True)
    name = models.CharField(max_length=120)
    time_zone = models.CharField(
        max_length=64, default="Europe/London", validators=[check_zone]
    )
    theme = models.CharField(max_length=8, blank=True, choices=Theme.choices)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def bare_name(self) -> str:
        """The name without a title."""
        words = self.name.split()
        return " ".join(words[1:] if words and words[0] in TITLES else words)

    @property
    def first_name(self) -> str:
        """What to call the person in a message; a title stays with the surname."""
        words = self.name.split()
        if words and words[0] in TITLES:
            return " ".join(words[:2])
        return words[0] if words else self.name


class Contact(models.Model):
    """How one person may be reached, when not, and how much a message may say.

    Why: reminders. Who sees it: the person, and the sender process. Quiet hours are
    wall time in the person's zone; `quiet_holidays` names a calendar of public holidays
    such as `GB-ENG`. A number counts only once it has been verified; a suspended
    address only while it is the person's own. `mail` is the address of somebody who has
    no account: it can be written to, and nobody can sign in with it. Kept until the
    person is erased.
    """

    class Discretion(models.TextChoices):
        """How much of a time is said where others may look: the subject, a text."""

        TIME = "", "The time only"
        PLACE = "place", "The time, and whether it is by phone, video or in a room"
        NAME = "name", "The time, how, and who it is with"

    class CalendarTitle(models.TextChoices):
        BUSY = "", "Busy"
        APPOINTMENT = "appointment", "Appointment"
        NAME = "name", "The name of the person you meet"

    person = models.OneToOneField(
        User, on_delete=models.CASCADE, related_name="contact", primary_key=True
    )
    mail = models.EmailField(blank=True)
    phone = models.CharField(max_length=16, blank=True)
    phone_verified_at = models.DateTimeField(null=True, blank=True)
    sms_wanted_at = models.DateTimeField(null=True, blank=True)
    sms_stopped_at = models.DateTimeField(null=True, blank=True)
    email_suspended_at = models.DateTimeField(null=True, blank=True)
    suspended_email = models.CharField(max_length=254, blank=True)
    quiet_from = models.TimeField(default=time(20, 0))
    quiet_until = models.TimeField(default=time(8, 0))
    sms_at_weekends = models.BooleanField(default=False)
    quiet_holidays = models.CharField(max_length=8, blank=True)
    discretion = models.CharField(max_length=8, blank=True, choices=Discretion.choices)
    calendar_title = models.CharField(
        max_length=12, blank=True, choices=CalendarTitle.choices
    )

    def __str__(self) -> str:
        return f"contact of person {self.person_id}"

    def email_is_suspended(self) -> bool:
        """The present address turned mail away for good. A new one starts afresh."""
        return bool(
            self.email_suspended_at
            and self.suspended_email == (self.person.email or self.mail)
        )

    def takes_sms(self) -> bool:
        """Verified, asked for, and not stopped since."""
        return bool(
            self.phone
            and self.phone_verified_at
            and self.sms_wanted_at
            and not self.sms_stopped_at
        )
