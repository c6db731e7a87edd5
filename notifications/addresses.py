"""What we learn about an address: it does not exist, or its owner said stop."""

from datetime import datetime
from typing import Literal

import phonenumbers
from django.conf import settings

from notifications.models import Message
from wellbeing.people.models import Contact, User


def is_served(phone: str) -> bool:
    """Whether the team sends texts to the country of this number today."""
    try:
        number = phonenumbers.parse(phone)
    except phonenumbers.NumberParseException:
        return False
    return country_of(number) in settings.SMS_COUNTRIES


def country_of(number: phonenumbers.PhoneNumber) -> str | None:
    """Numbers kept free for films and tests are possible and yet in no country: for
    those, the country of their code."""
    return phonenumbers.region_code_for_number(number) or (
        phonenumbers.region_code_for_country_code(number.country_code or 0)
    )


def stop_sms(*, phone: str, at: datetime) -> int:
    """The owner of the number wrote STOP. The first time counts."""
    rows = Contact.objects.filter(phone=phone, sms_stopped_at=None)
    return rows.update(sms_stopped_at=at)


def start_sms(*, phone: str) -> int:
    """The owner of the number wrote START."""
    rows = Contact.objects.filter(phone=phone, sms_stopped_at__isnull=False)
    return rows.update(sms_stopped_at=None)


def suspend_email(*, person: User, address: str, at: datetime) -> None:
    """The address takes no mail. Nothing when the person has another one by now."""
    if address and address == _mail_of(person):
        Contact.objects.update_or_create(
            person=person,
            defaults={"email_suspended_at": at, "suspended_email": address},
        )


def try_email_again(*, person: User) -> None:
    """The person says that the address works again."""
    Contact.objects.filter(person=person).update(
        email_suspended_at=None, suspended_email=""
    )


def take_note(
    *, message: Message, trouble: Literal["", "invalid", "stopped"], at: datetime
) -> None:
    """Suspend the address that a provider turned down for good, never the person.

    The number must still be the person's own: a new one typed meanwhile is untouched.
    A message to a bare address teaches nothing about anybody's contact.
    """
    person = message.person
    if not trouble or person is None or message.address:
        return
    if message.channel == Message.Channel.EMAIL:
        suspend_email(person=person, address=_mail_of(person), at=at)
        return
    contact = Contact.objects.filter(person=person).first()
    if contact is None:
        return
    if trouble == "stopped":
        stop_sms(phone=contact.phone, at=at)
    else:
        Contact.objects.filter(pk=contact.pk, phone=contact.phone).update(
            phone_verified_at=None
        )


def _mail_of(person: User) -> str:
    """Their own address, or that of somebody without an account, or empty."""
    if person.email:
        return person.email
    contact = Contact.objects.filter(person=person).first()
    return contact.mail if contact else ""
