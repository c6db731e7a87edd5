"""Text messages by Twilio: the only module that knows its client.

Create has no idempotency key, so a time-out is never tried again by itself. Our own
try's id travels in the status callback, and the list of messages to one number settles
what no callback settled.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import requests
from django.conf import settings
from django.urls import reverse
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client
from urllib3.exceptions import NewConnectionError

from notifications import timing
from notifications.channels.base import Outcome, Parcel, Result
from notifications.channels.sms_codes import outcome_of_code

TIMEOUT_SECONDS = 10.0  # far below the lease of a row, or two senders could hold it
CLOCK_SKEW = timedelta(minutes=2)
_OURS = "outbound-api"
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class NotLoopback(Exception):
    """TWILIO_BASE_URL may only name this machine: it gets the account's secret."""


class CannotLookUp(Exception):
    """The provider did not answer a question; ask again later."""


@dataclass(frozen=True)
class Found:
    """A message as the provider keeps it."""

    sid: str
    status: str
    code: int | None
    body: str


class _HttpClient(TwilioHttpClient):
    """With a time-out (the client has none), no retries, and a stand-in if set."""

    def __init__(self) -> None:
        super().__init__(timeout=TIMEOUT_SECONDS, max_retries=0)
        self.retry_after = 0.0
        self._base = urlsplit(settings.TWILIO_BASE_URL)
        if self._base.netloc:
            if self._base.hostname not in _LOOPBACK:
                raise NotLoopback(self._base.hostname)
            # A proxy from the environment would carry the secret off this machine.
            if self.session is not None:
                self.session.trust_env = False

    def log_request(self, kwargs: dict[str, Any]) -> None:
        """Nothing: the library writes numbers and words to the log."""

    def log_response(self, status_code: int, response: Any) -> None:
        """Nothing, for the same reason."""

    # The library's own two signatures differ in a name.
    def request(  # type: ignore[override]
        self, method: str, url: str, *args: Any, **kwargs: Any
    ) -> Response:
        if self._base.netloc:
            parts = urlsplit(url)
            url = urlunsplit((*self._base[:2], *parts[2:]))
        answer = super().request(method, url, *args, **kwargs)
        self.retry_after = _seconds((answer.headers or {}).get("Retry-After", ""))
        return answer


class SmsChannel:
    """Made inside the task that uses it: forks must not share its connections."""

    def __init__(self) -> None:
        self._http: _HttpClient | None = None

    def send(self, parcel: Parcel) -> Outcome:
        assert isinstance(parcel.words, str)  # noqa: S101 - for the type checker
        expires_at = parcel.message.expires_at
        callback = reverse("sms_status", args=[parcel.attempt])
        try:
            made = self._client().messages.create(
                to=parcel.to,
                messaging_service_sid=settings.TWILIO_MESSAGING_SERVICE_SID,
                body=parcel.words,
                status_callback=f"{settings.PUBLIC_BASE_URL}{callback}",
                validity_period=timing.validity_seconds(
                    at=parcel.at, expires_at=expires_at
                ),
            )
        except TwilioRestException as problem:
            wait = self._http.retry_after if self._http else 0.0
            return outcome_of_code(
                problem.code or None, status=problem.status, wait=wait
            )
        except (requests.RequestException, TwilioException, ValueError) as problem:
            return _broken_off(problem)
        return Outcome(Result.ACCEPTED, sid=made.sid or "")

    def sent_to(self, phone: str, *, since: datetime) -> list[Found]:
        """What the provider took from us for one number since then, latest first.

        Raises CannotLookUp.
        """
        try:
            rows: Any = self._client().messages.stream(to=phone, page_size=100)
            recent = takewhile(lambda row: _made_since(row, since), rows)
            return [_found(row) for row in recent if row.direction == _OURS]
        except (requests.RequestException, TwilioException, ValueError) as problem:
            raise CannotLookUp from problem

    def look_up(self, sid: str) -> Found:
        """One message by its sid. Raises CannotLookUp."""
        try:
            return _found(self._client().messages(sid).fetch())
        except (requests.RequestException, TwilioException, ValueError) as problem:
            raise CannotLookUp from problem

    def close(self) -> None:
        if self._http is not None and self._http.session is not None:
            self._http.session.close()
        self._http = None

    def _client(self) -> Client:
        if self._http is None:
            self._http = _HttpClient()
        return Client(  # type: ignore[no-untyped-call]
            settings.TWILIO_ACCOUNT_SID,
            settings.TWILIO_AUTH_TOKEN,
            http_client=self._http,
        )


def is_set_up() -> bool:
    return bool(
        settings.TWILIO_ACCOUNT_SID
        and settings.TWILIO_AUTH_TOKEN
        and settings.TWILIO_MESSAGING_SERVICE_SID
    )


def _broken_off(problem: Exception) -> Outcome:
    """No answer. Only a connection that was never made is certain to have sent none."""
    cause = getattr(problem.args[0], "reason", None) if problem.args else None
    if isinstance(problem, requests.ConnectTimeout) or isinstance(
        cause, NewConnectionError
    ):
        reason = "the text message service could not be reached"
        return Outcome(Result.QUICK, type(problem).__name__, reason=reason)
    reason = "the text message service did not answer; it may have the message"
    return Outcome(Result.UNCERTAIN, type(problem).__name__, reason=reason)


def _made_since(row: Any, since: datetime) -> bool:
    return bool(row.date_created and row.date_created >= since - CLOCK_SKEW)


def _found(row: Any) -> Found:
    code = int(row.error_code) if row.error_code else None
    return Found(row.sid, str(row.status), code, row.body or "")


def _seconds(value: str) -> float:
    return float(value) if value.isdigit() else 0.0
