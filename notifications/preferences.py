"""A person's word on one purpose by one channel. Silence means yes, but for texts about
what they have not agreed to: those are asked for."""

from datetime import datetime

from notifications.models import Preference
from wellbeing.people.models import User


def stop(*, person: User, purpose: str, channel: str, at: datetime) -> None:
    """Send this person nothing more of this purpose by this channel. Repeatable."""
    _set(person=person, purpose=purpose, channel=channel, wanted=False, at=at)


def start(*, person: User, purpose: str, channel: str, at: datetime) -> None:
    """Send it again from now on."""
    _set(person=person, purpose=purpose, channel=channel, wanted=True, at=at)


def wanted(*, person: User, purpose: str, channel: str) -> bool:
    return not Preference.objects.filter(
        person=person, purpose=purpose, channel=channel, wanted=False
    ).exists()


def refused(*, person: User) -> set[tuple[str, str]]:
    """The purposes and channels that the person said no to."""
    rows = Preference.objects.filter(person=person, wanted=False)
    return set(rows.values_list("purpose", "channel"))


def by_text(*, person: User) -> set[str]:
    """The purposes that the person asked to have as texts."""
    rows = Preference.objects.filter(person=person, channel="sms", wanted=True)
    return set(rows.values_list("purpose", flat=True))


def choose(*, person: User, purpose: str, email: bool, sms: bool, at: datetime) -> None:
    """The person's word on both channels of one purpose."""
    for channel, yes in (("email", email), ("sms", sms)):
        _set(person=person, purpose=purpose, channel=channel, wanted=yes, at=at)


def _set(
    *, person: User, purpose: str, channel: str, wanted: bool, at: datetime
) -> None:
    Preference.objects.update_or_create(
        person=person,
        purpose=purpose,
        channel=channel,
        defaults={"wanted": wanted, "changed_at": at},
    )
