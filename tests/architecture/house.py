"""The files of the house, for tests that read them."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = ("wellbeing", "sessions", "checkins", "notifications")
TEMPLATES = ROOT / "templates"


def python_files():
    """Path and text of every module of ours, migrations left out."""
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path.relative_to(ROOT).as_posix(), path.read_text()


def template_files():
    for path in sorted(TEMPLATES.rglob("*")):
        if path.is_file():
            yield path.relative_to(TEMPLATES).as_posix(), path.read_text()
