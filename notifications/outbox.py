"""The only door through which other apps tell people something.

A row here is the promise that a message is owed. It is written in the caller's own
transaction, so that a booking and its messages stand or fall together.
"""

from collections.abc import Collection, Container
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

import holidays
from django.core.exceptions import ObjectDoesNotExist
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q

from notifications import preferences, shipped, timing, unasked, wake
from notifications.models import MAY_HAVE_LEFT, STILL_HERE, Message, State
from wellbeing.people.models import Contact, User

EMAIL, SMS = Message.Channel.EMAIL, Message.Channel.SMS
# About a time that was agreed: worth a text when an email cannot be delivered.
BY_TEXT_TOO = frozenset({"booking_notice", "booking_reminder"})
TEXT_IN_PLACE_OF_MAIL = timedelta(hours=4)


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
    answers: bool = False,
) -> Message | None:
    """Owe one message. Repeating a `key` on a channel gives the row that is there.

    `context` holds primitives only (instants as ISO text). None when it is of no use
    any more, or when the person takes no text. A text moves out of quiet hours, or
    becomes an email; an `address` is used as it is, at once. What is `unasked` comes at
    most once a day, unless it `answers` the person. Raises NobodyToTell.
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
            unasked=template in unasked.TEMPLATES and not (answers or address),
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
    finds the row still claimed, so a withdrawn one does not go out (promise P5). One
    that may have left is marked, so that it is not tried again, replaced, or sent once
    more because its reader asks for it.
    """
    rows = Message.objects.filter(group=group)
    if templates is not None:
        rows = rows.filter(template__in=templates)
    # First those on their way: this waits for a sender that is just planning an email
    # in place of a text, and the second step then finds that email.
    rows.filter(state__in=(*MAY_HAVE_LEFT, State.TOGETHER)).update(withdrawn_at=at)
    mail = Message.objects.filter(pk=OuterRef("came_with"), state__in=STILL_HERE)
    comes_along = Q(Exists(mail), state=State.TOGETHER)
    return rows.filter(Q(state__in=STILL_HERE) | comes_along).update(
        state=State.CANCELLED, reason=reason[:80], settled_at=at, lease_token=None
    )


def plan_fallback(
    *, message: Message, at: datetime, chosen: bool = False
) -> Message | None:
    """Owe the other channel what this one could not do, once.

    A text becomes an email at once. An email about a time becomes a text for people who
    take them: at once when the person `chosen` so, otherwise in the last hours, since a
    text says less and costs the team more. Any other email becomes a text only where
    the person asked for texts of its purpose. None when nobody wants it, it would come
    too late, both were tried, it was taken back, or the row went to a bare address: a
    code sent to a number proves that number.
    """
    if message.address or message.expires_at <= at or _taken_back(message):
        return None
    if message.fallback_of is not None and message.fallback_of.fallback_of_id:
        return None
    if message.channel == SMS:
        return _insert(_instead(message, EMAIL, at, at))
    contact = contact_of(message.person)
    if not (contact and contact.takes_sms() and _worth_a_text(message, chosen)):
        return None
    soon = at if chosen else max(at, message.expires_at - TEXT_IN_PLACE_OF_MAIL)
    awake = out_of_quiet(contact, soon)
    if awake >= message.expires_at:
        return None
    return _insert(_instead(message, SMS, awake, at))


def _worth_a_text(message: Message, chosen: bool) -> bool:
    if message.purpose in BY_TEXT_TOO:
        return True
    if not chosen or message.person is None or not shipped.has_text(message.template):
        return False
    return message.purpose in preferences.by_text(person=message.person)


def _taken_back(message: Message) -> bool:
    rows = Message.objects.filter(pk=message.pk)
    return rows.exclude(withdrawn_at=None).exists()


def _instead(message: Message, channel: str, when: datetime, at: datetime) -> Message:
    key = message.dedupe_key.removesuffix(f":{message.channel}")
    if message.fallback_of_id is not None:
        # The first row of this key was on this very channel and did not leave.
        key = f"{key}:last"
    context = message.context
    if channel == SMS:
        context = {name: context[name] for name in context if name != "invitation"}
    return Message(
        dedupe_key=f"{key}:{channel}",
        group=message.group,
        purpose=message.purpose,
        channel=channel,
        person_id=message.person_id,
        template=message.template,
        context=context,
        not_before=when,
        expires_at=message.expires_at,
        priority=message.priority,
        next_try=when,
        fallback_of=message,
        unasked=message.unasked,
        created_at=at,
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
        days_off=_holidays_of(contact.quiet_holidays),
    )


@lru_cache(maxsize=64)
def _holidays_of(calendar: str) -> Container[date]:
    """The days of a calendar such as `GB-ENG`; none for an empty or unknown name."""
    country, _, part = calendar.partition("-")
    if not country:
        return frozenset()
    try:
        return holidays.country_holidays(country, subdiv=part or None)
    except NotImplementedError:
        return frozenset()


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
