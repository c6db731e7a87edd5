"""Promise P4, kept by the database itself: nobody is in two live bookings at once.

On PostgreSQL it is an exclusion constraint over both people of a booking and its
span. SQLite has none, so triggers do the same inside the writing statement. They are
made anew after every `migrate`, because SQLite drops a table's triggers when Django
rebuilds the table.

A seat in a group holds the time of its own person only: the facilitator has a seat too.
So the seats of one group stand side by side, and a person with a seat is in no other
booking, group or not, on either side.
"""

from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField
from django.db import connections
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Case, F, Func, Model, Q, Value, When

NAME = "booking_nobody_in_two_places"
SEAT = "booking_seat_once"

# Instants are kept as UTC text of one shape, so comparing text compares instants.
_TRIGGER = """
CREATE TRIGGER {name}_{moment} BEFORE {moment} ON support_sessions_booking
WHEN NEW.freed_at IS NULL AND EXISTS (
    SELECT 1 FROM support_sessions_booking AS other
    WHERE other.id IS NOT NEW.id
      AND other.freed_at IS NULL
      AND other.starts_at < NEW.ends_at
      AND other.ends_at > NEW.starts_at
      AND (other.person_id IN (NEW.person_id, {the_other_of_new})
           OR {the_other_of_other} IN (NEW.person_id, {the_other_of_new}))
)
BEGIN SELECT RAISE(ABORT, '{name}'); END
"""
# Whose time a booking takes beside its person's: in a group nobody else's.
_THE_OTHER = (
    "CASE WHEN {row}.gathering_id IS NULL THEN {row}.supporter_id "
    "ELSE {row}.person_id END"
)


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
    """Create the two triggers as they are meant now. Does nothing on PostgreSQL."""
    connection = connections[using]
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        for moment in ("insert", "update"):
            cursor.execute(f"DROP TRIGGER IF EXISTS {NAME}_{moment}")
            cursor.execute(
                _TRIGGER.format(
                    name=NAME,
                    moment=moment,
                    the_other_of_new=_THE_OTHER.format(row="NEW"),
                    the_other_of_other=_THE_OTHER.format(row="other"),
                )
            )


def nobody_in_two_places() -> OnPostgres:
    """Neither of the two people of a live booking may be in another, on whichever side:
    the sets of people overlap, and so do the spans of time."""
    the_other = Case(
        When(gathering__isnull=True, then=F("supporter_id")), default=F("person_id")
    )
    people = Func(_just(the_other), _just(F("person_id")), function="int8multirange")
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


def _just(key: F | Case) -> Func:
    """The range that holds one key alone."""
    return Func(key, key, Value("[]"), function="int8range")


def refused(words: str) -> bool:
    """Whether a database's error says that a person, or a seat, is taken. SQLite names
    the columns of a unique constraint and not the constraint."""
    return NAME in words or SEAT in words or "booking.gathering_id" in words
