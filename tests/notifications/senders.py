"""Real sender processes, of which some are killed in the middle of their work.

`python -m tests.notifications.senders SENDERS KILLS` starts as many `send_due --loop`,
kills one at random that many times and replaces it, waits until nothing is due, and
ends the rest politely. Exits 0 when those ended cleanly.
"""

import importlib
import os
import random
import signal
import sys
import time
from datetime import UTC, datetime, timedelta

import django
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.urls import reverse

LONGEST_WAIT = 120.0
STARTING = 2.0
LEASE = timedelta(seconds=120)


def spawn() -> int:
    child = os.fork()
    if child:
        return child
    call_command("send_due", loop=True)
    os._exit(0)


def warm_up() -> None:
    """Load what a sender loads with its first message, so that each is quick to work.

    Otherwise most kills would hit a process that is still starting.
    """
    importlib.import_module("notifications.management.commands.send_due")
    channel = importlib.import_module("notifications.channels.sms").SmsChannel()
    _ = channel._client().messages
    reverse("health_live")


def kill_one(senders: list[int]) -> None:
    victim = random.randrange(len(senders))
    os.kill(senders[victim], signal.SIGKILL)
    os.waitpid(senders[victim], 0)
    senders[victim] = spawn()


def wait_for_a_call() -> None:
    """On a busy machine a new sender needs a moment before it can be killed at work.

    The connection is closed again: it would not survive a fork.
    """
    messages = apps.get_model("notifications", "Message").objects
    stop_at = time.monotonic() + 2
    while time.monotonic() < stop_at:
        # A row in a call has a running lease, one of a dead sender has one too: so
        # only the newest leases show that somebody works.
        since = datetime.now(UTC) + LEASE - timedelta(seconds=0.2)
        if messages.filter(state="sending", lease_until__gt=since).exists():
            break
        time.sleep(0.02)
    connection.close()


def wait_until_nothing_is_due() -> None:
    messages = apps.get_model("notifications", "Message").objects
    stop_at = time.monotonic() + LONGEST_WAIT
    while messages.due(datetime.now(UTC)).exists():
        if time.monotonic() > stop_at:
            sys.exit("the senders did not finish")
        time.sleep(0.1)


def main(count: int, kills: int) -> int:
    django.setup()
    warm_up()
    senders = [spawn() for _ in range(count)]
    for _ in range(kills):
        time.sleep(random.uniform(0.1, 0.2))
        wait_for_a_call()
        kill_one(senders)
    wait_until_nothing_is_due()
    # The one that was started last may still be starting, and a signal before it knows
    # how to end politely would end it like any other program.
    time.sleep(STARTING)
    for sender in senders:
        os.kill(sender, signal.SIGTERM)
    return max(os.waitpid(sender, 0)[1] for sender in senders)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
