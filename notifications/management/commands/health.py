"""`manage.py health`: is the post running? The one number that matters comes first."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from notifications import health
from wellbeing.lib import clock


class Command(BaseCommand):
    help = "Say how long the oldest due message has waited, and what else is amiss."

    def handle(self, *args: Any, **options: Any) -> None:
        found = health.look(clock.now())
        for name, value in found.lines():
            self.stdout.write(f"{name}: {value}")
        if found.trouble:
            self.stderr.write(found.trouble)
            sys.exit(1)
