"""What the protocol owes one person now, and when to look again. Pure and repeatable.

`plan` is deterministic: the same facts, versions and instant give the same plan, and
planning later after a crash gives what planning in time would have given. It never
notifies, books or decides for the person; it says which offers and check-ins should
exist. Domain rules 6.0: the version in force when the activity ended governs it
(rule 1), several open offers join into one (2), late logging still offers (3).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from wellbeing.protocol import lengths
from wellbeing.protocol.document import After, CheckInRule, Every, OfferRule, Protocol
from wellbeing.protocol.facts import Exposed, Facts, Made, Version


@dataclass(frozen=True)
class OfferDue:
    """An offer that should exist. `joins` is the earlier open offer that it joins,
    as (rule, subject). `because` is kept with the offer and shown to the person."""

    rule: str
    subject: str
    version: int
    window_until: datetime
    open_until: datetime
    because: tuple[tuple[str, str], ...]
    joins: tuple[str, str] | None = None


@dataclass(frozen=True)
class CheckInDue:
    rule: str
    subject: str
    version: int
    form: str
    ask_at: datetime
    closes_at: datetime
    because: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Plan:
    offers: tuple[OfferDue, ...]
    check_ins: tuple[CheckInDue, ...]
    lapsing: tuple[tuple[str, str], ...]
    withdrawing: tuple[tuple[str, str], ...]
    not_asking: tuple[str, ...]
    look_again_at: datetime | None


def plan(*, facts: Facts, versions: tuple[Version, ...], at: datetime) -> Plan:
    """The plan for one person at the instant `at` (aware, UTC)."""
    gone = _offers_without_activity(facts)
    made = {(offer.rule, offer.subject) for offer in facts.offers}
    offers: list[OfferDue] = []
    for due in _offers_owed(facts, versions, at):
        if (due.rule, due.subject) not in made:
            offers.append(_joined(due, facts, offers, at))
    check_ins = tuple(_check_ins_owed(facts, versions, at))
    return Plan(
        offers=tuple(offers),
        check_ins=tuple(due for due in check_ins if due.subject not in facts.asked),
        lapsing=tuple(_key(o) for o in _open(facts) if o.open_until <= at),
        withdrawing=tuple(_key(offer) for offer in gone),
        not_asking=tuple(sorted(facts.waiting - {due.subject for due in check_ins})),
        look_again_at=_look_again_at(facts, versions, offers, at),
    )


def in_force(versions: Iterable[Version], moment: datetime) -> Version | None:
    """The version active at `moment`; of two, the one that started later, or the later
    number when they started together."""
    active = [version for version in versions if version.active_from <= moment]
    return max(active, key=lambda one: (one.active_from, one.number), default=None)


def _key(offer: Made) -> tuple[str, str]:
    return offer.rule, offer.subject


def _open(facts: Facts) -> Iterator[Made]:
    return (offer for offer in facts.offers if offer.state == "open")


def _closed(facts: Facts, at: datetime) -> bool:
    day = at.astimezone(ZoneInfo(facts.zone)).date()
    return facts.closed_on is not None and facts.closed_on <= day


def _offers_owed(
    facts: Facts, versions: tuple[Version, ...], at: datetime
) -> Iterator[OfferDue]:
    if _closed(facts, at):
        return
    for exposed in sorted(facts.exposures, key=lambda e: (e.ended_at, e.activity)):
        version = in_force(versions, exposed.ended_at)
        if version is not None:
            yield from _offers_after(exposed, version)
    yield from _offers_by_month(facts, versions, at)


def _offers_after(exposed: Exposed, version: Version) -> Iterator[OfferDue]:
    calendar = version.document.calendar
    for name, rule in version.document.offers.items():
        if not _applies(rule, exposed) or not _logged_in_time(
            rule, exposed, version.document
        ):
            continue
        # The promise counts from the end of the work. Logged late, the offer still
        # stays open for its whole length, so that nobody gets a shorter one.
        counted_from = max(exposed.ended_at, exposed.logged_at)
        yield OfferDue(
            rule=name,
            subject=f"activity:{exposed.activity}",
            version=version.number,
            window_until=lengths.after(exposed.ended_at, rule.window, calendar),
            open_until=lengths.after(counted_from, rule.open, calendar),
            because=_because(rule, version, after=exposed),
        )


def _applies(rule: OfferRule, exposed: Exposed) -> bool:
    return (
        isinstance(rule.when, After)
        and rule.when.after == exposed.kind
        and exposed.role in rule.for_
    )


def _logged_in_time(rule: OfferRule, exposed: Exposed, document: Protocol) -> bool:
    if rule.logged_within is None:
        return True
    latest = lengths.after(exposed.ended_at, rule.logged_within, document.calendar)
    return exposed.logged_at <= latest


def _offers_by_month(
    facts: Facts, versions: tuple[Version, ...], at: datetime
) -> Iterator[OfferDue]:
    version = in_force(versions, at)
    if version is None:
        return
    calendar = version.document.calendar
    today = at.astimezone(ZoneInfo(calendar.zone)).date()
    for name, rule in version.document.offers.items():
        if not isinstance(rule.when, Every) or not _holds(facts, rule.for_, today):
            continue
        ends = lengths.at_wall_time(
            lengths.next_month(today), calendar.opens, calendar.zone
        )
        yield OfferDue(
            rule=name,
            subject=f"month:{today:%Y-%m}",
            version=version.number,
            window_until=ends,
            open_until=ends,
            because=_because(rule, version),
        )


def _holds(facts: Facts, roles: Iterable[str], day: date) -> bool:
    return any(held.role in roles and held.on(day) for held in facts.roles)


def _because(
    rule: OfferRule | CheckInRule, version: Version, after: Exposed | None = None
) -> tuple[tuple[str, str], ...]:
    facts = (
        (("after", after.kind), ("ended_at", after.ended_at.isoformat()))
        if after
        else (("every", "month"),)
    )
    return (*facts, ("version", str(version.number)), ("part", str(rule.part)))


def _joined(
    due: OfferDue, facts: Facts, earlier: list[OfferDue], at: datetime
) -> OfferDue:
    """One conversation can answer several offers of a rule, so a later one joins an
    earlier one that is still open, or whose agreed time is still to come."""
    for made in facts.offers:
        waits = made.state == "open" and made.open_until > at
        meets = made.state == "accepted" and made.meets_at and made.meets_at > at
        if made.rule == due.rule and (waits or meets):
            return _joining(due, _key(made))
    for other in earlier:
        if other.rule == due.rule and other.joins is None:
            return _joining(due, (other.rule, other.subject))
    return due


def _joining(due: OfferDue, target: tuple[str, str]) -> OfferDue:
    return OfferDue(
        due.rule,
        due.subject,
        due.version,
        due.window_until,
        due.open_until,
        due.because,
        joins=target,
    )


def _check_ins_owed(
    facts: Facts, versions: tuple[Version, ...], at: datetime
) -> Iterator[CheckInDue]:
    """Every check-in that the exposures call for, whether or not it exists already."""
    if _closed(facts, at):
        return
    seen: set[str] = set()
    for exposed in sorted(facts.exposures, key=lambda e: (e.ended_at, e.activity)):
        version = in_force(versions, exposed.ended_at)
        if version is None:
            continue
        for name, rule in version.document.check_ins.items():
            if rule.after != exposed.kind or exposed.role not in rule.for_:
                continue
            due = _check_in(name, rule, exposed, version)
            if due.subject not in seen and due.closes_at > at:
                seen.add(due.subject)
                yield due


def _check_in(
    name: str, rule: CheckInRule, exposed: Exposed, version: Version
) -> CheckInDue:
    calendar = version.document.calendar
    day = exposed.ended_at.astimezone(ZoneInfo(calendar.zone)).date()
    ask_at = lengths.at_wall_time(
        day + timedelta(days=rule.days), rule.time, calendar.zone
    )
    # Two interviews on one day are asked about once: the subject is the day.
    return CheckInDue(
        rule=name,
        subject=f"{name}:{ask_at.astimezone(ZoneInfo(calendar.zone)):%Y-%m-%d}",
        version=version.number,
        form=rule.form,
        ask_at=ask_at,
        closes_at=lengths.after(ask_at, rule.open, calendar),
        because=_because(rule, version, after=exposed),
    )


def _offers_without_activity(facts: Facts) -> list[Made]:
    """Open offers about an activity that has been taken back.

    One that others have joined stays, since it now speaks for those.
    """
    known = {f"activity:{exposed.activity}" for exposed in facts.exposures}
    joined = {offer.joins for offer in facts.offers if offer.subject in known}
    return [
        offer
        for offer in facts.offers
        if offer.state in {"open", "joined"}
        and offer.subject.startswith("activity:")
        and offer.subject not in known
        and _key(offer) not in joined
    ]


def _look_again_at(
    facts: Facts,
    versions: tuple[Version, ...],
    new: list[OfferDue],
    at: datetime,
) -> datetime | None:
    """The next instant at which this plan could come out differently by itself."""
    if _closed(facts, at):
        return None
    moments = [offer.open_until for offer in _open(facts)]
    moments += [offer.open_until for offer in new if offer.joins is None]
    moments += [version.active_from for version in versions]
    for held in facts.roles:
        for day in filter(None, (held.from_date, held.until_date)):
            moments.append(lengths.at_wall_time(day, _MIDNIGHT, facts.zone))
    version = in_force(versions, at)
    if version and _by_month(version, facts, at):
        today = at.astimezone(ZoneInfo(version.document.zone)).date()
        first = lengths.next_month(today)
        moments.append(lengths.at_wall_time(first, _MIDNIGHT, version.document.zone))
    return min((moment for moment in moments if moment > at), default=None)


_MIDNIGHT = datetime.min.time()


def _by_month(version: Version, facts: Facts, at: datetime) -> bool:
    today = at.astimezone(ZoneInfo(version.document.zone)).date()
    return any(
        isinstance(rule.when, Every) and _holds(facts, rule.for_, today)
        for rule in version.document.offers.values()
    )
