"""What a happening is, and which version governs it. Pure; no kind of `when` here."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from wellbeing.protocol import lengths
from wellbeing.protocol.facts import Held, Version
from wellbeing.protocol.rules import OfferRule

MIDNIGHT = time(0)
Because = tuple[tuple[str, str | datetime], ...]


# Not frozen: hundreds are made for one plan, and freezing triples what each costs.
@dataclass(slots=True)
class Happening:
    """`due_at`: when the offer should exist. The promise counts from `window_from`, the
    offer stays open from `open_from`, unless both run to `fixed_until`; a pencilled
    time starts at `pencil_from` or later. `because` is kept with the offer. What is
    owed `because_logged` is made however late, since a log is never in vain."""

    rule: str
    subject: str
    version: Version
    due_at: datetime
    window_from: datetime
    open_from: datetime
    because: Because
    because_logged: bool = False
    pencil_from: datetime | None = None
    fixed_until: datetime | None = None

    @property
    def kept_because(self) -> tuple[tuple[str, str], ...]:
        """The reason as it is kept with the offer: text alone."""
        # A list first: a generator costs a third more, for each offer of a plan.
        return tuple(
            [
                (name, fact if isinstance(fact, str) else fact.isoformat())
                for name, fact in self.because
            ]
        )

    @property
    def offer(self) -> OfferRule:
        return self.version.document.offers[self.rule]

    @property
    def window_until(self) -> datetime:
        if self.fixed_until:
            return self.fixed_until
        calendar = self.version.document.calendar
        return lengths.after(self.window_from, self.offer.window, calendar)

    @property
    def open_until(self) -> datetime:
        if self.fixed_until:
            return self.fixed_until
        calendar = self.version.document.calendar
        return lengths.after(self.open_from, self.offer.open, calendar)


def in_force(versions: Iterable[Version], moment: datetime) -> Version | None:
    """The version active at `moment`; of two, the one that started later, or the later
    number when they started together."""
    found: Version | None = None
    for one in versions:
        if one.active_from > moment:
            continue
        if found is None or (found.active_from, found.number) < (
            one.active_from,
            one.number,
        ):
            found = one
    return found


def governing(versions: Iterable[Version], moment: datetime) -> Version:
    """The version in force at `moment`, or the first one for what came before it."""
    every = list(versions)
    return in_force(every, moment) or min(every, key=lambda one: one.active_from)


@lru_cache(maxsize=8192)
def local_day(moment: datetime, zone: str) -> date:
    return moment.astimezone(ZoneInfo(zone)).date()


@lru_cache(maxsize=8192)
def midnight(day: date, zone: str) -> datetime:
    """The instant at which a day begins, in UTC."""
    return lengths.at_wall_time(day, MIDNIGHT, zone)


def holds(roles: Iterable[Held], wanted: Iterable[str], day: date) -> bool:
    return any(held.role in wanted and held.on(day) for held in roles)


def rules(version: Version, kind: type) -> tuple[tuple[str, OfferRule], ...]:
    """The offers of a version that follow from such a `when`, with their names."""
    return version.document.offers_by_when.get(kind, ())


def any_rules(versions: Iterable[Version], kind: type) -> bool:
    return any(rules(version, kind) for version in versions)


def reason(rule: OfferRule, version: Version, **facts: str | datetime) -> Because:
    """Instants stay instants until the reason is kept: most are never needed."""
    return (
        *facts.items(),
        ("version", str(version.number)),
        ("part", str(rule.part)),
    )
