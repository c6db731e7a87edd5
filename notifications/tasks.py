"""What django-q2 calls, by dotted name and without arguments.

A lost or doubled call is harmless: what is owed stands in the outbox.
"""

from notifications import delivery, leases, wake
from wellbeing.lib import clock

# Below the 60 s after which the cluster stops a task in the middle.
SECONDS = 40.0


def send_due_now() -> None:
    """Send what is due; ring again when the time was too short for all of it.

    When there is much, as after an outage, a second worker is rung for at once: each
    waits for its own mail server, and what one has claimed the other passes over.
    """
    delivery.send_due(clock=clock.now, seconds=SECONDS, call_another=wake.wake_sender)
    if leases.can_leave(clock.now()).exists():
        wake.wake_sender()


def reconcile_now() -> None:
    """Look up what may or may not have left."""
    delivery.reconcile_uncertain(clock=clock.now)
