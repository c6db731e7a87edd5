"""A widely used Django appointment package, installed and measured in the same run.

It stands in an environment of its own, so that nothing of it is ever ours.
"""

import json
import subprocess
import sys
import tempfile
import venv
from dataclasses import dataclass
from pathlib import Path

PACKAGE = "django-appointment==3.12.0"
INSIDE = Path(__file__).with_name("peer_inside.py")
INSTALLED_WITHIN = 300


@dataclass(frozen=True)
class Peer:
    """What 28 days of one person's free times cost it: queries, and CPU in ms."""

    found: int
    queries: int
    ms: float


def measured() -> Peer | None:
    """None when it could not be installed: a machine without a package index."""
    with tempfile.TemporaryDirectory(prefix="bench-peer-") as folder:
        venv.create(folder, with_pip=True)
        python = str(Path(folder) / "bin" / "python")
        pip = [python, "-m", "pip", "install", "--quiet", PACKAGE]
        try:
            subprocess.run(pip, check=True, timeout=INSTALLED_WITHIN)
            found = subprocess.run(
                [python, str(INSIDE)], check=True, capture_output=True, text=True
            )
        except (subprocess.SubprocessError, OSError) as problem:
            sys.stderr.write(f"{PACKAGE} was not measured: {problem}\n")
            return None
    return Peer(**json.loads(found.stdout.splitlines()[-1]))
