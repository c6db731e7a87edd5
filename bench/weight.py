"""What a phone downloads on its first visit: the page and all that it asks for."""

import gzip
import re
from pathlib import Path
from urllib.parse import urljoin

from django.contrib.staticfiles import finders
from django.test import Client

from bench.page import PageBroke, client_of, get
from bench.scale import Scale
from bench.table import Row
from bench.town import make_version, town
from tests.factories import Team
from wellbeing.lib import clock

MOST = 60 * 1024
SMALL = {
    "ada": ("/", "/log/", "/support/", "/times/", "/check-ins/", "/protocol/"),
    "jo": ("/requests/", "/week/", "/availability/"),
    "lou": ("/load/", "/plan/", "/people/", "/studies/"),
}
PACKED = {".woff2", ".png"}
LINKED = re.compile(r"""(?:<(?:link|script|img)\b[^>]*?(?:href|src)=["'])([^"']+)""")
INSIDE = re.compile(r"""url\(["']?([^#"')][^"')]*)""")


class ForeignRequest(Exception):
    """A page asks somebody else for something."""


def measure(scale: Scale) -> list[Row]:
    """A team of nine; and the same pages in a study of a thousand."""
    team = Team()
    make_version(team.study, clock.now())
    found = {
        path: visit(client_of(getattr(team, who)), path)
        for who, paths in SMALL.items()
        for path in paths
    }
    heaviest = max(found, key=lambda path: sum(found[path]))
    place = town(scale)
    big = f"in a study of {len(place.people):,}"
    return [
        _row("first visit of /log/", found["/log/"]),
        _row(f"the heaviest of {len(found)} pages, {heaviest}", found[heaviest]),
        _row(f"/log/ {big}", visit(client_of(place.people[1]), "/log/")),
        _row(f"/load/ {big}", visit(client_of(place.coordinator), "/load/")),
    ]


def _row(what: str, parts: tuple[int, int]) -> Row:
    page, files = parts
    kept = (page + files) / 1024
    return Row(
        what,
        f"{kept:.1f} KB: page {page / 1024:.1f}, files {files / 1024:.1f}",
        f"{MOST // 1024} KB",
        (page + files) / MOST,
        f"<= {MOST // 1024} KB",
        page + files <= MOST,
    )


def visit(client: Client, path: str) -> tuple[int, int]:
    """Bytes of the page and of its files, as gzip where that helps.

    Raises ForeignRequest for a file that is not ours.
    """
    html = get(client, path)
    links = {*LINKED.findall(html.decode())}
    return len(gzip.compress(html)), sum(size for _, size in _files(links))


def _files(links: set[str]) -> set[tuple[str, int]]:
    """The files with their sizes, with those that a style sheet asks for itself."""
    found: set[tuple[str, int]] = set()
    for link in links:
        if not link.startswith("/static/"):
            raise ForeignRequest(link)
        where = finders.find(link.removeprefix("/static/"))
        if where is None:
            raise PageBroke(f"{link} is not there")
        path = Path(where)
        content = path.read_bytes()
        packed = path.suffix in PACKED
        found.add((link, len(content if packed else gzip.compress(content))))
        if path.suffix == ".css":
            inside = INSIDE.findall(content.decode())
            found |= _files({urljoin(link, one) for one in inside})
    return found
