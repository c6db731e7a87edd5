"""`manage.py purge`: let go of what has been kept long enough."""

from typing import Any

from django.core.management.base import BaseCommand

from wellbeing.lib import clock
from wellbeing.purging import purge


class Command(BaseCommand):
    help = "Delete or empty what has been kept long enough. Safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        done = purge(at=clock.now())
        self.stdout.write(
            f"Sealed texts {done.records}, check-ins {done.check_ins}, "
            f"messages emptied {done.messages}, requests {done.requests}, "
            f"invitations {done.invitations}, past busy times {done.availability}, "
            f"addresses of outside workers {done.outside_workers}."
        )
