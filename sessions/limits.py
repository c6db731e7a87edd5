"""How much a supporter takes on: notice, numbers, breaks and public holidays."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sessions.models import Booking, Supporter

A_SEASON = timedelta(days=180)


@dataclass(frozen=True)
class Limits:
    """All of it at once, in the units that people type. None is no limit; a move that
    has no notice of its own has that of a new booking. `buffers` are those of kinds.
    """

    buffer_minutes: int
    buffers: dict[str, int]
    notice_minutes: int
    move_notice_minutes: int | None
    horizon_days: int
    most_per_day: int
    most_per_week: int | None
    longest_run_minutes: int | None
    rest_minutes: int
    holidays: str


def limits_of(supporter: Supporter) -> Limits:
    return Limits(**{name: getattr(supporter, name) for name in _NAMES})


def kinds_of(supporter: Supporter, *, at: datetime) -> Collection[str]:
    """The kinds of booking that a supporter has, for a buffer of their own: from half a
    year back on, and those that have one already. One query."""
    recent = Booking.objects.for_supporter(supporter).filter(
        starts_at__gt=at - A_SEASON
    )
    had = recent.order_by().values_list("kind", flat=True).distinct()
    return sorted({*had, *supporter.buffers})


def change_limits(*, supporter: Supporter, limits: Limits) -> None:
    """From now on. What was agreed stays agreed, and counts."""
    Supporter.objects.filter(pk=supporter.pk).update(
        **{name: getattr(limits, name) for name in _NAMES}
    )


_NAMES = tuple(Limits.__dataclass_fields__)
