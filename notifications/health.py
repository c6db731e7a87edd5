"""Three short answers for whoever watches the machines. They name nobody."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from notifications import delivery, leases
from notifications.channels import circuit
from notifications.models import Heartbeat, Message, State
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
    try:
        found = look(clock.now())
    except DatabaseError:
        return _said("the database does not answer", 503)
    return _said(found.trouble, 503) if found.trouble else _said("ok")


@dataclass(frozen=True)
class Health:
    """How the post stands. Counts name nobody, and no kind of message."""

    wait: timedelta
    silence: timedelta | None
    closed: tuple[str, ...]
    in_doubt: int

    @property
    def trouble(self) -> str:
        """The first thing that somebody should look at, or empty."""
        if self.silence is None:
            return "no sender has run yet"
        if self.silence > LONGEST_SILENCE:
            return f"the sender last ran {_seconds(self.silence)} ago"
        if self.wait > LONGEST_SILENCE:
            return f"a message has been due for {_seconds(self.wait)}"
        return ""

    def lines(self) -> tuple[tuple[str, str], ...]:
        """What an operator reads, the oldest due message first."""
        heard = "never" if self.silence is None else f"{_seconds(self.silence)} ago"
        return (
            ("Oldest due message has waited", _seconds(self.wait)),
            ("A sender was last heard", heard),
            ("Closed channels", ", ".join(self.closed) or "none"),
            ("Messages in doubt", str(self.in_doubt)),
        )


def look(at: datetime) -> Health:
    """The state of the post at `at`."""
    return Health(
        wait=longest_wait(at),
        silence=silence_of_sender(at),
        closed=tuple(sorted(circuit.closed(at))),
        in_doubt=Message.objects.filter(state=State.UNCERTAIN).count(),
    )


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
