"""`manage.py send_due [--loop]`: send what is due, with or without django-q2."""

import logging
import signal
import threading
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import OperationalError, close_old_connections

from notifications import delivery
from wellbeing.lib import clock

log = logging.getLogger(__name__)
PAUSE_SECONDS = 2.0
LOOK_UP_EVERY = 300.0


class Command(BaseCommand):
    help = "Send the messages that are due. With --loop, go on until stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--loop", action="store_true", help="go on until stopped")

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, lambda *_: stop.set())
            signal.signal(signal.SIGINT, lambda *_: stop.set())
        looked_up = 0.0
        while options["loop"] and not stop.is_set():
            try:
                looked_up = self._round(stop, looked_up)
            except OperationalError as problem:
                # A restart of the database or a lock must not end the sender: what it
                # held comes back when the lease runs out.
                log.warning("The sender goes on after %s", type(problem).__name__)
            close_old_connections()
            stop.wait(PAUSE_SECONDS)
        if not options["loop"]:
            self._round(stop, looked_up)

    def _round(self, stop: threading.Event, looked_up: float) -> float:
        """Send, and look up what is in doubt now and then. When that was last done."""
        delivery.send_due(clock=clock.now, keep_going=lambda: not stop.is_set())
        if looked_up and time.monotonic() - looked_up < LOOK_UP_EVERY:
            return looked_up
        delivery.reconcile_uncertain(clock=clock.now)
        return time.monotonic()
