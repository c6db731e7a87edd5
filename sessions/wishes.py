"""When and how a person likes to talk. Rows, and the two verbs on them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models

from wellbeing.people.models import User

# Part of a day, and the hour at which it begins.
PARTS = (("morning", 0), ("afternoon", 12), ("evening", 17))


class TimeWish(models.Model):
    """The days, times of day and ways of talking that one person likes.

    What: practical wishes, each list empty for "any". Why: so that times which suit
    stand first. Who sees it: the person alone. Supporters only ever meet the times
    that follow from it, and coordinators nothing. Whom a person would rather not meet
    is not here but in `UsualSupporter`. Kept until the person empties it.
    """

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="time_wish",
    )
    weekdays = models.JSONField(default=list)
    parts = models.JSONField(default=list)
    modes = models.JSONField(default=list)
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"wishes of person {self.person_id}"


@dataclass(frozen=True, slots=True)
class Liked:
    """The wishes as plain values; empty means any. `zone` is the person's own."""

    zone: str
    weekdays: frozenset[int] = frozenset()
    parts: frozenset[str] = frozenset()
    modes: tuple[str, ...] = ()

    @property
    def any(self) -> bool:
        return not (self.weekdays or self.parts or self.modes)

    def suits(self, start: datetime) -> bool:
        """Whether a moment lies in the liked days and times of day."""
        local = start.astimezone(ZoneInfo(self.zone))
        return (not self.weekdays or local.weekday() in self.weekdays) and (
            not self.parts or part_of(local.hour) in self.parts
        )

    def suits_with(self, start: datetime, modes: Collection[str]) -> bool:
        """The same, and at least one of the ways of talking is liked."""
        return self.suits(start) and (
            not self.modes or any(mode in self.modes for mode in modes)
        )


def part_of(hour: int) -> str:
    return next(name for name, first in reversed(PARTS) if hour >= first)


def liked_by(person: User) -> Liked:
    """What one person wishes."""
    return liked_by_each([person])[person.pk]


def liked_by_each(people: Collection[User]) -> dict[int, Liked]:
    """The wishes of each, by key; in one query."""
    rows = TimeWish.objects.in_bulk([person.pk for person in people])
    return {person.pk: _liked(person, rows.get(person.pk)) for person in people}


def wish(
    *,
    person: User,
    weekdays: Collection[int],
    parts: Collection[str],
    modes: Collection[str],
    at: datetime,
) -> None:
    """Keep what a person likes, in place of what was there. All empty keeps no row."""
    if not (weekdays or parts or modes):
        TimeWish.objects.filter(person=person).delete()
        return
    values = {"weekdays": sorted(weekdays), "parts": list(parts), "modes": list(modes)}
    TimeWish.objects.update_or_create(
        person=person, defaults=values | {"changed_at": at}
    )


def _liked(person: User, row: TimeWish | None) -> Liked:
    if row is None:
        return Liked(person.time_zone)
    return Liked(
        person.time_zone,
        frozenset(row.weekdays),
        frozenset(row.parts),
        tuple(row.modes),
    )
