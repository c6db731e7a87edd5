"""A place of the bench's own: a temporary folder, a new database, a stopped clock."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from secrets import token_hex
from urllib.parse import urlsplit, urlunsplit

import django
import psycopg
from django.core.management import call_command
from django.db import connections
from django.urls import get_resolver

from tests.postgres import postgres_url

# Tuesday 15 September 2026, 4pm in London: figures must not depend on the weekday.
CLOCK = "2026-09-15T15:00+00:00"


@contextmanager
def made(engine: str) -> Iterator[None]:
    """Django, set up over an empty database that is gone afterwards."""
    folder = tempfile.mkdtemp(prefix="alongside-bench-")
    try:
        with _database(engine, folder) as url:
            _set_up(folder, url)
            yield
            connections.close_all()
    finally:
        shutil.rmtree(folder)


def _set_up(folder: str, url: str) -> None:
    os.environ |= {
        "ALONGSIDE_MODE": "test",
        "DJANGO_SETTINGS_MODULE": "wellbeing.settings",
        "VAR_DIR": folder,
        "DATABASE_URL": url,
        "PUBLIC_BASE_URL": "http://testserver",
        "DEMO_AT": CLOCK,
        "SECOND_FACTOR_REQUIRED": "no",
        "LOG_LEVEL": "ERROR",
    }
    django.setup()
    # Everything is loaded before the first figure, so that none pays for another.
    assert get_resolver().url_patterns
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)


@contextmanager
def _database(engine: str, folder: str) -> Iterator[str]:
    if engine == "sqlite":
        yield f"sqlite:///{folder}/bench.sqlite3"
        return
    server = postgres_url()
    name = f"alongside_bench_{token_hex(4)}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
        try:
            yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
        finally:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
