"""What calls for an offer: one small function for each kind of `when` in the document.

Each yields *happenings*, past ones and the next ones to come, with the instant from
which the offer should exist. `plan` makes what is due and looks again at the next one.
The version in force at the moment of a happening governs it (domain rule 6.0.1).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from wellbeing.protocol import lengths
from wellbeing.protocol.document import (
    After,
    Before,
    ComingBack,
    Every,
    Leaving,
    OfferRule,
    QuietFor,
    SoMany,
)
from wellbeing.protocol.facts import Exposed, Facts, Held, Version

MIDNIGHT = time(0)


@dataclass(frozen=True)
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
    because: tuple[tuple[str, str], ...]
    because_logged: bool = False
    pencil_from: datetime | None = None
    fixed_until: datetime | None = None

    @property
    def offer(self) -> OfferRule:
        return self.version.document.offers[self.rule]

    @property
    def window_until(self) -> datetime:
        calendar = self.version.document.calendar
        counted = lengths.after(self.window_from, self.offer.window, calendar)
        return self.fixed_until or counted

    @property
    def open_until(self) -> datetime:
        calendar = self.version.document.calendar
        counted = lengths.after(self.open_from, self.offer.open, calendar)
        return self.fixed_until or counted


def in_force(versions: Iterable[Version], moment: datetime) -> Version | None:
    """The version active at `moment`; of two, the one that started later, or the later
    number when they started together."""
    active = [version for version in versions if version.active_from <= moment]
    return max(active, key=lambda one: (one.active_from, one.number), default=None)


def local_day(moment: datetime, zone: str) -> date:
    return moment.astimezone(ZoneInfo(zone)).date()


def holds(roles: Iterable[Held], wanted: Iterable[str], day: date) -> bool:
    return any(held.role in wanted and held.on(day) for held in roles)


def happenings(
    facts: Facts, versions: tuple[Version, ...], at: datetime
) -> Iterator[Happening]:
    """Everything that has called for an offer, and the next things that will."""
    for found in (_after, _so_many, _before, _by_month, _back, _leaving, _quiet):
        yield from found(facts, versions, at)


def _rules(version: Version, kind: type) -> Iterator[tuple[str, OfferRule]]:
    for name, rule in version.document.offers.items():
        if isinstance(rule.when, kind):
            yield name, rule


def _in_order(facts: Facts) -> list[Exposed]:
    return sorted(facts.exposures, key=lambda e: (e.ended_at, e.activity))


def _because(
    rule: OfferRule, version: Version, **facts: str
) -> tuple[tuple[str, str], ...]:
    return (
        *facts.items(),
        ("version", str(version.number)),
        ("part", str(rule.part)),
    )


def _after(
    facts: Facts, versions: tuple[Version, ...], at: datetime
) -> Iterator[Happening]:
    made = {(offer.rule, offer.subject) for offer in facts.offers}
    for exposed in _in_order(facts):
        subject = f"activity:{exposed.activity}"
        version = in_force(versions, exposed.ended_at)
        for name, rule in _rules(version, After) if version else ():
            assert version is not None  # noqa: S101 - no rules without one
            wanted = isinstance(rule.when, After) and rule.when.after == exposed.kind
            if not wanted or exposed.role not in rule.for_ or (name, subject) in made:
                continue
            if _in_time(rule, exposed, version):
                yield Happening(
                    rule=name,
                    subject=subject,
                    version=version,
                    due_at=exposed.logged_at,
                    window_from=exposed.ended_at,
                    # Logged late, the offer still stays open for its whole length, so
                    # that nobody gets a shorter one.
                    open_from=max(exposed.ended_at, exposed.logged_at),
                    because_logged=True,
                    because=_because(
                        rule,
                        version,
                        after=exposed.kind,
                        ended_at=exposed.ended_at.isoformat(),
                    ),
                )


def _in_time(rule: OfferRule, exposed: Exposed, version: Version) -> bool:
    if rule.logged_within is None:
        return True
    if exposed.logged_at - exposed.ended_at <= lengths.at_least(rule.logged_within):
        return True
    calendar = version.document.calendar
    latest = lengths.after(exposed.ended_at, rule.logged_within, calendar)
    return exposed.logged_at <= latest


@dataclass
class _Tally:
    """What has been logged since the last offer of one rule."""

    count: int = 0
    minutes: int = 0
    activities: set[int] = field(default_factory=set)

    def add(self, exposed: Exposed) -> None:
        self.count += 1
        self.minutes += exposed.minutes

    def full(self, when: SoMany) -> bool:
        enough = when.or_minutes is not None and self.minutes >= when.or_minutes
        return self.count >= when.so_many or enough


def _so_many(
    facts: Facts, versions: tuple[Version, ...], at: datetime
) -> Iterator[Happening]:
    """Counted in the order of logging, so that a late log never moves an old count."""
    tallies: dict[str, _Tally] = {}
    for exposed in sorted(facts.exposures, key=lambda e: (e.logged_at, e.activity)):
        version = in_force(versions, exposed.ended_at)
        for name, rule in _rules(version, SoMany) if version else ():
            assert version is not None  # noqa: S101 - no rules without one
            when = rule.when
            if not isinstance(when, SoMany) or exposed.kind != when.of:
                continue
            if exposed.role not in rule.for_ or not _in_time(rule, exposed, version):
                continue
            tally = tallies.setdefault(name, _Tally())
            if _counted_before(facts, name, exposed):
                tallies[name] = _Tally()
                continue
            tally.add(exposed)
            if tally.full(when):
                tallies[name] = _Tally()
                yield _counted(name, rule, version, exposed, tally)


def _counted_before(facts: Facts, rule: str, exposed: Exposed) -> bool:
    """Whether an offer that exists was made at this very activity."""
    subject = f"counted:{exposed.activity}"
    return any(o.rule == rule and o.subject == subject for o in facts.offers)


def _counted(
    name: str, rule: OfferRule, version: Version, exposed: Exposed, tally: _Tally
) -> Happening:
    return Happening(
        rule=name,
        subject=f"counted:{exposed.activity}",
        version=version,
        due_at=exposed.logged_at,
        window_from=exposed.ended_at,
        open_from=max(exposed.ended_at, exposed.logged_at),
        because_logged=True,
        because=_because(
            rule,
            version,
            counted=exposed.kind,
            count=str(tally.count),
            minutes=str(tally.minutes),
        ),
    )


def _before(
    facts: Facts, versions: tuple[Version, ...], at: datetime
) -> Iterator[Happening]:
    for coming in sorted(facts.coming, key=lambda c: (c.ends_at, c.activity)):
        version = in_force(versions, coming.planned_at)
        for name, rule in _rules(version, Before) if version else ():
            assert version is not None  # noqa: S101 - no rules without one
            when = rule.when
            if not isinstance(when, Before) or when.before != coming.kind:
                continue
            if coming.role not in rule.for_:
                continue
            if when.first_only and coming.kind not in facts.never_done:
                continue
            start = lengths.after(
                coming.ends_at, when.pencil_from, version.document.calendar
            )
            yield Happening(
                rule=name,
                subject=f"planned:{coming.activity}",
                version=version,
                due_at=coming.planned_at,
                window_from=coming.ends_at,
                open_from=coming.ends_at,
                pencil_from=start,
                because=_because(
                    rule,
                    version,
                    before=coming.kind,
                    ends_at=coming.ends_at.isoformat(),
                    first="yes" if when.first_only else "",
                ),
            )


def _by_month(
    facts: Facts, versions: tuple[Version, ...], at: datetime
) -> Iterator[Happening]:
    """This month's and the next one's."""
    version = in_force(versions, at)
    if version is None:
        return
    calendar = version.document.calendar
    first = local_day(at, calendar.zone).replace(day=1)
    for name, rule in _rules(version, Every):
        for month in (first, lengths.next_month(first)):
            start = lengths.at_wall_time(month, MIDNIGHT, calendar.zone)
            joined = _joined_on(facts, rule, month)
            if joined is None:
                continue
            ends = lengths.at_wall_time(
                lengths.next_month(month), calendar.opens, calendar.zone
            )
            yield Happening(
                rule=name,
                subject=f"month:{month:%Y-%m}",
                version=version,
                due_at=max(
                    start, lengths.at_wall_time(joined, MIDNIGHT, calendar.zone)
                ),
                window_from=start,
                open_from=start,
                fixed_until=ends,
                because=_because(rule, version, every="month"),
            )


def _joined_on(facts: Facts, rule: OfferRule, month: date) -> date | None:
    """The first day in the month on which the person holds a role of the rule."""
    last = lengths.next_month(month) - timedelta(days=1)
    days = [
        max(month, held.from_date)
        for held in facts.roles
        if held.role in rule.for_
        and held.from_date <= last
        and (held.until_date is None or held.until_date > max(month, held.from_date))
    ]
    return min(days, default=None)


def _back(
    facts: Facts, versions: tuple[Version, ...], at: datetime
) -> Iterator[Happening]:
    """The study resumes, or somebody's roles begin again after a gap."""
    days = {f"resumed:{p.key}": p.ends_on for p in facts.pauses if p.ends_on}
    for subject, day in days.items():
        assert day is not None  # noqa: S101 - filtered above
        yield from _returned(facts, versions, subject, day, gap=None)
    for earlier, later in gaps(facts.roles):
        subject = f"back:{later.isoformat()}"
        yield from _returned(facts, versions, subject, later, gap=later - earlier)


def gaps(roles: Iterable[Held]) -> Iterator[tuple[date, date]]:
    """The spans between two times with a role: (first day without, first day with)."""
    covered: date | None = None
    for held in sorted(roles, key=lambda h: h.from_date):
        if covered is not None and held.from_date > covered:
            yield covered, held.from_date
        if held.until_date is None:
            return
        covered = max(covered or held.until_date, held.until_date)


def _returned(
    facts: Facts,
    versions: tuple[Version, ...],
    subject: str,
    day: date,
    gap: timedelta | None,
) -> Iterator[Happening]:
    moment = lengths.at_wall_time(day, MIDNIGHT, facts.zone)
    version = in_force(versions, moment)
    for name, rule in _rules(version, ComingBack) if version else ():
        assert version is not None  # noqa: S101 - no rules without one
        when = rule.when
        if not isinstance(when, ComingBack) or not holds(facts.roles, rule.for_, day):
            continue
        if gap is not None and gap < timedelta(days=when.back_after.amount):
            continue
        yield Happening(
            rule=name,
            subject=subject,
            version=version,
            due_at=moment,
            window_from=moment,
            open_from=moment,
            because=_because(
                rule, version, back="person" if gap is not None else "study"
            ),
        )


def _leaving(
    facts: Facts, versions: tuple[Version, ...], at: datetime
) -> Iterator[Happening]:
    """At the end of the last role, and again some time later; then no more."""
    left = _left_on(facts.roles)
    if left is None:
        return
    moment = lengths.at_wall_time(left, MIDNIGHT, facts.zone)
    version = in_force(versions, moment)
    for name, rule in _rules(version, Leaving) if version else ():
        assert version is not None  # noqa: S101 - no rules without one
        day_before = left - timedelta(days=1)
        when = rule.when
        if not isinstance(when, Leaving) or not holds(
            facts.roles, rule.for_, day_before
        ):
            continue
        calendar = version.document.calendar
        moments = [moment]
        moments += [lengths.after(moment, more, calendar) for more in when.again_after]
        for number, due_at in enumerate(moments):
            yield Happening(
                rule=name,
                subject=f"left:{left.isoformat()}:{number}",
                version=version,
                due_at=due_at,
                window_from=due_at,
                open_from=due_at,
                because=_because(rule, version, left=left.isoformat()),
            )


def _left_on(roles: Iterable[Held]) -> date | None:
    """The first day without any role; None while one is open-ended."""
    ends = [held.until_date for held in roles]
    if not ends or None in ends:
        return None
    return max(end for end in ends if end is not None)


def _quiet(
    facts: Facts, versions: tuple[Version, ...], at: datetime
) -> Iterator[Happening]:
    """Some time after the last activity, once for each such time."""
    last = max(facts.exposures, key=lambda e: (e.ended_at, e.activity), default=None)
    if last is None:
        return
    version = in_force(versions, last.ended_at)
    for name, rule in _rules(version, QuietFor) if version else ():
        assert version is not None  # noqa: S101 - no rules without one
        when = rule.when
        if not isinstance(when, QuietFor) or last.role not in rule.for_:
            continue
        due_at = lengths.after(last.ended_at, when.quiet_for, version.document.calendar)
        if not holds(facts.roles, rule.for_, local_day(due_at, facts.zone)):
            continue
        yield Happening(
            rule=name,
            subject=f"quiet:{last.activity}",
            version=version,
            due_at=max(due_at, last.logged_at),
            window_from=due_at,
            open_from=due_at,
            because=_because(
                rule, version, quiet=last.kind, ended_at=last.ended_at.isoformat()
            ),
        )
