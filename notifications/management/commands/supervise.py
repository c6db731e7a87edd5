"""`manage.py supervise`: run the worker, and start it anew when it has gone deaf.

A cluster whose idle worker was killed looks well from outside, sends nothing and
ignores a polite end. Only the heartbeat of the sender shows it. The whole process group
is killed then; the rows lose nothing by that.
"""

import os
import signal
import subprocess
import sys
import time
from argparse import ArgumentParser
from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections

from notifications import health
from notifications.management.commands.send_due import Stop
from wellbeing.lib import clock

POLITE_SECONDS = 30.0
PAUSE_SECONDS = 1.0


class Command(BaseCommand):
    help = "Run the worker and start it anew when it is silent for too long."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--silence",
            type=float,
            default=health.LONGEST_SILENCE.total_seconds(),
            help="seconds without a heartbeat after which the worker is killed",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        stop = Stop()
        signal.signal(signal.SIGTERM, stop.ask)
        signal.signal(signal.SIGINT, stop.ask)
        while not stop.asked:
            worker = subprocess.Popen(
                [sys.executable, "manage.py", "qcluster"],
                cwd=settings.BASE_DIR,
                start_new_session=True,
            )
            try:
                self._watch(worker, stop, timedelta(seconds=options["silence"]))
            finally:
                _end(worker)
            stop.wait(PAUSE_SECONDS)

    def _watch(
        self, worker: subprocess.Popen[bytes], stop: Stop, silence: timedelta
    ) -> None:
        """Until somebody asks us to stop, or the worker ended or went silent."""
        started = time.monotonic()
        while not stop.asked:
            if worker.poll() is not None:
                self.stderr.write("The worker ended. It is started anew.")
                return
            running = timedelta(seconds=time.monotonic() - started)
            if running > silence and _silent(silence):
                self.stderr.write("The worker is silent. It is started anew.")
                os.killpg(worker.pid, signal.SIGKILL)
                return
            stop.wait(PAUSE_SECONDS)


def _silent(silence: timedelta) -> bool:
    """Whether no sender was heard of lately. A database that is away proves nothing."""
    close_old_connections()
    try:
        heard = health.silence_of_sender(clock.now())
    except DatabaseError:
        return False
    return heard is None or heard > silence


def _end(worker: subprocess.Popen[bytes]) -> None:
    """Politely first, then for certain, with all that it started."""
    worker.terminate()
    with suppress(subprocess.TimeoutExpired):
        worker.wait(POLITE_SECONDS)
    with suppress(ProcessLookupError):
        os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()
