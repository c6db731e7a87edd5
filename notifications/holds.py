"""The last look before a message leaves: is it still wanted, possible and kind?"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef

from notifications import addresses, outbox, preferences
from notifications.channels import sms
from notifications.models import Message, MessageQuerySet, Preference, State
from notifications.outcomes import latest_use
from wellbeing.people.models import Contact

# Whatever goes wrong elsewhere, a phone does not ring all day.
TEXTS_A_DAY = 10


@dataclass(frozen=True)
class Hold:
    """Why a message does not leave now.

    With `until` it waits; without, it ends in `state`, and `fall_back` says whether an
    email takes over.
    """

    state: State
    reason: str
    until: datetime | None = None
    fall_back: bool = False


def with_consent(rows: MessageQuerySet) -> MessageQuerySet:
    """The rows with person, contact and `unwanted`, in one query."""
    return rows.select_related("person__contact").annotate(unwanted=said_no())


def said_no() -> Exists:
    """Whether the person of a row does not want its purpose by its channel."""
    no = Preference.objects.filter(
        person=OuterRef("person"),
        purpose=OuterRef("purpose"),
        channel=OuterRef("channel"),
        wanted=False,
    )
    return Exists(no)


def recipient(message: Message) -> str:
    """The address or number that the row goes to, or empty."""
    if message.address:
        return message.address
    contact = outbox.contact_of(message.person)
    if message.channel == Message.Channel.SMS:
        return contact.phone if contact else ""
    if message.person and message.person.email:
        return message.person.email
    # Somebody without an account can be written to all the same.
    return contact.mail if contact else ""


def find(
    message: Message, *, at: datetime, closed: dict[str, datetime], unwanted: bool
) -> Hold | None:
    """The first thing that stands in the way, or None. May raise for a bad zone."""
    if message.withdrawn_at is not None:
        return Hold(State.CANCELLED, "it was taken back meanwhile")
    if message.expires_at <= at:
        return Hold(State.EXPIRED, "it came too late to be of use")
    if message.person and not message.person.is_active:
        return Hold(State.WITHHELD, "the account is closed")
    if unwanted and not _only_way(message):
        reason = "the person does not want these messages this way"
        return Hold(State.WITHHELD, reason, fall_back=True)
    if message.channel == Message.Channel.SMS:
        hold = _sms_hold(message, at)
    else:
        hold = _email_hold(message)
    return hold or _channel_hold(message, at, closed)


def _only_way(message: Message) -> bool:
    """Whether the person would not hear of their own time at all without this row.

    Messages about agreed times can be moved from one channel to the other, not ended;
    so can offers. Who has offers on their page alone has ended them.
    """
    if message.purpose not in outbox.BY_TEXT_TOO and not _is_offer_by_text(message):
        return False
    if message.fallback_of_id is not None:
        return True
    contact = outbox.contact_of(message.person)
    by_mail = message.channel == Message.Channel.EMAIL
    return by_mail and not (contact and contact.takes_sms())


def _is_offer_by_text(message: Message) -> bool:
    if message.purpose != "offer" or message.person is None:
        return False
    return message.purpose in preferences.by_text(person=message.person)


def _email_hold(message: Message) -> Hold | None:
    if not recipient(message):
        reason = "there is no address to write to"
        return Hold(State.DEAD, reason, fall_back=True)
    contact = outbox.contact_of(message.person)
    if contact and contact.email_is_suspended() and not message.address:
        return Hold(State.WITHHELD, "the address does not take mail", fall_back=True)
    return None


def _sms_hold(message: Message, at: datetime) -> Hold | None:
    if not sms.is_set_up():
        reason = "text messages are not set up"
        return Hold(State.DEAD, reason, fall_back=True)
    if message.address:
        return None
    contact = outbox.contact_of(message.person)
    if contact is None or not contact.takes_sms():
        reason = "the person takes no text messages"
        return Hold(State.WITHHELD, reason, fall_back=True)
    if not addresses.is_served(contact.phone):
        reason = "texts to this country are not set up"
        return Hold(State.WITHHELD, reason, fall_back=True)
    if _texts_lately(message, at) >= TEXTS_A_DAY:
        reason = "that would be more texts than a day should bring"
        return Hold(State.WITHHELD, reason, fall_back=True)
    return _quiet_hold(message, contact, at)


def _texts_lately(message: Message, at: datetime) -> int:
    """How many texts left for this person in the last 24 hours, or may have."""
    rows = Message.objects.filter(person=message.person_id, channel="sms")
    since = at - timedelta(hours=24)
    gone = (State.SENDING, State.UNCERTAIN, State.ACCEPTED, State.DELIVERED)
    return rows.filter(state__in=gone, tries__started_at__gt=since).count()


def _quiet_hold(message: Message, contact: Contact, at: datetime) -> Hold | None:
    awake = outbox.out_of_quiet(contact, at)
    if awake <= at:
        return None
    if awake >= message.expires_at:
        reason = "the person's quiet hours last until it is too late"
        return Hold(State.WITHHELD, reason, fall_back=True)
    return Hold(State.PENDING, "the person has quiet hours", until=awake)


def _channel_hold(
    message: Message, at: datetime, closed: dict[str, datetime]
) -> Hold | None:
    until = closed.get(message.channel)
    if until is None:
        return None
    last = latest_use(message)
    if last <= at:
        reason = "text messages did not work until it was too late"
        return Hold(State.DEAD, reason, fall_back=True)
    # Not past the last use, so that the row is looked at while an email still helps.
    return Hold(State.PENDING, "the channel is closed", until=min(until, last))
