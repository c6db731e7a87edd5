"""`manage.py demo`: the story, the web server, the worker and a pretend SMS service.

Everything lives below var/demo and is made anew each time. Ctrl-C stops all of it.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from types import FrameType
from typing import Any
from urllib.request import urlopen

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command
from django.db import connection

from wellbeing.demo import sms_stand_in, story
from wellbeing.lib import clock

TWILIO = {
    "TWILIO_ACCOUNT_SID": sms_stand_in.ACCOUNT_SID,
    "TWILIO_AUTH_TOKEN": sms_stand_in.AUTH_TOKEN,
    "TWILIO_MESSAGING_SERVICE_SID": "MGdemo",
}


class Command(BaseCommand):
    help = "Open a running study in the browser. Makes its data anew each time."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument(
            "--only-story", action="store_true", help="make the data, start nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The demo needs ALONGSIDE_MODE=demo. Use `make demo`.")
        port = int(os.environ.get("PORT", "8000"))
        if not options["only_story"]:
            _refuse_busy(port)
        self.stdout.write("Making the story of the demo.")
        _start_afresh()
        call_command("prepare")
        story.tell(at=clock.now())
        if not options["only_story"]:
            self._run(port)

    def _run(self, port: int) -> None:
        running = Running()
        signal.signal(signal.SIGTERM, running.stop)
        signal.signal(signal.SIGINT, running.stop)
        running.start(port)
        self.stdout.write(WELCOME.format(port=port))
        self.stdout.flush()
        sys.exit(running.wait())


class Running:
    """The demo's processes. When one ends, all end."""

    def __init__(self) -> None:
        self.processes: list[subprocess.Popen[bytes]] = []
        self.asked_to_stop = False

    def start(self, port: int) -> None:
        texts = _free_port()
        twilio = TWILIO | {"TWILIO_BASE_URL": f"http://127.0.0.1:{texts}"}
        stand_in = ["-m", "wellbeing.demo.sms_stand_in", "--port", str(texts)]
        store = ["--store", str(settings.DEMO_SMS_STORE), "--callbacks"]
        self._run([*stand_in, *store], twilio)
        self._run(
            [
                *("-m", "gunicorn", "-c", "python:wellbeing.web_server"),
                *("wellbeing.wsgi", "--bind", f"127.0.0.1:{port}"),
                *("--log-level", "warning"),
            ],
            twilio,
        )
        self._run(["manage.py", "qcluster"], twilio)
        _wait_for(port)

    def _run(self, arguments: list[str], extra: dict[str, str]) -> None:
        # A session of its own, so that Ctrl-C reaches us alone and we stop the others
        # in order, with all that they started.
        process = subprocess.Popen(  # noqa: S603 - our own commands
            [sys.executable, *arguments],
            cwd=settings.BASE_DIR,
            env={**os.environ, **extra, "LOG_LEVEL": "WARNING"},
            start_new_session=True,
        )
        self.processes.append(process)

    def wait(self) -> int:
        """Until somebody stops us or one of the processes ends by itself."""
        while not self.asked_to_stop:
            if any(process.poll() is not None for process in self.processes):
                break
            time.sleep(0.2)
        self._end()
        return 0 if self.asked_to_stop else 1

    def stop(self, number: int, frame: FrameType | None) -> None:
        self.asked_to_stop = True

    def _end(self) -> None:
        for process in self.processes:
            process.terminate()
        deadline = time.monotonic() + 8
        for process in self.processes:
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0.1, deadline - time.monotonic()))
        for process in self.processes:
            _signal(process, signal.SIGKILL)
            process.wait()


def _signal(process: subprocess.Popen[bytes], number: int) -> None:
    """To the process and to everything that it started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)


def _start_afresh() -> None:
    """Remove what an earlier demo left. Only ever below its own folder."""
    database = settings.DATABASES["default"]
    if database["ENGINE"] != "django.db.backends.sqlite3":
        raise CommandError("The demo makes its own SQLite file. Unset DATABASE_URL.")
    connection.close()
    for path in settings.VAR_DIR.glob("alongside.sqlite3*"):
        path.unlink()
    for path in settings.DEMO_MAIL_DIR.glob("*.eml"):
        path.unlink()
    settings.DEMO_SMS_STORE.unlink(missing_ok=True)


def _refuse_busy(port: int) -> None:
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            raise CommandError(
                f"Port {port} is in use. Choose another: PORT=8001 make demo."
            )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int) -> None:
    """Until a page comes. The port listens some seconds before anybody can answer."""
    page = f"http://127.0.0.1:{port}/accounts/login/"
    for _ in range(300):
        with suppress(OSError), urlopen(page, timeout=30):
            return
        time.sleep(0.1)


WELCOME = """
Alongside is running.

  The demo     http://127.0.0.1:{port}/
  What left    http://127.0.0.1:{port}/demo/inbox/

Choose who to be on the sign-in page. Start with Ada Okafor: she has just finished
interview 214 and can log it. Then be Dr Jo Whitfield, and Lou Brennan.
Ctrl-C stops everything.
"""
