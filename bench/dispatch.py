"""Mails per second, beside bare SMTP on one reused connection.

The bare run is given the words of the same mails; it makes their MIME and sends them,
and keeps no account. What the sender needs more is rendering and its safety. A backlog
is sent by as many workers as the settings ship with, each with its own connection;
what one of them does alone stands beside it.
"""

import time
from datetime import datetime, timedelta
from multiprocessing.connection import Connection
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.mail import get_connection

from bench import senders, sink
from bench.bulk import in_bulk
from bench.scale import Scale
from bench.table import Row
from bench.town import LENGTH, Town, town
from notifications import holds, rendering
from notifications.channels.base import Parcel
from notifications.channels.email import compose
from notifications.models import Message, State

HOUR = timedelta(hours=1)
ROUNDS = 3


class MailLost(Exception):
    """Not every mail left, so that the rate means nothing."""


def measure(scale: Scale) -> list[Row]:
    """The sender takes whatever is due, so nothing else may be."""
    place = town(scale)
    Message.objects.not_yet_sent().update(state=State.CANCELLED)
    kinds: tuple[tuple[str, str, dict[str, Any], float], ...] = (
        ("plain mail", "offer_open", {}, 0.6),
        ("invitations", "booking_agreed", _times(place.at), 0.8),
    )
    with (
        sink.running() as port,
        senders.by_smtp(port),
        senders.ready(settings.Q_WORKERS, port, place.at) as workers,
    ):
        return [_row(place, scale.mails, workers, *kind) for kind in kinds]


def _row(
    place: Town,
    many: int,
    workers: list[Connection],
    what: str,
    template: str,
    context: dict[str, Any],
    least: float,
) -> Row:
    """The best of some rounds each, turn by turn, so that a busy moment hits all."""
    ours, alone, bare = 0.0, 0.0, 0.0
    for _ in range(ROUNDS):
        messages = _owed(place, many, template, context)
        bare = max(bare, many / _bare(messages, place.at))
        alone = max(alone, many / _sent(many, workers[:1]))
        _owed(place, many, template, context)
        ours = max(ours, many / _sent(many, workers))
    return Row(
        f"dispatch, {many} {what}, {len(workers)} workers as shipped",
        f"{ours:.0f} per second; one alone {alone:.0f} ({alone / bare:.2f})",
        f"{bare:.0f} per second: bare SMTP, words given",
        ours / bare,
        f">= {least:.0%} of the floor",
        ours / bare >= least,
    )


def _owed(
    place: Town, many: int, template: str, context: dict[str, Any]
) -> list[Message]:
    batch = uuid4()
    at = place.at
    rows = in_bulk(
        Message,
        (
            Message(
                dedupe_key=f"{batch}:{n}",
                group=f"{batch}:{n}",
                purpose="offer",
                channel="email",
                person=place.people[n % len(place.people)],
                template=template,
                context={"path": f"/bookings/{uuid4()}/", **context},
                not_before=at,
                next_try=at,
                created_at=at,
                expires_at=at + 5 * HOUR,
            )
            for n in range(many)
        ),
    )
    return list(rows)


def _times(at: datetime) -> dict[str, Any]:
    times = {
        "starts_at": (at + 48 * HOUR).isoformat(),
        "ends_at": (at + 48 * HOUR + LENGTH).isoformat(),
    }
    entry = {"uid": f"booking-{uuid4()}@example.org", "sequence": 0}
    return {**times, "invitation": {**entry, **times, "method": "REQUEST"}}


def _bare(messages: list[Message], at: datetime) -> float:
    """Seconds for all, from their words to the server's last answer."""
    mails = []
    for message in messages:
        to = holds.recipient(message)
        letter = rendering.letter(message, at=at, to=to)
        mails.append((letter, Parcel(message, uuid4(), to, at, letter)))
    connection = get_connection()
    connection.open()
    began = time.perf_counter()
    for letter, parcel in mails:
        connection.send_messages([compose(letter, parcel)])
    took = time.perf_counter() - began
    connection.close()
    return took


def _sent(many: int, workers: list[Connection]) -> float:
    """Seconds until all are gone, with all that the senders do around the mails."""
    began = time.perf_counter()
    for worker in workers:
        worker.send(True)
    sent = sum(worker.recv() for worker in workers)
    took = time.perf_counter() - began
    if sent != many:
        raise MailLost(f"{sent} of {many} mails left")
    return took
