"""Only the edge of the house reads the clock; everything below is given `at`."""

import ast

from tests.architecture.house import python_files

READS = {
    ("clock", "now"),
    ("timezone", "now"),
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("date", "today"),
    ("datetime", "today"),
    ("time", "time"),
}
# By folder or by the name of the module.
EDGE_FOLDERS = ("/views/", "/management/", "/demo/")
EDGE_MODULES = {
    "views.py",
    "link_views.py",
    "tasks.py",
    "webhooks.py",
    "mail_news.py",
    "health.py",
    "stopping.py",
    "middleware.py",
    "pages.py",
    "standing.py",
    "accounts.py",
}
# The clock itself, and the day on the label of a key file.
THE_CLOCK = ("wellbeing/lib/clock.py", "wellbeing/vault/keys.py")


def reads(tree):
    """Lines on which a call reads the clock. A default of a model is not a call."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            name = getattr(owner, "id", getattr(owner, "attr", ""))
            if (name, node.func.attr) in READS:
                yield node.lineno


def at_the_edge(path):
    return (
        path in THE_CLOCK
        or any(folder in f"/{path}" for folder in EDGE_FOLDERS)
        or path.rsplit("/", 1)[-1] in EDGE_MODULES
    )


def test_the_clock_is_read_only_at_the_edge():
    found = [
        f"{path}:{line}"
        for path, text in python_files()
        if not at_the_edge(path)
        for line in reads(ast.parse(text))
    ]
    assert found == []


def test_the_walk_sees_a_read():
    code = "from django.utils import timezone\nx = timezone.now()\n"
    assert list(reads(ast.parse(code))) == [2]
