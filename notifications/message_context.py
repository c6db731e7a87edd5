"""What a template may use: the row's own context, its reader, links and times."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core import signing
from django.urls import reverse

from notifications import discretion
from notifications.models import Message
from wellbeing.lib import links, words

STOP_SALT = "notifications.stop"
STOPPABLE = frozenset({"check_in"})
ZONE_WITHOUT_PERSON = "Europe/London"


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
        "named": discretion.may_name(message.person),
        "calendar_title": discretion.calendar_title(message),
    }


def site_url(path: str) -> str:
    """A path of ours as a full address. Raises ValueError for anything else."""
    if not path.startswith("/") or path.startswith("//"):
        raise ValueError("a link in a message must be a path of our own")
    return f"{settings.PUBLIC_BASE_URL}{path}"


def _unsubscribe_url(message: Message) -> str:
    """An address that stops this purpose without signing in, or empty.

    The token is the message's own random id, signed: nobody is named in the address.
    """
    if message.purpose not in STOPPABLE or message.person is None:
        return ""
    token = signing.Signer(salt=STOP_SALT).sign(str(message.public_id))
    return site_url(reverse("message_stop", args=[token]))
