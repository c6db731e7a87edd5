"""`manage.py tick`: one pass of everything, for cron, tests and doubt."""

from typing import Any

from django.core.management.base import BaseCommand

from notifications import delivery
from wellbeing.lib import clock
from wellbeing.ticking import tick


class Command(BaseCommand):
    help = "One pass of everything that is due: offers, pencils, cover, messages."

    def handle(self, *args: Any, **options: Any) -> None:
        done = tick(at=clock.now())
        sent = delivery.send_due(clock=clock.now)
        self.stdout.write(
            f"Looked at {done.looked_at}, released {done.released}, "
            f"asked cover {done.cover_asked}, alerts {done.alerts}. {sent}"
        )
