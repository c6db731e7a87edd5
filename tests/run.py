"""The whole suite: on SQLite, on PostgreSQL, and then in the browser.

`python -m tests.run [pytest options]`. Exits with the first failing run's code. The
browser comes by itself: each of its demos is four processes that want the machine.
"""

import os
import subprocess
import sys

RUNS = (
    ("sqlite", "not browser"),
    ("postgres", "not browser"),
    ("sqlite", "browser"),
)


def _without_recompiling() -> dict[str, str]:
    """Tests start hundreds of processes; none should compile every module anew."""
    kept = dict(os.environ)
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    return kept


def main() -> int:
    worst = 0
    for engine, marked in RUNS:
        sys.stdout.write(f"\n=== {marked}, on {engine} ===\n")
        sys.stdout.flush()
        command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "-m", marked]
        code = subprocess.call(
            [*command, "--dist", "loadfile", *sys.argv[1:]],
            env={**_without_recompiling(), "TEST_ENGINE": engine},
        )
        worst = worst or code
    return worst


if __name__ == "__main__":
    sys.exit(main())
