"""What the protocol owes one person now, and when to look again. Pure and repeatable.

`plan` is deterministic: the same facts, versions and instant give the same plan, and
planning later after a crash gives what planning in time would have given. It never
notifies, books or decides for the person; it says which offers and check-ins should
exist. Domain rules 6.0: the version in force when the activity ended governs it
(rule 1), several open offers join into one (2), late logging still offers (3), and a
pause of the study takes away no offer (7).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import NamedTuple

from wellbeing.protocol import check_ins
from wellbeing.protocol.check_ins import CheckInDue as CheckInDue
from wellbeing.protocol.facts import Facts, Made, Version
from wellbeing.protocol.happening import (
    Happening,
    in_force,
    local_day,
    midnight,
    rules,
)
from wellbeing.protocol.happenings import happenings
from wellbeing.protocol.whens import EveryWeeks

Key = tuple[str, str]
# Subjects of offers that some work is the reason for.
FROM_WORK = ("activity:", "planned:", "counted:", "day:", "run:", "week:")


class OfferDue(NamedTuple):
    """An offer that should exist. `joins` is the earlier offer that it joins, as (rule,
    subject); `takes_in` are earlier ones for such a talk that keep no time any more and
    join this one. `because` is kept with the offer and shown to the person."""

    rule: str
    subject: str
    version: int
    window_until: datetime
    open_until: datetime
    because: tuple[Key, ...]
    pencil_from: datetime | None = None
    joins: Key | None = None
    takes_in: tuple[Key, ...] = ()


@dataclass(frozen=True)
class Plan:
    """`moving` names pencilled offers whose planned activity has another time now, with
    the instant from which their pencil may start."""

    offers: tuple[OfferDue, ...]
    check_ins: tuple[CheckInDue, ...]
    lapsing: tuple[Key, ...]
    withdrawing: tuple[Key, ...]
    moving: tuple[OfferDue, ...]
    not_asking: tuple[str, ...]
    look_again_at: datetime | None


def plan(*, facts: Facts, versions: tuple[Version, ...], at: datetime) -> Plan:
    """The plan for one person at the instant `at` (aware, UTC)."""
    over = _support_over(facts, at)
    found = [] if over else list(happenings(facts, versions, at))
    found.sort(key=lambda one: (one.due_at, one.window_from, one.rule, one.subject))
    owed = list(_owed(found, facts, versions, at))
    # Those that wait and are called for no more are found among all; else the ones
    # that exist already need not be looked at.
    besides = frozenset() if facts.waiting else facts.asked
    asking = () if over else tuple(check_ins.owed(facts, versions, at, besides))
    return Plan(
        offers=tuple(owed),
        check_ins=tuple(due for due in asking if due.subject not in facts.asked),
        lapsing=tuple(_key(o) for o in _open(facts) if o.open_until <= at),
        withdrawing=tuple(_key(offer) for offer in _without_reason(facts, versions)),
        moving=tuple(_moved(found, facts)),
        not_asking=tuple(sorted(facts.waiting - {due.subject for due in asking})),
        look_again_at=_look_again_at(found, owed, facts, versions, at),
    )


def _key(offer: Made) -> Key:
    return offer.rule, offer.subject


def _open(facts: Facts) -> Iterator[Made]:
    return (offer for offer in facts.offers if offer.state == "open")


def _support_over(facts: Facts, at: datetime) -> bool:
    ends_on = facts.support_ends_on
    return ends_on is not None and ends_on <= local_day(at, facts.zone)


def _owed(
    found: list[Happening], facts: Facts, versions: tuple[Version, ...], at: datetime
) -> Iterator[OfferDue]:
    talks = _Talks(facts, versions, at)
    for one in found:
        if one.due_at > at or (one.rule, one.subject) in facts.made:
            continue
        if not one.because_logged and one.open_until <= at:
            continue
        # A month's own offer stays apart from the month before.
        apart = one.fixed_until is not None
        joins = None if apart else talks.joins(one.rule)
        taken = () if apart or joins else talks.takes_in(one.rule)
        if joins is None:
            talks.speaks(one)
        yield _due(one, joins, taken)


def _due(
    one: Happening, joins: Key | None = None, takes_in: tuple[Key, ...] = ()
) -> OfferDue:
    return OfferDue(
        rule=one.rule,
        subject=one.subject,
        version=one.version.number,
        window_until=one.window_until,
        open_until=one.open_until,
        because=one.kept_because,
        pencil_from=one.pencil_from,
        joins=joins,
        takes_in=takes_in,
    )


class _Talks:
    """Which conversation each offer is about: one can answer several of its kind."""

    def __init__(
        self, facts: Facts, versions: tuple[Version, ...], at: datetime
    ) -> None:
        self.versions = versions
        self.kinds: dict[str, str] = {}
        self.kept: dict[str, Key] = {}
        self.loose: dict[str, list[Key]] = {}
        for made in facts.offers:
            waits = made.state == "open" and made.open_until > at
            meets = made.state == "accepted" and made.meets_at and made.meets_at > at
            if (waits and made.holds_time) or meets:
                self.kept.setdefault(self.of(made.rule), _key(made))
            elif waits:
                self.loose.setdefault(self.of(made.rule), []).append(_key(made))
        self.earlier: dict[str, Key] = {}

    def of(self, rule: str) -> str:
        """The conversation a rule is about: what it pencils, or else offers first."""
        if rule not in self.kinds:
            self.kinds[rule] = self._read(rule)
        return self.kinds[rule]

    def _read(self, rule: str) -> str:
        for version in reversed(self.versions):
            if offer := version.document.offers.get(rule):
                return offer.pencil.kind if offer.pencil else offer.kinds[0]
        return rule

    def speaks(self, one: Happening) -> None:
        """A new offer that joined none: later ones of its kind join it."""
        self.earlier.setdefault(self.of(one.rule), (one.rule, one.subject))

    def joins(self, rule: str) -> Key | None:
        """An earlier offer of the kind that still keeps a time, or whose agreed time
        is still to come; else one that is made now."""
        kind = self.of(rule)
        return self.kept.get(kind) or self.earlier.get(kind)

    def takes_in(self, rule: str) -> tuple[Key, ...]:
        """Open offers for such a talk whose time went back: the new one speaks for
        them."""
        return tuple(self.loose.get(self.of(rule), ()))


def _without_reason(facts: Facts, versions: tuple[Version, ...]) -> list[Made]:
    """Open offers about work that was taken back or is no longer planned.

    One that others have joined stays, since it now speaks for those.
    """
    standing = [one for one in facts.offers if one.state in {"open", "joined"}]
    if not any(one.subject.startswith(FROM_WORK) for one in standing):
        return []
    reasons = _Reasons(facts, versions)
    gone = [offer for offer in standing if not reasons.has(offer)]
    if not gone:
        return []
    joined = {offer.joins for offer in facts.offers if reasons.has(offer)}
    return [offer for offer in gone if _key(offer) not in joined]


class _Reasons:
    """The work that stands in the log or in the plan, as a reason for offers."""

    def __init__(self, facts: Facts, versions: tuple[Version, ...]) -> None:
        self.facts, self.versions = facts, versions
        self.logged = {str(one.activity) for one in facts.exposures}
        self.coming = {str(one.activity) for one in facts.coming}

    def has(self, offer: Made) -> bool:
        what, _, about = offer.subject.partition(":")
        if what in {"activity", "counted"}:
            return about in self.logged
        if what == "planned":
            # Once logged, what was pencilled before an interview is there for it.
            return about in self.logged or about in self.coming
        if what in {"day", "run"}:
            return about in self.days
        if what == "week" and offer.rule in self.weeks_of_work:
            week = date.fromisoformat(about).isocalendar()[:2]
            return week in {
                date.fromisoformat(day).isocalendar()[:2] for day in self.days
            }
        return True

    @cached_property
    def days(self) -> set[str]:
        return {
            str(local_day(one.ended_at, self.facts.zone))
            for one in self.facts.exposures
        }

    @cached_property
    def weeks_of_work(self) -> set[str]:
        """The weekly rules that only hold for a week with work in it."""
        return {
            name
            for version in self.versions
            for name, rule in rules(version, EveryWeeks)
            if isinstance(rule.when, EveryWeeks) and rule.when.if_any
        }


def _moved(found: list[Happening], facts: Facts) -> Iterator[OfferDue]:
    """Open offers before an activity that is planned for another time now."""
    made = {_key(offer): offer for offer in _open(facts)}
    for one in found:
        offer = made.get((one.rule, one.subject))
        if offer and one.pencil_from and offer.open_until != one.open_until:
            yield _due(one)


def _look_again_at(
    found: list[Happening],
    owed: list[OfferDue],
    facts: Facts,
    versions: tuple[Version, ...],
    at: datetime,
) -> datetime | None:
    """The next instant at which this plan could come out differently by itself."""
    if _support_over(facts, at):
        return None
    moments = [offer.open_until for offer in _open(facts)]
    moments += [due.open_until for due in owed if due.joins is None]
    moments += [one.due_at for one in found]
    moments += [version.active_from for version in versions]
    for held in facts.roles:
        for day in filter(None, (held.from_date, held.until_date)):
            moments.append(midnight(day, facts.zone))
    if asking := _next_asking(facts, versions, at):
        moments.append(asking)
    return min((moment for moment in moments if moment > at), default=None)


def _next_asking(
    facts: Facts, versions: tuple[Version, ...], at: datetime
) -> datetime | None:
    """The start of the next day on which the calendar may call for a check-in."""
    version = in_force(versions, at)
    if version is None:
        return None
    today = local_day(at, version.document.zone)
    if all(held.until_date and held.until_date <= today for held in facts.roles):
        return None
    day = check_ins.next_day_to_look(version, today)
    return midnight(day, version.document.zone) if day else None
