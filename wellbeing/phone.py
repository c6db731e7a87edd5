"""Proving that a number is one's own: a code by text message, typed back.

The number counts only when the code came back. Until then it waits in the cache, for
`LASTS`, with the fingerprint of the code. Limits keep somebody from guessing a code
and from making the service send text messages all night at the team's expense.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

import phonenumbers
from django.conf import settings
from django.core.cache import cache
from django.db import transaction

from notifications import addresses, outbox
from wellbeing.lib import links
from wellbeing.people.models import Contact, User

LASTS = timedelta(minutes=10)
TRIES = 5
CODES_PER_PERSON_A_DAY = 5
CODES_A_DAY = 300


class NotANumber(Exception):
    """No telephone that can take a text message has this number."""


class CountryNotServed(Exception):
    """The team does not send text messages to this country."""


class TooManyCodes(Exception):
    """No more codes today, for this person or for everybody."""


class NoCodeWaiting(Exception):
    """The code ran out, was used, or was guessed at too often."""


class WrongCode(Exception):
    """Not the code. `left` says how many tries are left."""

    def __init__(self, left: int) -> None:
        super().__init__("wrong code")
        self.left = left


@dataclass(frozen=True)
class Waiting:
    """A number on its way to being verified."""

    phone: str
    code_fingerprint: str
    tries: int


def normalised(typed: str) -> str:
    """`07700 900123` as `+447700900123`, read in the first of SMS_COUNTRIES.

    Raises NotANumber or CountryNotServed.
    """
    try:
        number = phonenumbers.parse(typed, settings.SMS_COUNTRIES[0])
    except phonenumbers.NumberParseException as problem:
        raise NotANumber from problem
    if not phonenumbers.is_possible_number(number):
        raise NotANumber
    if addresses.country_of(number) not in settings.SMS_COUNTRIES:
        raise CountryNotServed
    if phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.PREMIUM_RATE:
        raise NotANumber
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def send_code(*, person: User, phone: str, at: datetime) -> None:
    """Owe a text message with a code to the number. An earlier code stops working.

    Raises TooManyCodes.
    """
    _count_or_refuse(person=person, at=at)
    ticket = uuid4().hex
    waits = Waiting(phone, links.fingerprint(links.code_of(ticket)), tries=0)
    cache.set(_key(person), waits, LASTS.total_seconds())
    outbox.plan(
        to=person,
        address=phone,
        channel="sms",
        purpose="account",
        template="phone_code",
        key=f"phone-code:{ticket}",
        group=f"phone-code:{person.public_id}",
        context={"ticket": ticket, "path": "/settings/"},
        at=at,
        expires_at=at + LASTS,
        priority=1,
    )


def _count_or_refuse(*, person: User, at: datetime) -> None:
    day = at.date().isoformat()
    for key, most in (
        (f"phone-codes:{day}:{person.pk}", CODES_PER_PERSON_A_DAY),
        (f"phone-codes:{day}", CODES_A_DAY),
    ):
        cache.add(key, 0, 24 * 60 * 60)
        if cache.incr(key) > most:
            raise TooManyCodes


def waiting_for(*, person: User) -> Waiting | None:
    """The number that waits for its code, if one does."""
    found = cache.get(_key(person))
    return found if isinstance(found, Waiting) else None


def verify(*, person: User, code: str, at: datetime) -> None:
    """Take the number over if the code is right; texts are then wanted from now on.

    A new number starts afresh; the same number stays stopped if its owner stopped it.
    Raises WrongCode or NoCodeWaiting.
    """
    with transaction.atomic():
        # The row is the lock that keeps parallel guesses from sharing one try.
        Contact.objects.get_or_create(person=person)
        contact = Contact.objects.select_for_update().get(person=person)
        waits = waiting_for(person=person)
        right = waits is not None and _is_right(waits, code)
        if waits is not None and right:
            cache.delete(_key(person))
            _take_over(contact, waits.phone, at)
        elif waits is not None:
            _count_try(person, waits)
    if waits is None:
        raise NoCodeWaiting
    if not right:
        raise WrongCode(left=TRIES - waits.tries - 1)


def _is_right(waits: Waiting, code: str) -> bool:
    return hmac.compare_digest(links.fingerprint(code), waits.code_fingerprint)


def _count_try(person: User, waits: Waiting) -> None:
    tries = waits.tries + 1
    if tries >= TRIES:
        cache.delete(_key(person))
        return
    again = Waiting(waits.phone, waits.code_fingerprint, tries)
    cache.set(_key(person), again, LASTS.total_seconds())


def _take_over(contact: Contact, phone: str, at: datetime) -> None:
    if contact.phone != phone:
        contact.sms_stopped_at = None
    contact.phone = phone
    contact.phone_verified_at = contact.sms_wanted_at = at
    contact.save()


def forget(*, person: User) -> None:
    """Take the number away. No text message goes to it from now on."""
    cache.delete(_key(person))
    Contact.objects.filter(person=person).update(
        phone="", phone_verified_at=None, sms_wanted_at=None, sms_stopped_at=None
    )


def _key(person: User) -> str:
    return f"phone:{person.pk}"
