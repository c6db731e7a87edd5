"""Promise P4, kept by the database itself: nobody is in two live bookings at once.

On PostgreSQL it is an exclusion constraint over both people of a booking and its
span. SQLite has none, so triggers do the same inside the writing statement. They are
made after every `migrate`, because SQLite drops a table's triggers when Django
rebuilds the table.
"""

from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField
from django.db import connections
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import F, Func, Model, Q, Value

NAME = "booking_nobody_in_two_places"

# Instants are kept as UTC text of one shape, so comparing text compares instants.
_TRIGGER = """
CREATE TRIGGER IF NOT EXISTS {name}_{moment} BEFORE {moment} ON support_sessions_booking
WHEN NEW.freed_at IS NULL AND EXISTS (
    SELECT 1 FROM support_sessions_booking AS other
    WHERE other.id IS NOT NEW.id
      AND other.freed_at IS NULL
      AND other.starts_at < NEW.ends_at
      AND other.ends_at > NEW.starts_at
      AND (other.supporter_id IN (NEW.supporter_id, NEW.person_id)
           OR other.person_id IN (NEW.supporter_id, NEW.person_id))
)
BEGIN SELECT RAISE(ABORT, '{name}'); END
"""


class OnPostgres(ExclusionConstraint):
    """An exclusion constraint that other databases leave out instead of failing."""

    def constraint_sql(
        self, model: type[Model] | None, schema_editor: BaseDatabaseSchemaEditor | None
    ) -> Any:
        if schema_editor and schema_editor.connection.vendor == "postgresql":
            return super().constraint_sql(model, schema_editor)
        return None

    def create_sql(
        self, model: type[Model] | None, schema_editor: BaseDatabaseSchemaEditor | None
    ) -> Any:
        if schema_editor and schema_editor.connection.vendor == "postgresql":
            return super().create_sql(model, schema_editor)
        return None

    def validate(self, *args: Any, **kwargs: Any) -> None:
        """Left to the database: a check before the write proves nothing."""


def make_sqlite_triggers(using: str, **kwargs: Any) -> None:
    """Create the two triggers where they are missing. Does nothing on PostgreSQL."""
    connection = connections[using]
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        for moment in ("insert", "update"):
            cursor.execute(_TRIGGER.format(name=NAME, moment=moment))


def nobody_in_two_places() -> OnPostgres:
    """Neither of the two people of a live booking may be in another, on whichever side:
    the sets of people overlap, and so do the spans of time."""
    people = Func(_just("supporter_id"), _just("person_id"), function="int8multirange")
    span = Func(
        F("starts_at"),
        F("ends_at"),
        function="tstzrange",
        output_field=DateTimeRangeField(),
    )
    return OnPostgres(
        name=NAME,
        expressions=[(people, "&&"), (span, "&&")],
        condition=Q(freed_at__isnull=True),
    )


def _just(column: str) -> Func:
    """The range that holds one key alone."""
    return Func(F(column), F(column), Value("[]"), function="int8range")
