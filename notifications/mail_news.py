"""What became of a mail after it was handed over: it arrived, or it came back.

A mail provider says so at `/hooks/mail/status`; a mail server sends the mail back to
its sender, and `manage.py take_bounce` reads it. Whether a mail was opened is nobody's
business and is not taken in.
"""

import re
from email import message_from_bytes
from email.message import Message as Mail
from email.policy import default
from importlib import import_module
from importlib.util import find_spec
from typing import Any
from uuid import UUID

from anymail.exceptions import AnymailWebhookValidationFailure
from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from notifications import outcomes, preferences
from notifications.channels.base import Outcome, Result
from notifications.message_context import STOPPABLE
from notifications.models import Attempt, Message, ProviderEvent, State
from notifications.webhooks import MAY_ARRIVE, MAY_COME_BACK
from wellbeing.lib import access, clock

_BACK = frozenset({"bounced", "rejected", "failed"})
_NO_MORE = frozenset({"complained", "unsubscribed"})
# A full mailbox or a server that is away says nothing about the address itself.
_PASSING = re.compile(r"\b4\.\d\.\d|\b5\.2\.\d|soft|transient|full", re.IGNORECASE)
_OUR_ID = re.compile(r"<([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@")
_CAME_BACK = "the mail came back"


@csrf_exempt
@access.public
@require_http_methods(["HEAD", "POST"])
def mail_status(request: HttpRequest) -> HttpResponse:
    """The provider's report. 404 unless a provider and a secret are set; 403 when the
    secret or the provider's signature is wrong."""
    view_class = _view_class()
    if view_class is None or not settings.MAIL_HOOK_SECRET:
        raise Http404
    if request.method == "HEAD":
        return HttpResponse()
    view = view_class()
    try:
        view.run_validators(request)
    except AnymailWebhookValidationFailure:
        return HttpResponse(status=403)
    try:
        events = view.parse_events(request)
    except (ValueError, LookupError, TypeError, AttributeError):
        return HttpResponse(status=400)
    for event in events:
        _take(event)
    return HttpResponse(status=204)


def _view_class() -> Any:
    """The provider's own reader; None when it has none."""
    name = f"anymail.webhooks.{settings.MAIL_PROVIDER}"
    if not settings.MAIL_PROVIDER or not find_spec(name):
        return None
    ends = ("TrackingWebhookView", "CombinedWebhookView")
    found = vars(import_module(name)).items()
    return next((kind for title, kind in found if title.endswith(ends)), None)


def _take(event: Any) -> None:
    rows = Attempt.objects.filter(message__channel=Message.Channel.EMAIL)
    sid = str(event.message_id or "")
    attempt = rows.select_related("message__person").filter(provider_sid=sid).first()
    if not sid or attempt is None:
        return
    if event.event_type == "delivered":
        _settle(attempt, Outcome(Result.DELIVERED), "delivered")
    elif event.event_type in _BACK:
        said = f"{event.mta_response} {event.description} {event.reject_reason}"
        sure = event.reject_reason in {"invalid", "bounced"}
        _came_back(attempt, sure and not _PASSING.search(said), event.event_type)
    elif event.event_type in _NO_MORE:
        _no_more(attempt.message)


def take_bounce(content: bytes) -> bool:
    """A mail that came back (RFC 3464). Whether it was one of ours, and for good.

    It names our own Message-ID, which only its reader and the servers on the way know.
    """
    mail = message_from_bytes(content, policy=default)
    status = _status_of(mail)
    found = _OUR_ID.search(_returned_id(mail))
    if not status.startswith("5") or found is None:
        return False
    attempt = (
        Attempt.objects.select_related("message__person")
        .filter(message__public_id=UUID(found[1]), message__channel="email")
        .order_by("-number")
        .first()
    )
    if attempt is None:
        return False
    return _came_back(attempt, not _PASSING.search(status), "bounced")


def _status_of(mail: Mail) -> str:
    """The status of the one recipient when the delivery failed, or empty."""
    for part in mail.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        for block in part.get_payload():
            if isinstance(block, Mail) and block.get("Action", "").lower() == "failed":
                return str(block.get("Status", "")).strip()
    return ""


def _returned_id(mail: Mail) -> str:
    """The Message-ID of the mail that came back with the report."""
    for part in mail.walk():
        if part.get_content_type() == "message/rfc822":
            inner = part.get_payload(0)
            return str(inner.get("Message-ID", "")) if isinstance(inner, Mail) else ""
        if part.get_content_type() == "text/rfc822-headers":
            head = part.get_payload(decode=True)
            inner = message_from_bytes(head if isinstance(head, bytes) else b"")
            return str(inner.get("Message-ID", ""))
    return ""


def _came_back(attempt: Attempt, invalid: bool, code: str) -> bool:
    outcome = Outcome(
        Result.PERMANENT,
        code,
        reason=_CAME_BACK,
        address="invalid" if invalid else "",
    )
    return _settle(attempt, outcome, code)


def _settle(attempt: Attempt, outcome: Outcome, status: str) -> bool:
    """Once for each mail and status. News of an earlier try does not undo a later."""
    message = attempt.message
    if outcome.result is Result.DELIVERED:
        states: tuple[State, ...] = MAY_ARRIVE
    else:
        states = MAY_COME_BACK if attempt.number == message.attempts else ()
    at = clock.now()
    with transaction.atomic():
        _, new = ProviderEvent.objects.get_or_create(
            provider="mail",
            sid=str(attempt.public_id),
            status=status,
            defaults={"received_at": at},
        )
        return new and outcomes.settle(
            message=message, attempt=attempt, outcome=outcome, at=at, states=states
        )


def _no_more(message: Message) -> None:
    """The reader called it spam or unsubscribed at the provider: that purpose stops."""
    if message.person and message.purpose in STOPPABLE:
        preferences.stop(
            person=message.person,
            purpose=message.purpose,
            channel=Message.Channel.EMAIL,
            at=clock.now(),
        )
