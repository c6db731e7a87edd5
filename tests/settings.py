"""Settings of the test suite. TEST_ENGINE chooses the database: sqlite or postgres.

Real processes that tests start read the same module; ALONGSIDE_TEST_DATABASE then
names the database that the suite made.
"""

import atexit
import os
import shutil
import tempfile

os.environ.setdefault("ALONGSIDE_MODE", "test")
if "VAR_DIR" not in os.environ:
    os.environ["VAR_DIR"] = tempfile.mkdtemp(prefix="alongside-test-")
    atexit.register(shutil.rmtree, os.environ["VAR_DIR"], ignore_errors=True)
os.environ.setdefault("PUBLIC_BASE_URL", "http://testserver")
os.environ.setdefault("LOG_LEVEL", "WARNING")

from tests.postgres import postgres_url
from wellbeing.settings import *

ENGINE = os.environ.get("TEST_ENGINE", "sqlite")
if ENGINE == "postgres":
    DATABASES["default"] = dict(
        dj_database_url.parse(postgres_url(), conn_max_age=0),
        OPTIONS={"options": "-c lock_timeout=3000"},
    )
    DATABASES["default"]["TEST"] = {"NAME": "test_alongside"}
else:
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}
    # What the tests kill are processes; the machine itself goes on and writes it out.
    DATABASES["default"]["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"
if name := os.environ.get("ALONGSIDE_TEST_DATABASE"):
    DATABASES["default"]["NAME"] = name

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = os.environ.get(
    "TEST_EMAIL_BACKEND", "django.core.mail.backends.locmem.EmailBackend"
)
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
SECOND_FACTOR_REQUIRED = False
