"""A draft played over the past of a large study, as the worker does it."""

import time

from bench.scale import Scale
from bench.table import Row
from bench.town import PROTOCOL, YEARS, Town, town
from wellbeing import previews
from wellbeing.models import Exposure

TARGET_SECONDS = 60


class PreviewBroke(Exception):
    """The preview did not count what it was measured for."""


def measure(scale: Scale) -> list[Row]:
    """Everything that was logged in two years, under the draft and without it. The
    floor is reading who took part in what, once."""
    place = town(scale)
    began = time.perf_counter()
    known = _activities(place)
    floor = time.perf_counter() - began
    told: list[float] = []
    began = time.perf_counter()
    found = previews.preview(
        study=place.study,
        text=PROTOCOL.read_text().replace("window: P2WD", "window: P3WD"),
        since=place.at - YEARS,
        until=place.at,
        at=place.at,
        progress=lambda done, of: told.append(time.perf_counter() - began),
    )
    took = time.perf_counter() - began
    if found.activities != known or not told:
        raise PreviewBroke(f"{found.activities} of {known} activities were counted")
    gap = max(
        later - earlier for earlier, later in zip([0.0, *told], told, strict=False)
    )
    return [
        Row(
            f"preview, {found.people:,} people, {found.activities:,} activities",
            f"{took:.1f} s, told at least every {gap:.1f} s",
            f"{floor:.1f} s: reading who took part",
            took / floor,
            f"< {TARGET_SECONDS} s",
            took < TARGET_SECONDS,
        )
    ]


def _activities(place: Town) -> int:
    rows = Exposure.objects.filter(
        activity__study=place.study,
        activity__withdrawn_at__isnull=True,
        activity__ends_at__gte=place.at - YEARS,
        activity__ends_at__lt=place.at,
    )
    told = {row.activity_id: row for row in rows.select_related("activity")}
    return len(told)
