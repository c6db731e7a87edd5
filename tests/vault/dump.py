"""All that the database holds, as bytes, to look for words that must not be there."""

from django.db import connection


def everything_stored() -> bytes:
    """Every value of every row of every table, with columns of bytes as they are."""
    found: list[bytes] = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            for row in cursor.fetchall():
                found += [_as_bytes(value) for value in row]
    return b"\n".join(found)


def _as_bytes(value: object) -> bytes:
    if isinstance(value, bytes | memoryview):
        return bytes(value)
    return str(value).encode("utf-8", "surrogatepass")
