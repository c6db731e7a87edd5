"""Mail by a provider's web interface: what its answers mean for a row.

The same classes as for SMTP: what is certain, and what only the other side knows.
"""

import requests
from anymail.exceptions import (
    AnymailAPIError,
    AnymailConfigurationError,
    AnymailError,
    AnymailRecipientsRefused,
)
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from urllib3.exceptions import NewConnectionError

from notifications.channels.base import Outcome, Result

_BUSY = "the mail provider was busy"
_OURS = "the mail provider does not accept our settings"
_NOT_TAKEN = "the mail provider did not take the mail"
_NO_ADDRESS = "the mail provider does not take mail for this address"
_UNKNOWN = "the mail provider did not answer; it may have the message"
_AWAY = "the mail provider could not be reached"


def hand_over(connection: BaseEmailBackend, mail: EmailMultiAlternatives) -> Outcome:
    """Send by any back end that is not SMTP. Says what became of it."""
    try:
        connection.send_messages([mail])
    except AnymailRecipientsRefused:
        return Outcome(
            Result.PERMANENT, "refused", reason=_NO_ADDRESS, address="invalid"
        )
    except AnymailConfigurationError:
        return Outcome(Result.CONFIGURATION, "settings", reason=_OURS)
    except AnymailAPIError as problem:
        return _answered(problem)
    except AnymailError as problem:
        return Outcome(Result.PERMANENT, type(problem).__name__, reason=_NOT_TAKEN)
    status = getattr(mail, "anymail_status", None)
    sid = getattr(status, "message_id", None)
    return Outcome(Result.ACCEPTED, sid=sid if isinstance(sid, str) else "")


def _answered(problem: AnymailAPIError) -> Outcome:
    status = problem.status_code
    if status is None:
        cause = problem.__cause__
        reason = (
            getattr(cause.args[0], "reason", None) if cause and cause.args else None
        )
        never = isinstance(cause, requests.ConnectTimeout)
        if never or isinstance(reason, NewConnectionError):
            return Outcome(Result.QUICK, "unreachable", reason=_AWAY)
        return Outcome(Result.UNCERTAIN, "no-answer", reason=_UNKNOWN)
    if status == 429:
        return Outcome(Result.QUICK, "429", reason=_BUSY)
    if status in {401, 403, 404}:
        return Outcome(Result.CONFIGURATION, str(status), reason=_OURS)
    if status >= 500:
        return Outcome(Result.UNCERTAIN, str(status), reason=_UNKNOWN)
    return Outcome(Result.PERMANENT, str(status), reason=_NOT_TAKEN)
