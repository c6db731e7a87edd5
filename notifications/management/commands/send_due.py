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


class Stop:
    """Whether somebody asked the sender to end.

    A plain word, since a threading.Event must not be set by a signal: the handler would
    wait for the lock that the interrupted `wait` holds, and the sender never ends.
    """

    def __init__(self) -> None:
        self.asked = False

    def ask(self, *_: Any) -> None:
        self.asked = True

    def wait(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not self.asked and time.monotonic() < until:
            time.sleep(0.1)


class Command(BaseCommand):
    help = "Send the messages that are due. With --loop, go on until stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--loop", action="store_true", help="go on until stopped")

    def handle(self, *args: Any, **options: Any) -> None:
        stop = Stop()
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, stop.ask)
            signal.signal(signal.SIGINT, stop.ask)
        looked_up = 0.0
        while options["loop"] and not stop.asked:
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

    def _round(self, stop: Stop, looked_up: float) -> float:
        """Send, and look up what is in doubt now and then. When that was last done."""
        delivery.send_due(clock=clock.now, keep_going=lambda: not stop.asked)
        if looked_up and time.monotonic() - looked_up < LOOK_UP_EVERY:
            return looked_up
        delivery.reconcile_uncertain(clock=clock.now)
        return time.monotonic()
