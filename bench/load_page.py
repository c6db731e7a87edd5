"""The page of a coordinator whose study has a thousand people."""

from bench import page, timing
from bench.scale import Scale
from bench.table import Row
from bench.town import town

FLOOR = "/protocol/"


def measure(scale: Scale) -> list[Row]:
    """Fifty people on the page; a page of the same frame without them is the floor."""
    place = town(scale)
    client = page.client_of(place.coordinator)
    for path in ("/load/", FLOOR):
        page.get(client, path)
    with timing.listening() as heard:
        page.get(client, "/load/")
    full = timing.spread([lambda: page.get(client, "/load/")] * scale.times)
    bare = timing.spread([lambda: page.get(client, FLOOR)] * scale.times)
    return [
        Row(
            f"load page, {len(place.people):,} people",
            f"{len(heard)} queries, {full}",
            f"{bare}: {FLOOR}",
            full.p95 / bare.p95,
            "<= 10 queries, p95 <= 200 ms",
            len(heard) <= 10 and full.p95 <= 200,
        )
    ]
