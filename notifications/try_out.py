"""A message to see that messages come: asked for by the person, to the person."""

from datetime import datetime, timedelta

from notifications import outbox
from wellbeing.people.models import User

OF_USE_FOR = timedelta(hours=1)


def send(*, person: User, at: datetime) -> None:
    """Owe one by each way that is open to the person, once in ten minutes.

    It goes by text at night too, since the person has just asked for it.
    """
    contact = outbox.contact_of(person)
    for channel in ("email", "sms"):
        phone = contact.phone if contact and contact.takes_sms() else ""
        if channel == "sms" and not phone:
            continue
        outbox.plan(
            to=person,
            address=phone if channel == "sms" else "",
            channel=channel,
            purpose="account",
            template="test",
            key=f"test:{person.public_id}:{at:%Y%m%d%H}{at.minute // 10}",
            group=f"test:{person.public_id}",
            context={"path": "/settings/"},
            at=at,
            expires_at=at + OF_USE_FOR,
            priority=2,
        )
