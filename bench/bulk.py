"""Many rows in one go, as a database that has been in use for years would hold them."""

from collections.abc import Iterable
from typing import Any

from django.db import connection, models


def in_bulk(model: type[models.Model], rows: Iterable[Any]) -> list[Any]:
    return model._default_manager.bulk_create(rows, batch_size=2_000)


def refresh_statistics() -> None:
    """PostgreSQL does this by itself after a while. SQLite never does, nor do we."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
