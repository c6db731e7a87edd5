"""From a row to words, at the moment of sending. The words are not kept."""

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.template import TemplateDoesNotExist, TemplateSyntaxError
from django.template.loader import render_to_string

from notifications import discretion, shipped, wording
from notifications.invitation import calendar_bytes
from notifications.message_context import context_of
from notifications.models import Message
from notifications.segments import segments
from notifications.texts import AS_SHIPPED, Edits
from notifications.wording import Faces
from wellbeing.lib import words

log = logging.getLogger(__name__)

# Everything that any mail or text program takes for the end of a line or a command.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e]+")
_BROKEN = (
    TemplateDoesNotExist,
    TemplateSyntaxError,
    ArithmeticError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
)
_NOTHING_EDITED: Edits = {}


class CannotRender(Exception):
    """The row and its template do not fit. Names the template, never the context."""


@dataclass(frozen=True)
class Letter:
    """The faces of one email. `calendar` goes with `calendar_method`."""

    subject: str
    text: str
    html: str
    calendar: str = ""
    calendar_method: str = ""
    stop_url: str = ""


@dataclass(frozen=True)
class Point:
    """One row in an email that several share."""

    text: str
    html: str
    stop_url: str = ""


def letter(
    message: Message, *, at: datetime, to: str, edits: Edits = _NOTHING_EDITED
) -> Letter:
    """The email of a row, in the words that are in force. Raises CannotRender."""
    try:
        context = context_of(message, at=at)
        calendar, method = _calendar(message, at=at, to=to)
        edit = edits.get(message.template, AS_SHIPPED)
        subject, text, html = mail_of(message.template, context, edit)
        return Letter(
            subject=subject,
            text=text,
            html=html,
            calendar=calendar,
            calendar_method=method,
            stop_url=context["unsubscribe"],
        )
    except _BROKEN as problem:
        raise CannotRender(message.template) from problem


def together(messages: Sequence[Message], *, at: datetime) -> Letter:
    """One email that says what several rows to one reader say, each with its own link.
    Raises CannotRender.

    The one-click stop is that of the first row that can be stopped, and stops its
    purpose alone: without one, who wants less of it is left with "this is spam".
    """
    points = [point(message, at=at) for message in messages]
    context: dict[str, Any] = {
        "person": messages[0].person,
        "points": points,
        "site": settings.PUBLIC_BASE_URL,
    }
    subject, plain, html = (
        render_to_string(f"messages/together/{face}", context)
        for face in ("subject.txt", "body.txt", "body.html")
    )
    stops = (point.stop_url for point in points if point.stop_url)
    return Letter(
        one_line(subject), plain.strip() + "\n", html, stop_url=next(stops, "")
    )


def point(message: Message, *, at: datetime) -> Point:
    """What a row says in an email that it shares. Raises CannotRender."""
    try:
        context = context_of(message, at=at)
        return Point(
            text=_face(message.template, "point.txt", context).strip(),
            html=_face(message.template, "point.html", context),
            stop_url=context["unsubscribe"],
        )
    except _BROKEN as problem:
        raise CannotRender(message.template) from problem


def text(message: Message, *, at: datetime, edits: Edits = _NOTHING_EDITED) -> str:
    """The text message of a row, one line. Raises CannotRender."""
    try:
        edit = edits.get(message.template, AS_SHIPPED)
        return sms_of(message.template, context_of(message, at=at), edit)
    except _BROKEN as problem:
        raise CannotRender(message.template) from problem


def mail_of(name: str, context: dict[str, Any], edit: Faces) -> tuple[str, str, str]:
    """Subject, text and HTML. Edited words that cannot be made are not used."""
    if edit.subject or edit.words:
        try:
            return _edited_mail(name, context, edit)
        except _BROKEN as problem:
            _note_broken(name, problem)
    return (
        _subject(name, context, AS_SHIPPED),
        _as_body(_face(name, "body.txt", context)),
        _face(name, "body.html", context),
    )


def sms_of(name: str, context: dict[str, Any], edit: Faces) -> str:
    """A text message, one line.

    No-break spaces become plain ones: outside the GSM alphabet, one of them would cut
    the message from 160 letters to 70. What the reader wants said beyond the time, and
    their name, are left out where they would make two parts of one.
    """
    found = _sms(name, context, edit)
    if segments(found) > 1 and (context["more"] or context["named"]):
        return _sms(name, context | {"more": "", "named": False}, edit)
    return found


def _edited_mail(
    name: str, context: dict[str, Any], edit: Faces
) -> tuple[str, str, str]:
    subject = _subject(name, context, edit)
    if not edit.words:
        return (
            subject,
            _as_body(_face(name, "body.txt", context)),
            _face(name, "body.html", context),
        )
    came = shipped.faces_of(name)
    values = wording.values_of(context, face="words", shipped=came)
    filled = context | {"edited_subject": subject}
    plain = filled | {
        "frame": f"messages/{name}/body.txt",
        "edited_words": wording.fill(edit.words, values),
    }
    rich = filled | {
        "frame": f"messages/{name}/body.html",
        "edited_words": wording.as_html(edit.words, values),
    }
    return (
        subject,
        _as_body(render_to_string("messages/edited.txt", plain)),
        render_to_string("messages/edited.html", rich),
    )


def _subject(name: str, context: dict[str, Any], edit: Faces) -> str:
    if not edit.subject:
        return one_line(_face(name, "subject.txt", context))
    came = shipped.faces_of(name)
    values = wording.values_of(context, face="subject", shipped=came)
    return one_line(wording.fill(edit.subject, values))


def _sms(name: str, context: dict[str, Any], edit: Faces) -> str:
    if edit.sms:
        try:
            came = shipped.faces_of(name)
            values = wording.values_of(context, face="sms", shipped=came)
            return _as_text(f"{wording.SENDER}{wording.fill(edit.sms, values)}")
        except _BROKEN as problem:
            _note_broken(name, problem)
    return _as_text(_face(name, "sms.txt", context))


def _note_broken(name: str, problem: Exception) -> None:
    """Only the kind of problem: what the row holds stays out of the log."""
    kind = type(problem).__name__
    log.error("The edited words of %s: %s. Ours are sent.", name, kind)


def _as_text(face: str) -> str:
    return " ".join(one_line(face).replace(words.NBSP, " ").split())


def _as_body(face: str) -> str:
    return face.strip() + "\n"


def one_line(value: str) -> str:
    """Without anything that could start a new header or a new line."""
    return _CONTROL.sub(" ", value).strip()


def _face(name: str, face: str, context: dict[str, Any]) -> str:
    return render_to_string(f"messages/{name}/{face}", context)


def _calendar(message: Message, *, at: datetime, to: str) -> tuple[str, str]:
    """The calendar part and its method, both empty where the row has none."""
    given = message.context.get("invitation")
    if not given:
        return "", ""
    content = calendar_bytes(
        uid=given["uid"],
        sequence=given["sequence"],
        starts_at=datetime.fromisoformat(given["starts_at"]),
        ends_at=datetime.fromisoformat(given["ends_at"]),
        stamp=at,
        method=given["method"],
        attendee_email=to,
        summary=discretion.calendar_title(message),
    )
    return content.decode(), given["method"]
