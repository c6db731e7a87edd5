"""`manage.py vault rotate` and `manage.py vault verify`: one line, an honest exit."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from wellbeing.lib import clock
from wellbeing.vault import rotation, sealing


class Command(BaseCommand):
    help = "Look after the keys of what is sealed."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser(
            "rotate",
            help="add a new key to the ring and seal everything to it; started again "
            "after a stop, it finishes first what was begun. With several machines, "
            "copy the ring to each of them straight afterwards",
        )
        verbs.add_parser("verify", help="open everything that is sealed, show nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["verb"] == "rotate":
            self._rotate()
        else:
            self._verify()

    def _rotate(self) -> None:
        key, counts = rotation.rotate(on=clock.now().date())
        said = f"Sealed {counts.done} to key {key.id}."
        if counts.unreadable:
            raise CommandError(f"{said} {counts.unreadable} could not be opened.")
        self.stdout.write(said)

    def _verify(self) -> None:
        counts = sealing.verify()
        if counts.unreadable:
            raise CommandError(
                f"{counts.done} open, {counts.unreadable} could not be opened."
            )
        self.stdout.write(f"{counts.done} open, all of them.")
