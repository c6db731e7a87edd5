"""Django's deployment check on the production settings, with throw-away secrets."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        keys = Path(folder) / "keys"
        keys.touch()
        return subprocess.call(
            [
                sys.executable,
                "manage.py",
                "check",
                "--deploy",
                "--fail-level",
                "WARNING",
            ],
            env={
                **os.environ,
                "ALONGSIDE_MODE": "production",
                "SECRET_KEY": os.urandom(40).hex(),
                "VAULT_KEYS": str(keys),
                "PUBLIC_BASE_URL": "https://alongside.example",
                "DATABASE_URL": "postgresql://alongside@localhost/alongside",
                "EMAIL_URL": "smtp://localhost",
            },
        )


if __name__ == "__main__":
    sys.exit(main())
