"""`manage.py schedules`: the alarms of django-q2, each exactly once. Repeatable."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django_q.models import Schedule

# Name, what is called, minutes between calls.
WANTED = (
    ("tick", "wellbeing.tasks.tick", 1),
    ("send", "notifications.tasks.send_due_now", 1),
    ("reconcile", "notifications.tasks.reconcile_now", 5),
    ("previews", "wellbeing.tasks.count_previews", 1),
    ("purge", "wellbeing.tasks.purge", 24 * 60),
)
OURS = ("wellbeing.", "notifications.", "sessions.", "checkins.")


class Command(BaseCommand):
    help = "Set the alarms of the worker. Running it again changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            kept = [self._keep(*wanted) for wanted in WANTED]
            for row in Schedule.objects.exclude(pk__in=kept):
                if row.func.startswith(OURS):
                    row.delete()
        if options["verbosity"] > 1:
            self.stdout.write(f"{len(kept)} alarms are set.")

    def _keep(self, name: str, func: str, minutes: int) -> int:
        """The key of the one row of this name; `repeats` -1 is for ever."""
        rows = Schedule.objects.filter(name=name).order_by("pk")
        row = rows.first() or Schedule(name=name)
        row.func = func
        row.schedule_type = Schedule.MINUTES
        row.minutes = minutes
        row.repeats = -1
        row.save()  # type: ignore[no-untyped-call]
        return int(row.pk)
