"""The only door through which other apps tell people something.

A row here is the promise that a message is owed. It is written in the caller's own
transaction, so that a booking and its messages stand or fall together.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import connection, transaction

from notifications import timing, wake
from notifications.models import STILL_HERE, Message, State
from wellbeing.people.models import Contact, User

EMAIL, SMS = Message.Channel.EMAIL, Message.Channel.SMS


class NobodyToTell(Exception):
    """A message needs a person or an address."""


def plan(
    *,
    to: User | None,
    purpose: str,
    template: str,
    key: str,
    group: str,
    context: dict[str, Any],
    at: datetime,
    expires_at: datetime,
    not_before: datetime | None = None,
    channel: str = "email",
    address: str = "",
    priority: int = 5,
) -> Message | None:
    """Owe one message. Repeating a `key` on a channel gives the row that is there.

    `context` holds primitives only (instants as ISO text). None when it would be of no
    use any more, or when a text was asked for and the person takes none. A text moves
    out of the person's quiet hours; when that is too late it becomes an email. An
    `address` is used as it is, at once, whatever the person's own contact says.
    Raises NobodyToTell.
    """
    if to is None and not address:
        raise NobodyToTell(template)
    route = _route(to, channel, address, not_before or at, expires_at)
    if route is None:
        return None
    channel, wanted = route
    message = _insert(
        Message(
            dedupe_key=f"{key}:{channel}",
            group=group,
            purpose=purpose,
            channel=channel,
            person=to,
            address=address,
            template=template,
            context=context,
            not_before=wanted,
            expires_at=expires_at,
            priority=priority,
            next_try=wanted,
            created_at=at,
        )
    )
    if wanted <= at:
        _wake_after_commit()
    return message


def _route(
    to: User | None, channel: str, address: str, wanted: datetime, expires_at: datetime
) -> tuple[str, datetime] | None:
    """The channel and the moment; None when it is too late or no text is taken."""
    if expires_at <= wanted:
        return None
    if channel != SMS or address:
        return channel, wanted
    contact = contact_of(to)
    if contact is None or not contact.takes_sms():
        return None
    awake = out_of_quiet(contact, wanted)
    return (SMS, awake) if awake < expires_at else (EMAIL, wanted)


def withdraw(
    *,
    group: str,
    at: datetime,
    reason: str,
    templates: Collection[str] | None = None,
) -> int:
    """Take back what has not left yet, and say how many. Of these templates, or all.

    A claimed row counts: the sender's last step before the provider is an update that
    finds the row still claimed, so a withdrawn one does not go out (promise P5).
    """
    rows = Message.objects.filter(group=group, state__in=STILL_HERE)
    if templates is not None:
        rows = rows.filter(template__in=templates)
    return rows.update(
        state=State.CANCELLED, reason=reason[:80], settled_at=at, lease_token=None
    )


def plan_fallback(*, message: Message, at: datetime) -> Message | None:
    """Owe a text that could not be sent as an email instead, once.

    None when there is nobody to write to or it would come too late. A code sent to a
    bare number stays there: it proves the number.
    """
    if message.channel != SMS or message.address or message.expires_at <= at:
        return None
    return _insert(
        Message(
            dedupe_key=f"{message.dedupe_key.removesuffix(f':{SMS}')}:{EMAIL}",
            group=message.group,
            purpose=message.purpose,
            channel=EMAIL,
            person_id=message.person_id,
            template=message.template,
            context=message.context,
            not_before=at,
            expires_at=message.expires_at,
            priority=message.priority,
            next_try=at,
            fallback_of=message,
            created_at=at,
        )
    )


def forget(*, settled_before: datetime) -> int:
    """Empty context and address of messages that were settled before then.

    The row stays, so that counts hold and no key is ever used twice.
    """
    rows = Message.objects.filter(settled_at__lt=settled_before)
    bare = rows.filter(person=None).exclude(address="forgotten")
    ours = rows.exclude(person=None).exclude(context={}, address="")
    return bare.update(address="forgotten", context={}) + ours.update(
        address="", context={}
    )


def contact_of(person: User | None) -> Contact | None:
    try:
        return person.contact if person else None
    except ObjectDoesNotExist:
        return None


def out_of_quiet(contact: Contact, moment: datetime) -> datetime:
    """When a text that is wanted at `moment` may reach this person."""
    return timing.out_of_quiet(
        moment,
        zone=contact.person.time_zone,
        quiet_from=contact.quiet_from,
        quiet_until=contact.quiet_until,
        weekends_off=not contact.sms_at_weekends,
    )


def _insert(message: Message) -> Message:
    """The row of this key, new or old. Two processes at once make one row.

    Writing the key over itself is what makes the database hand back the old row's
    primary key; of an old row nothing else is filled in here.
    """
    (row,) = Message.objects.bulk_create(
        [message],
        update_conflicts=True,
        unique_fields=["dedupe_key"],
        update_fields=["dedupe_key"],
    )
    return row


def _wake_after_commit() -> None:
    """One alarm per transaction, however many messages it wrote."""
    if any(entry[1] is wake.wake_sender for entry in connection.run_on_commit):
        return
    transaction.on_commit(wake.wake_sender, robust=True)
