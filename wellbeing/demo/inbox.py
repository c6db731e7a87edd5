"""Reading what left: mails from their files, texts from the stand-in's store."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import icalendar

from wellbeing.people.models import Contact, User


@dataclass(frozen=True)
class Entry:
    """What a calendar would show for an invitation."""

    method: str
    title: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Mail:
    """One mail as a mail client would show it."""

    name: str
    left_at: datetime
    subject: str
    sender: str
    text: str
    entry: Entry | None


@dataclass(frozen=True)
class Text:
    """One text message as a phone would show it."""

    left_at: datetime
    body: str


def mails_to(person: User, folder: Path) -> list[Mail]:
    """The person's mails, newest first."""
    found = [
        mail
        for path in sorted(folder.glob("*.eml"), reverse=True)
        if (mail := _mail(path, _address_of(person)))
    ]
    return found[:60]


def _address_of(person: User) -> str:
    """Their own, or the one at which somebody without an account is written to."""
    if person.email:
        return person.email
    contact = Contact.objects.filter(person=person).first()
    return contact.mail if contact else ""


def html_of(name: str, person: User, folder: Path) -> str | None:
    """The HTML part of one of the person's own mails."""
    path = folder / name
    if path.suffix != ".eml" or path.parent != folder or not path.is_file():
        return None
    message = _read(path)
    address = _address_of(person)
    if not address or address not in str(message["To"]):
        return None
    part = message.get_body(("html",))
    return part.get_content() if part else None


def texts_to(phone: str, store: Path) -> list[Text]:
    """The texts to a number, newest first."""
    if not phone or not store.exists():
        return []
    rows = [row for row in _rows(store) if row.get("to") == phone]
    texts = [
        Text(datetime.fromisoformat(row["created"]).astimezone(UTC), row["body"])
        for row in rows
    ]
    return sorted(texts, key=lambda text: text.left_at, reverse=True)


def _rows(store: Path) -> Iterator[dict[str, Any]]:
    for line in store.read_text().splitlines():
        yield json.loads(line)


def _read(path: Path) -> EmailMessage:
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert isinstance(message, EmailMessage)  # noqa: S101 - the policy makes these
    return message


def _mail(path: Path, address: str) -> Mail | None:
    message = _read(path)
    if not address or address not in str(message["To"]):
        return None
    body = message.get_body(("plain",))
    nanoseconds = int(path.name.split("-")[0])
    return Mail(
        name=path.name,
        left_at=datetime.fromtimestamp(nanoseconds / 1e9, UTC),
        subject=str(message["Subject"]),
        sender=str(message["From"]),
        text=body.get_content() if body else "",
        entry=_entry(message),
    )


def _entry(message: EmailMessage) -> Entry | None:
    for part in message.walk():
        if (
            isinstance(part, EmailMessage)
            and part.get_content_type() == "text/calendar"
        ):
            calendar = icalendar.Calendar.from_ical(part.get_content())
            event = calendar.events[0]
            return Entry(
                method=str(calendar.get("METHOD", "")),
                title=str(event.get("SUMMARY", "")),
                starts_at=event.decoded("DTSTART"),
                ends_at=event.decoded("DTEND"),
            )
    return None
