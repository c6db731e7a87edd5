"""What the text message service tells us. Nothing in it is believed unsigned.

A signature has no time in it, so an old call may come again for ever: each event counts
once, and states only rise. Its form is ambiguous (names and values are joined without
separators), so after it an exact list of names, single values and known words is asked
for.
"""

import re
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from twilio.request_validator import RequestValidator

from notifications import addresses, outcomes, replies
from notifications.channels.base import Result
from notifications.models import Attempt, ProviderEvent, State
from notifications.uncertain import outcome_of_status
from wellbeing.lib import access, clock

PROVIDER = "twilio"
_SID = re.compile(r"(SM|MM)[0-9a-f]{32}")
_CODE = re.compile(r"\d{0,6}")
_PHONE = re.compile(r"\+[1-9]\d{6,14}")
# fmt: off
_STATUSES = frozenset({
    "queued", "accepted", "scheduled", "sending", "sent", "delivered", "undelivered",
    "failed", "canceled", "read",
})
_BOTH = frozenset({
    "MessageSid", "SmsSid", "SmsMessageSid", "AccountSid", "MessagingServiceSid",
    "From", "To", "ApiVersion", "SmsStatus",
})
STATUS_FIELDS = _BOTH | {"MessageStatus", "ErrorCode", "RawDlrDoneDate"}
INBOUND_FIELDS = _BOTH | {
    "Body", "NumMedia", "NumSegments", "OptOutType", "FromCity", "FromState",
    "FromZip", "FromCountry", "ToCity", "ToState", "ToZip", "ToCountry",
}
_STOP = frozenset({
    "STOP", "STOPALL", "UNSUBSCRIBE", "END", "QUIT", "CANCEL", "REVOKE", "OPTOUT",
})
_START = frozenset({"START", "YES", "UNSTOP"})
# fmt: on

# A text that had not been proved to have left may be proved so by a late call.
_NOT_YET_PROVED = (
    State.PENDING,
    State.CLAIMED,
    State.SENDING,
    State.RETRY,
    State.UNCERTAIN,
)
MAY_ARRIVE = (*_NOT_YET_PROVED, State.ACCEPTED, State.DEAD, State.EXPIRED)
MAY_COME_BACK = (State.SENDING, State.UNCERTAIN, State.RETRY, State.ACCEPTED)


@csrf_exempt
@access.public
@require_POST
def sms_status(request: HttpRequest, attempt_id: UUID | None = None) -> HttpResponse:
    """What became of one text. 204 whether or not we know it; 403 unsigned."""
    if not signed(request):
        return HttpResponse(status=403)
    posted = request.POST
    if not _well_formed(posted, STATUS_FIELDS, "MessageStatus"):
        return HttpResponse(status=400)
    status, code = str(posted["MessageStatus"]), str(posted.get("ErrorCode", ""))
    if status not in _STATUSES or not _CODE.fullmatch(code):
        return HttpResponse(status=400)
    _take_status(attempt_id, str(posted["MessageSid"]), status, code)
    return HttpResponse(status=204)


@csrf_exempt
@access.public
@require_POST
def sms_inbound(request: HttpRequest) -> HttpResponse:
    """STOP and START switch texts; LATER, SKIP, MOVE and HELP answer one. Any other
    words are not kept and not answered."""
    if not signed(request):
        return HttpResponse(status=403)
    posted = request.POST
    if not _well_formed(posted, INBOUND_FIELDS, "From", "Body"):
        return HttpResponse(status=400)
    sid, phone = str(posted["MessageSid"]), str(posted["From"])
    if not _PHONE.fullmatch(phone):
        return HttpResponse(status=400)
    said = str(posted.get("OptOutType") or posted["Body"]).strip().upper()
    if said in _STOP | _START:
        _take_word(sid, phone, stop=said in _STOP)
    elif said in replies.KNOWN and "OptOutType" not in posted:
        # With that field the provider has answered already.
        _take_answer(sid, phone, said)
    return HttpResponse(status=204)


def signed(request: HttpRequest) -> bool:
    """Whether the provider signed this for our public address.

    The address comes from our settings, never from the Host header, and the algorithm
    is not read from the request. During a change of tokens the second one counts too.
    """
    signature = request.headers.get("X-Twilio-Signature")
    if not signature:
        return False
    url = f"{settings.PUBLIC_BASE_URL}{request.get_full_path()}"
    tokens = (settings.TWILIO_AUTH_TOKEN, settings.TWILIO_AUTH_TOKEN_SECONDARY)
    return any(_matches(token, url, request.POST, signature) for token in tokens)


def _matches(token: str, url: str, posted: QueryDict, signature: str) -> bool:
    if not token:
        return False
    validator = RequestValidator(token)  # type: ignore[no-untyped-call]
    return bool(validator.validate(url, posted, signature))  # type: ignore[no-untyped-call]


def _well_formed(posted: QueryDict, allowed: frozenset[str], *needed: str) -> bool:
    return (
        set(posted) <= allowed
        and all(len(values) == 1 for _, values in posted.lists())
        and {"MessageSid", "AccountSid", *needed} <= set(posted)
        and posted["AccountSid"] == settings.TWILIO_ACCOUNT_SID
        and bool(_SID.fullmatch(str(posted["MessageSid"])))
    )


def _take_status(attempt_id: UUID | None, sid: str, status: str, code: str) -> None:
    """Keep the event once and move the row up, in one transaction."""
    rows = Attempt.objects.select_related("message__person")
    if attempt_id is None:
        attempt = rows.filter(provider_sid=sid).first()
    else:
        attempt = rows.filter(public_id=attempt_id, provider_sid__in=("", sid)).first()
    if attempt is None:
        return
    with transaction.atomic():
        if _first_time(sid, status, code):
            _move_up(attempt, sid, status, code)


def _move_up(attempt: Attempt, sid: str, status: str, code: str) -> None:
    message = attempt.message
    outcome = outcome_of_status(status, int(code) if code else None, sid)
    if outcome.result is Result.ACCEPTED:
        states: tuple[State, ...] = _NOT_YET_PROVED
    elif outcome.result is Result.DELIVERED:
        states = MAY_ARRIVE
    else:
        # News of an earlier try must not undo a later one.
        states = MAY_COME_BACK if attempt.number == message.attempts else ()
    outcomes.settle(
        message=message,
        attempt=attempt,
        outcome=outcome,
        at=clock.now(),
        states=states,
    )


def _take_word(sid: str, phone: str, *, stop: bool) -> None:
    with transaction.atomic():
        if not _first_time(sid, "stop" if stop else "start", ""):
            return
        if stop:
            addresses.stop_sms(phone=phone, at=clock.now())
        else:
            addresses.start_sms(phone=phone)


def _take_answer(sid: str, phone: str, word: str) -> None:
    """Once, even where it did nothing: brought again, it would answer a later text."""
    with transaction.atomic():
        if _first_time(sid, word.lower(), ""):
            replies.take(phone=phone, word=word, at=clock.now())


def _first_time(sid: str, status: str, code: str) -> bool:
    _, new = ProviderEvent.objects.get_or_create(
        provider=PROVIDER,
        sid=sid,
        status=status,
        defaults={"code": code, "received_at": clock.now()},
    )
    return new
