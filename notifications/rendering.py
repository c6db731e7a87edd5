"""From a row to words, at the moment of sending. The words are not kept."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core import signing
from django.template import TemplateDoesNotExist, TemplateSyntaxError
from django.template.loader import render_to_string
from django.urls import reverse

from notifications import discretion
from notifications.invitation import calendar_bytes
from notifications.models import Message
from notifications.segments import segments
from wellbeing.lib import links, words

STOP_SALT = "notifications.stop"
STOPPABLE = frozenset({"check_in"})
ZONE_WITHOUT_PERSON = "Europe/London"

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


def letter(message: Message, *, at: datetime, to: str) -> Letter:
    """The email of a row. Raises CannotRender."""
    try:
        context = context_of(message, at=at)
        calendar, method = _calendar(message, at=at, to=to)
        return Letter(
            subject=one_line(_face(message, "subject.txt", context)),
            text=_face(message, "body.txt", context).strip() + "\n",
            html=_face(message, "body.html", context),
            calendar=calendar,
            calendar_method=method,
            stop_url=context["unsubscribe"],
        )
    except _BROKEN as problem:
        raise CannotRender(message.template) from problem


def together(messages: Sequence[Message], *, at: datetime) -> Letter:
    """One email that says what several rows to one reader say, each with its own link.
    Raises CannotRender.

    It carries no one-click stop: that would have to stop all of them or only one. The
    words of those that can be stopped bring their own link.
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
    return Letter(one_line(subject), plain.strip() + "\n", html)


def point(message: Message, *, at: datetime) -> Point:
    """What a row says in an email that it shares. Raises CannotRender."""
    try:
        context = context_of(message, at=at)
        return Point(
            text=_face(message, "point.txt", context).strip(),
            html=_face(message, "point.html", context),
        )
    except _BROKEN as problem:
        raise CannotRender(message.template) from problem


def text(message: Message, *, at: datetime) -> str:
    """The text message of a row, one line. Raises CannotRender.

    No-break spaces become plain ones: outside the GSM alphabet, one of them would cut
    the message from 160 letters to 70. What the reader wants said beyond the time is
    left out where it would make two parts of one.
    """
    try:
        context = context_of(message, at=at)
        found = _as_text(_face(message, "sms.txt", context))
        if context["more"] and segments(found) > 1:
            found = _as_text(_face(message, "sms.txt", context | {"more": ""}))
    except _BROKEN as problem:
        raise CannotRender(message.template) from problem
    return found


def _as_text(face: str) -> str:
    return " ".join(one_line(face).replace(words.NBSP, " ").split())


def one_line(value: str) -> str:
    """Without anything that could start a new header or a new line."""
    return _CONTROL.sub(" ", value).strip()


def context_of(message: Message, *, at: datetime) -> dict[str, Any]:
    """What every template may use beside the row's own context.

    Instants (`..._at`) come as datetimes, and each brings its day in words in the
    reader's zone (`starts_at` gives `starts_day`): a message is read on another day
    than it was sent, so it never says today or tomorrow. `link` and `short_link` are
    made from `path`; `unsubscribe` is empty where the purpose cannot be stopped. For
    somebody without an account, who cannot sign in, the link is a signed one.
    """
    zone = message.person.time_zone if message.person else ZONE_WITHOUT_PERSON
    place = ZoneInfo(zone)
    found: dict[str, Any] = dict(message.context)
    for name, value in message.context.items():
        if name.endswith("_at"):
            moment = datetime.fromisoformat(value)
            year = abs((moment - at).days) > 300
            day = words.date_words(moment.astimezone(place).date(), year=year)
            found |= {name: moment, f"{name.removesuffix('_at')}_day": day}
    path = message.context.get("path", "/")
    if message.person and not message.person.email:
        path = f"{path}{links.signature_of(path)}/"
    link = site_url(path)
    stop = message.context.get("stop_path", "")
    return found | {
        "person": message.person,
        "zone": zone,
        "at": at,
        "site": settings.PUBLIC_BASE_URL,
        "short_site": settings.PUBLIC_BASE_URL.partition("://")[2],
        "link": link,
        "short_link": link.partition("://")[2],
        "stop_link": site_url(stop) if stop else "",
        "unsubscribe": _unsubscribe_url(message),
        "more": discretion.more_of(message),
        "calendar_title": discretion.calendar_title(message),
    }


def site_url(path: str) -> str:
    """A path of ours as a full address. Raises ValueError for anything else."""
    if not path.startswith("/") or path.startswith("//"):
        raise ValueError("a link in a message must be a path of our own")
    return f"{settings.PUBLIC_BASE_URL}{path}"


def _face(message: Message, face: str, context: dict[str, Any]) -> str:
    return render_to_string(f"messages/{message.template}/{face}", context)


def _unsubscribe_url(message: Message) -> str:
    """An address that stops this purpose without signing in, or empty.

    The token is the message's own random id, signed: nobody is named in the address.
    """
    if message.purpose not in STOPPABLE or message.person is None:
        return ""
    token = signing.Signer(salt=STOP_SALT).sign(str(message.public_id))
    return site_url(reverse("message_stop", args=[token]))


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
