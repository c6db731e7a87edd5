"""How much a supporter takes on: notice, numbers, breaks and public holidays."""

from dataclasses import dataclass

from sessions.models import Supporter


@dataclass(frozen=True)
class Limits:
    """All of it at once, in the units that people type. None is no limit."""

    buffer_minutes: int
    notice_minutes: int
    horizon_days: int
    most_per_day: int
    most_per_week: int | None
    longest_run_minutes: int | None
    rest_minutes: int
    holidays: str


def limits_of(supporter: Supporter) -> Limits:
    return Limits(**{name: getattr(supporter, name) for name in _NAMES})


def change_limits(*, supporter: Supporter, limits: Limits) -> None:
    """From now on. What was agreed stays agreed, and counts."""
    Supporter.objects.filter(pk=supporter.pk).update(
        **{name: getattr(limits, name) for name in _NAMES}
    )


_NAMES = tuple(Limits.__dataclass_fields__)
