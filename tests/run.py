"""The whole suite: once on SQLite with the browser, once on PostgreSQL.

`python -m tests.run [pytest options]`. Exits with the first failing run's code.
"""

import os
import subprocess
import sys

RUNS = (("sqlite", []), ("postgres", ["-m", "not browser"]))


def main() -> int:
    worst = 0
    for engine, options in RUNS:
        sys.stdout.write(f"\n=== the suite on {engine} ===\n")
        sys.stdout.flush()
        command = [sys.executable, "-m", "pytest", "-q", "-n", "2", *options]
        code = subprocess.call(
            [*command, "--dist", "loadfile", *sys.argv[1:]],
            env={**os.environ, "TEST_ENGINE": engine},
        )
        worst = worst or code
    return worst


if __name__ == "__main__":
    sys.exit(main())
