"""`python -m bench [--quick] [--engine sqlite|postgres] [name ...]`. See README.md."""

import argparse
import importlib
import os
import platform
import sys
import time
import traceback

from bench import place
from bench.scale import FULL, QUICK, Scale
from bench.table import Row, printed

# Each is a module with `measure(scale)`. `tick` and `weight` come last because the
# others should not see the people that these add.
FIGURES = (
    "plan",
    "free_times",
    "load_page",
    "log_interview",
    "race",
    "race_form",
    "planner",
    "preview",
    "dispatch",
    "tick",
    "weight",
)


def main() -> int:
    chosen = _arguments()
    scale = QUICK if chosen.quick else FULL
    names = [name for name in FIGURES if name in (chosen.name or FIGURES)]
    rows: list[Row] = []
    broken = False
    began = time.monotonic()
    with place.made(chosen.engine):
        for name in names:
            found = _measured(name, scale)
            broken = broken or found is None
            rows += found or []
    took = round(time.monotonic() - began)
    print(
        f"{chosen.engine}, {'quick' if chosen.quick else 'full'}, "
        f"Python {platform.python_version()}, {os.cpu_count()} cores, "
        f"load {os.getloadavg()[0]:.1f}, {took} s\n\n{printed(rows)}"
    )
    return int(broken)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("--quick", action="store_true", help="fewer rows and rounds")
    parser.add_argument("--engine", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("name", nargs="*", choices=[*FIGURES, []], metavar="name")
    return parser.parse_args()


def _measured(name: str, scale: Scale) -> list[Row] | None:
    """The rows of one figure. None when measuring broke, which alone is an error."""
    print(f"measuring {name} ...", file=sys.stderr, flush=True)
    try:
        found: list[Row] = importlib.import_module(f"bench.{name}").measure(scale)
    except Exception:  # noqa: BLE001 - the other figures are still wanted
        traceback.print_exc()
        return None
    return found


if __name__ == "__main__":
    sys.exit(main())
