"""Rings the alarm clock. The memory of what is owed is the outbox, never the alarm."""

import logging

from django.conf import settings
from django.db import DatabaseError
from django_q.tasks import async_task

log = logging.getLogger(__name__)


def wake_sender() -> None:
    """Have a worker send what is due, soon."""
    ring("notifications.tasks.send_due_now")


def ring(task: str) -> None:
    """Have a worker call a task of ours, soon. Never raises for a broken broker.

    An alarm that cannot be set must not lose a booking: the schedule of every minute
    finds the row anyway. Tests call the task themselves.
    """
    if settings.MODE == "test":
        return
    try:
        async_task(task)  # type: ignore[no-untyped-call]
    except DatabaseError as problem:
        log.warning("No worker could be woken: %s", type(problem).__name__)
