"""Rings the alarm clock for a search. The memory is the row, never the alarm."""

import logging

from django.conf import settings
from django.db import DatabaseError
from django_q.tasks import async_task

log = logging.getLogger(__name__)


def wake_planner() -> None:
    """Have a worker search, soon. Never raises: the next tick finds the row anyway."""
    if settings.MODE == "test":
        return
    try:
        async_task("sessions.tasks.find_new_times")  # type: ignore[no-untyped-call]
    except DatabaseError as problem:
        log.warning("The planner could not be woken: %s", type(problem).__name__)
