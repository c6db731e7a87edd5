"""Three short answers for whoever watches the machines. They name nobody."""

from datetime import datetime, timedelta

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from notifications import delivery, leases
from notifications.models import Heartbeat
from wellbeing.lib import access, clock

LONGEST_SILENCE = timedelta(seconds=180)


@access.public
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return _said("ok")


@access.public
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """The database answers too."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return _said("the database does not answer", 503)
    return _said("ok")


@access.public
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """A sender finished a round lately, and no due message has waited for long.

    A worker cluster can be deaf and look well from outside; only this shows it.
    """
    at = clock.now()
    try:
        silence = silence_of_sender(at)
        wait = longest_wait(at)
    except DatabaseError:
        return _said("the database does not answer", 503)
    if silence is None:
        return _said("no sender has run yet", 503)
    if silence > LONGEST_SILENCE:
        return _said(f"the sender last ran {_seconds(silence)} ago", 503)
    if wait > LONGEST_SILENCE:
        return _said(f"a message has been due for {_seconds(wait)}", 503)
    return _said("ok")


def silence_of_sender(at: datetime) -> timedelta | None:
    """How long ago a sender finished a round; None when none ever did."""
    row = Heartbeat.objects.filter(name=delivery.SENDER).first()
    return at - row.beat_at if row else None


def longest_wait(at: datetime) -> timedelta:
    """How long the oldest due message has waited, closed channels aside."""
    row = leases.can_leave(at).order_by("next_try").first()
    return at - row.next_try if row else timedelta(0)


def _seconds(age: timedelta) -> str:
    return f"{int(age.total_seconds())} seconds"


def _said(words: str, status: int = 200) -> HttpResponse:
    return HttpResponse(f"{words}\n", status=status, content_type="text/plain")
