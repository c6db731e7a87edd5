"""How much of a time is said where others may look: as much as the reader chose.

By default only when. A study, a code, a kind, a role or a title is never said.
"""

from notifications import invitation, outbox
from notifications.models import Message
from wellbeing.people.models import Contact, User

APPOINTMENT = "Appointment"
_HOW = {"phone": "by phone", "video": "by video", "in_person": "in person"}


def more_of(message: Message) -> str:
    """What follows the time in a subject or a text: nothing, how, or how and with whom.

    Starts with a comma, so that it can stand behind the name of a zone.
    """
    contact = outbox.contact_of(message.person)
    if contact is None or not contact.discretion:
        return ""
    by_name = contact.discretion == Contact.Discretion.NAME
    name = _name_of(message.context.get("with_id")) if by_name else ""
    return more_words(mode=message.context.get("mode", ""), name=name)


def more_words(*, mode: str, name: str) -> str:
    """`, by phone, with Jo Whitfield`, or as much of it as is known."""
    parts = [_HOW.get(mode, ""), f"with {name}" if name else ""]
    return "".join(f", {part}" for part in parts if part)


def may_name(person: User | None) -> bool:
    """Whether a name may stand where others may look, the reader's own included."""
    contact = outbox.contact_of(person)
    return bool(contact and contact.discretion == Contact.Discretion.NAME)


def calendar_title(message: Message) -> str:
    """What the calendar entry of a message is called."""
    return title_of(person=message.person, with_id=message.context.get("with_id"))


def title_of(*, person: User | None, with_id: int | None) -> str:
    """What an entry in this person's calendar is called; "Busy" unless they chose
    otherwise. `with_id` is whom they meet, when that may be said at all."""
    contact = outbox.contact_of(person)
    chosen = contact.calendar_title if contact else ""
    if chosen == Contact.CalendarTitle.APPOINTMENT:
        return APPOINTMENT
    if chosen == Contact.CalendarTitle.NAME:
        return _name_of(with_id) or APPOINTMENT
    return invitation.BUSY


def _name_of(person_id: int | None) -> str:
    """The bare name: a title says what the other person does."""
    found = User.objects.filter(pk=person_id).first() if person_id else None
    return found.bare_name if found else ""
