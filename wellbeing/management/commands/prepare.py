"""Bring the database up to date: tables, cache table, and the worker's schedules."""

from typing import Any

from django.core.management import BaseCommand, call_command, get_commands


class Command(BaseCommand):
    help = "Make or update everything that a start needs. Safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        if "schedules" in get_commands():
            call_command("schedules", verbosity=0)
