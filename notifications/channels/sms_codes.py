"""The provider's error codes and what they ask for. Pure data.

From the provider's error dictionary. A code that is not here, answered with 4xx, will
be answered the same way again, so it is permanent.
"""

from typing import Literal

from notifications.channels.base import Outcome, Result

Address = Literal["", "invalid", "stopped"]

_OURS = "the text message service does not accept our settings"
_NOT_MOBILE = "the number cannot get text messages"
_BLOCKED = "the carrier does not deliver to this number"
_FULL = "the text message service was busy"
_OFF = "the phone could not be reached"

_CODES: dict[int, tuple[Result, str, Address]] = {
    20003: (Result.CONFIGURATION, _OURS, ""),
    20404: (Result.CONFIGURATION, _OURS, ""),
    20429: (Result.QUICK, _FULL, ""),
    20500: (Result.SLOW, _FULL, ""),
    21211: (Result.PERMANENT, _NOT_MOBILE, "invalid"),
    21217: (Result.PERMANENT, _NOT_MOBILE, "invalid"),
    21408: (Result.PERMANENT, "texts to this country are not set up", ""),
    21602: (Result.PERMANENT, "the text was empty", ""),
    21603: (Result.CONFIGURATION, _OURS, ""),
    21606: (Result.CONFIGURATION, _OURS, ""),
    21610: (Result.PERMANENT, "the person answered STOP to a text", "stopped"),
    21611: (Result.SLOW, _FULL, ""),
    21612: (Result.PERMANENT, "there is no route to this number", ""),
    21614: (Result.PERMANENT, _NOT_MOBILE, "invalid"),
    21617: (Result.PERMANENT, "the text was too long", ""),
    21659: (Result.CONFIGURATION, _OURS, ""),
    30001: (Result.SLOW, _FULL, ""),
    30002: (Result.CONFIGURATION, "the text message account is closed", ""),
    30003: (Result.UNREACHABLE, _OFF, ""),
    30004: (Result.PERMANENT, _BLOCKED, ""),
    30005: (Result.PERMANENT, _NOT_MOBILE, "invalid"),
    30006: (Result.PERMANENT, _NOT_MOBILE, "invalid"),
    # Sending the same words again makes filtering worse.
    30007: (Result.PERMANENT, "the carrier did not let the text through", ""),
    30008: (Result.SLOW, "the carrier did not say why", ""),
    30034: (Result.CONFIGURATION, "our sender is not registered", ""),
    30036: (Result.EXPIRED, "it could not arrive in time", ""),
}


def outcome_of_code(code: int | None, *, status: int = 400, wait: float = 0) -> Outcome:
    """What an error answer or a failed delivery asks for.

    A 5xx answer does not say whether the message was taken; 429 says that it was not.
    """
    shown = str(code or status)
    if code in _CODES:
        result, reason, address = _CODES[code]
        return Outcome(result, shown, reason=reason, wait=wait, address=address)
    if status == 429:
        return Outcome(Result.QUICK, shown, reason=_FULL, wait=wait)
    if status >= 500:
        reason = "the text message service had a fault; it may have the message"
        return Outcome(Result.UNCERTAIN, shown, reason=reason)
    if status in {401, 403, 404}:
        return Outcome(Result.CONFIGURATION, shown, reason=_OURS)
    return Outcome(Result.PERMANENT, shown, reason="the text was not accepted")
