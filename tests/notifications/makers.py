"""Messages to send in tests, and a mail server that can behave badly."""

import asyncio
import socket
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import Message as Mail

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from notifications import outbox
from notifications.models import Message

PATH = "/bookings/7d3b8a44-3f0e-4c39-9a53-6a8f3f6f2c11/"


def times(start: datetime, **extra: object) -> dict[str, object]:
    """The context of a message about a time of 50 minutes."""
    return {
        "starts_at": start.isoformat(),
        "ends_at": (start + timedelta(minutes=50)).isoformat(),
        "path": PATH,
        **extra,
    }


def owe(person, at: datetime, **extra) -> Message | None:
    """A booking reminder that is due now and of use for five hours."""
    given = {
        "purpose": "booking_reminder",
        "template": "booking_reminder",
        "key": "reminder",
        "group": "booking:1",
        "context": times(at + timedelta(hours=6)),
        "expires_at": at + timedelta(hours=5),
        **extra,
    }
    return outbox.plan(to=person, at=at, **given)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


class MailServer:
    """Takes mail, or does what `fate` says: an answer to RCPT or DATA, or silence.

    `fate` is "", "rcpt <answer>", "data <answer>", "drop after data", "drop at mail".
    """

    def __init__(self, delay: float = 0) -> None:
        self.fate = ""
        self.delay = delay
        self.mails: list[Mail] = []
        self.connections = 0
        self.port = free_port()
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self.controller.start()

    def stop(self) -> None:
        self.controller.stop()

    async def handle_EHLO(  # noqa: N802 - the library's name
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        name: str,
        responses: list[str],
    ) -> list[str]:
        session.host_name = name
        self.connections += 1
        return responses

    async def handle_MAIL(  # noqa: N802 - the library's name
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        if self.fate.startswith("drop at mail"):
            self.fate = ""
            server.transport.close()
            return "421 bye"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - the library's name
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        if self.fate.startswith("rcpt"):
            return self.fate.removeprefix("rcpt ")
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - the library's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if self.fate.startswith("data"):
            return self.fate.removeprefix("data ")
        self.mails.append(message_from_bytes(envelope.content))
        await asyncio.sleep(self.delay)
        if self.fate == "drop after data":
            self.fate = ""
            server.transport.abort()
            await asyncio.sleep(0)
        return "250 OK"
