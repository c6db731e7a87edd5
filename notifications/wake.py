"""Rings the alarm clock. The memory of what is owed is the outbox, never the alarm."""

import logging

from django.conf import settings
from django.db import DatabaseError
from django_q.tasks import async_task

log = logging.getLogger(__name__)


def wake_sender() -> None:
    """Have a worker send what is due, soon. Never raises for a broken broker.

    An alarm that cannot be set must not lose a booking: the schedule of every minute
    finds the row anyway. Tests call the sender themselves.
    """
    if settings.MODE == "test":
        return
    try:
        async_task("notifications.tasks.send_due_now")  # type: ignore[no-untyped-call]
    except DatabaseError as problem:
        log.warning("The sender could not be woken: %s", type(problem).__name__)
