"""Bring the database up to date: tables, cache table, and the worker's schedules."""

from typing import Any

from django.core.management import BaseCommand, call_command, get_commands

from wellbeing.vault import keys


class Command(BaseCommand):
    help = "Make or update everything that a start needs. Safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        # A missing or broken key ring stops the start here, in one line, and not when
        # somebody seals their first words.
        keys.ring()
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        if "schedules" in get_commands():
            call_command("schedules", verbosity=0)
