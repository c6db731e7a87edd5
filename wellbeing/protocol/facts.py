"""What the plan is made from: the facts about one person in one study. Frozen."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from wellbeing.protocol.document import Protocol


@dataclass(frozen=True)
class Version:
    """A protocol version and the instant from which it is in force."""

    number: int
    active_from: datetime
    document: Protocol


@dataclass(frozen=True)
class Held:
    """One role that the person holds, from a day until the first day without it."""

    role: str
    from_date: date
    until_date: date | None

    def on(self, day: date) -> bool:
        return self.from_date <= day and (
            self.until_date is None or day < self.until_date
        )


@dataclass(frozen=True)
class Exposed:
    """One activity that the person took part in and that is in the log.

    `minutes` are those of the recording when its audio is what is measured. `marked`: a
    yes to the marker that the protocol asks for. `again`: a second reading.
    """

    activity: int
    kind: str
    role: str
    ended_at: datetime
    logged_at: datetime
    minutes: int = 60
    marked: bool = False
    level: str = ""
    again: bool = False


@dataclass(frozen=True)
class Coming:
    """One activity that the person is planned to take part in."""

    activity: int
    kind: str
    role: str
    ends_at: datetime
    planned_at: datetime


@dataclass(frozen=True)
class Paused:
    """A pause of the study: from a day until the first day without it, or open."""

    key: int
    starts_on: date
    ends_on: date | None

    def on(self, day: date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or day < self.ends_on)


@dataclass(frozen=True)
class Made:
    """An offer that exists. `state`: open, accepted, declined, lapsed, withdrawn or
    joined. `joins` names the earlier offer that a joined one went into, as (rule,
    subject). `meets_at` is when the agreed time starts, if there is one; `holds_time`
    that a time is agreed or still pencilled."""

    rule: str
    subject: str
    made_at: datetime
    open_until: datetime
    state: str
    meets_at: datetime | None = None
    joins: tuple[str, str] | None = None
    holds_time: bool = False


@dataclass(frozen=True)
class Facts:
    """`asked` holds the subjects of check-ins that exist, `waiting` those among them
    whose moment has not come, so that they can still be taken back unseen; `answered`
    when the person answered one. `never_done` names the kinds of activity that the
    person has never logged. No check-in is asked from `closed_on` on, and no offer made
    from `support_ends_on` on."""

    zone: str
    roles: tuple[Held, ...]
    exposures: tuple[Exposed, ...] = ()
    offers: tuple[Made, ...] = ()
    asked: frozenset[str] = frozenset()
    waiting: frozenset[str] = frozenset()
    answered: tuple[datetime, ...] = ()
    coming: tuple[Coming, ...] = ()
    never_done: frozenset[str] = frozenset()
    pauses: tuple[Paused, ...] = ()
    closed_on: date | None = None
    support_ends_on: date | None = None

    @cached_property
    def made(self) -> frozenset[tuple[str, str]]:
        """The offers that exist, as (rule, subject)."""
        return frozenset((offer.rule, offer.subject) for offer in self.offers)
