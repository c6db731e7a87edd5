"""Processes that send, as those of the worker do."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from multiprocessing import get_context
from multiprocessing.connection import Connection

import django
from django.test import override_settings

BACKEND = "django.core.mail.backends.smtp.EmailBackend"


@contextmanager
def ready(many: int, port: int, at: datetime) -> Iterator[list[Connection]]:
    """The ends by which so many processes are told to send what is due. Each answers
    how many left by it."""
    context = get_context("spawn")
    ends = [context.Pipe() for _ in range(many)]
    processes = [
        context.Process(target=_work, args=(theirs, port, at)) for _, theirs in ends
    ]
    for process in processes:
        process.start()
    try:
        for ours, _ in ends:
            ours.recv()
        yield [ours for ours, _ in ends]
    finally:
        for ours, _ in ends:
            ours.send(False)
        for process in processes:
            process.join()


@contextmanager
def by_smtp(port: int) -> Iterator[None]:
    with override_settings(
        EMAIL_BACKEND=BACKEND, EMAIL_HOST="127.0.0.1", EMAIL_PORT=port
    ):
        yield


def _work(orders: Connection, port: int, at: datetime) -> None:
    django.setup()
    # Only now: a new process has no models before.
    from notifications.delivery import send_due  # noqa: PLC0415

    with by_smtp(port):
        orders.send("ready")
        while orders.recv():
            orders.send(send_due(clock=lambda: at, seconds=120).sent)
