"""What a team has signed never changes, whoever writes to the database.

`ProtocolVersion.save` refuses a change, but a QuerySet, a console and another program
go past it. So triggers refuse it too, on both engines. They are made after every
`migrate`, because SQLite drops a table's triggers when Django rebuilds the table. That
nothing signed is deleted is kept by the foreign keys that point at it.
"""

from dataclasses import dataclass
from typing import Any

from django.db import connections

SIGNED = "(SELECT version_id FROM wellbeing_draft WHERE id = OLD.draft_id) IS NOT NULL"


@dataclass(frozen=True)
class _Kept:
    """A table of which no row may change when `when` holds for what it was."""

    table: str
    when: str

    @property
    def name(self) -> str:
        return f"{self.table}_never_changes"


KEPT = (
    _Kept("wellbeing_protocolversion", "1 = 1"),
    _Kept("wellbeing_draft", "OLD.version_id IS NOT NULL"),
    _Kept("wellbeing_signature", SIGNED),
)

_SQLITE = """
CREATE TRIGGER IF NOT EXISTS {name} BEFORE UPDATE ON {table} WHEN {when}
BEGIN SELECT RAISE(ABORT, '{name}'); END
"""
# PostgreSQL allows no subquery in the WHEN of a trigger, so the function asks.
_FUNCTION = """
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF {when} THEN
        RAISE EXCEPTION '{name}' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$
"""
_POSTGRES = """
CREATE OR REPLACE TRIGGER {name} BEFORE UPDATE ON {table}
FOR EACH ROW EXECUTE FUNCTION {name}()
"""


def make_triggers(using: str, **kwargs: Any) -> None:
    """Create the triggers where they are missing."""
    connection = connections[using]
    statements = (_SQLITE,) if connection.vendor == "sqlite" else (_FUNCTION, _POSTGRES)
    with connection.cursor() as cursor:
        for kept in KEPT:
            for statement in statements:
                cursor.execute(
                    statement.format(name=kept.name, table=kept.table, when=kept.when)
                )
