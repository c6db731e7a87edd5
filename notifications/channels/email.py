"""Email over one reused connection, with what is certain told from what is not.

A failure before the content was transmitted leaves nothing behind and may be tried
again. After it, only the server knows: the row becomes uncertain, and the one further
try carries the same Message-ID, which mail stores use to drop a second copy.
"""

import smtplib
from collections.abc import Callable
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import sanitize_address

from notifications.channels import provider_mail
from notifications.channels.base import Outcome, Parcel, Result
from notifications.rendering import Letter

_AGAIN_SOON = frozenset({421, 432})
_NOT_ALLOWED_IN = frozenset({530, 534, 535, 538})


class EmailChannel:
    """Sends letters by whatever EMAIL_URL names. Opened with the first letter."""

    def __init__(self) -> None:
        self._connection: BaseEmailBackend | None = None

    def send(self, parcel: Parcel) -> Outcome:
        assert isinstance(parcel.words, Letter)  # noqa: S101 - for the type checker
        try:
            mail = compose(parcel.words, parcel)
            content = mail.message().as_bytes(linesep="\r\n")  # type: ignore[call-arg]
            to = sanitize_address(parcel.to, "utf-8")
        except (ValueError, UnicodeError) as problem:
            reason = "the address cannot be written to"
            return Outcome(Result.PERMANENT, type(problem).__name__, reason=reason)
        fresh = self._connection is None
        outcome = self._try(mail, to, content)
        if outcome.code == "disconnected" and not fresh:
            # An idle connection dies in silence; this is the first moment to know.
            outcome = self._try(mail, to, content)
        return outcome

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is None:
            return
        try:
            connection.close()
        except (OSError, smtplib.SMTPException):
            return

    def _try(self, mail: EmailMultiAlternatives, to: str, content: bytes) -> Outcome:
        try:
            connection = self._open()
        except smtplib.SMTPAuthenticationError as problem:
            reason = "the mail server does not let us in"
            return Outcome(Result.CONFIGURATION, str(problem.smtp_code), reason=reason)
        except (OSError, smtplib.SMTPException) as problem:
            reason = "the mail server could not be reached"
            return Outcome(Result.QUICK, type(problem).__name__, reason=reason)
        smtp = getattr(connection, "connection", None)
        if not isinstance(smtp, smtplib.SMTP):
            return provider_mail.hand_over(connection, mail)
        outcome = hand_over(smtp, sender_of(mail), to, content)
        if outcome.code.startswith("disconnected"):
            self.close()
        return outcome

    def _open(self) -> BaseEmailBackend:
        if self._connection is None:
            connection: BaseEmailBackend = get_connection()
            connection.open()
            self._connection = connection
        return self._connection


def compose(letter: Letter, parcel: Parcel) -> EmailMultiAlternatives:
    """The mail of one row. The same row always has the same Message-ID."""
    mail = EmailMultiAlternatives(
        letter.subject,
        letter.text,
        settings.DEFAULT_FROM_EMAIL,
        [parcel.to],
        headers={
            "Message-ID": f"<{parcel.message.public_id}@{settings.MAIL_DOMAIN}>",
            "Auto-Submitted": "auto-generated",
        },
    )
    mail.attach_alternative(letter.html, "text/html")
    if letter.calendar:
        kind = f"text/calendar; method={letter.calendar_method}"
        mail.attach_alternative(letter.calendar, kind)
        mail.attach("invite.ics", letter.calendar.encode(), "application/ics")
    if letter.stop_url:
        mail.extra_headers["List-Unsubscribe"] = f"<{letter.stop_url}>"
        mail.extra_headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return mail


def sender_of(mail: EmailMultiAlternatives) -> str:
    return parseaddr(sanitize_address(mail.from_email, "utf-8"))[1]


def hand_over(smtp: smtplib.SMTP, sender: str, to: str, content: bytes) -> Outcome:
    """One transaction, step by step, so that the phase of a failure is known."""
    steps: list[tuple[str, Callable[[], tuple[int, bytes]]]] = [
        ("sender", lambda: smtp.mail(sender)),
        ("recipient", lambda: smtp.rcpt(to)),
        ("content", lambda: smtp.data(content)),
    ]
    for phase, step in steps:
        try:
            smtp.ehlo_or_helo_if_needed()
            code, said = step()
        except smtplib.SMTPDataError as problem:
            # The server turned the content down before it was transmitted.
            code, said = problem.smtp_code, _bytes(problem.smtp_error)
        except (OSError, smtplib.SMTPException):
            return _lost(phase)
        if not 400 <= code < 600 and code not in {250, 251}:
            return _lost(phase)
        if code not in {250, 251}:
            _reset(smtp)
            return _turned_down(phase, code, said)
    return Outcome(Result.ACCEPTED, "250")


def _lost(phase: str) -> Outcome:
    if phase == "content":
        reason = "the mail server fell silent; it may have the message"
        return Outcome(Result.UNCERTAIN, "disconnected-late", reason=reason)
    reason = "the mail server closed the connection"
    return Outcome(Result.QUICK, "disconnected", reason=reason)


def _turned_down(phase: str, code: int, said: bytes) -> Outcome:
    """The server's answer, by class (RFC 5321, 3463). Its words are not kept."""
    if code in _NOT_ALLOWED_IN:
        reason = "the mail server does not let us in"
        return Outcome(Result.CONFIGURATION, str(code), reason=reason)
    if 400 <= code < 500:
        soon = code in _AGAIN_SOON or phase == "sender"
        reason = "the mail server asked us to come back later"
        return Outcome(Result.QUICK if soon else Result.SLOW, str(code), reason=reason)
    if phase == "sender":
        reason = "the mail server does not accept our sender address"
        return Outcome(Result.CONFIGURATION, str(code), reason=reason)
    return Outcome(
        Result.PERMANENT,
        str(code),
        reason="the mail server does not take mail for this address",
        address="invalid" if b"5.1." in said else "",
    )


def _reset(smtp: smtplib.SMTP) -> None:
    try:
        smtp.rset()
    except (OSError, smtplib.SMTPException):
        # The next transaction finds the connection dead and opens a new one.
        return


def _bytes(said: bytes | str) -> bytes:
    return said if isinstance(said, bytes) else said.encode()
