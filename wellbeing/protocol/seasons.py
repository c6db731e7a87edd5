"""What time itself calls for: a month, coming back, leaving, and a quiet while."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from wellbeing.protocol import lengths
from wellbeing.protocol.facts import Facts, Held, Version
from wellbeing.protocol.happening import (
    Happening,
    governing,
    holds,
    in_force,
    local_day,
    midnight,
    reason,
    rules,
)
from wellbeing.protocol.rules import OfferRule
from wellbeing.protocol.whens import ComingBack, Every, Leaving, QuietFor


def by_month(
    facts: Facts, versions: tuple[Version, ...], at: datetime
) -> Iterator[Happening]:
    """This month's and the next one's. The version in force when a month begins for
    the person governs it, however late somebody looks; the first version of all also
    governs the month in which it came."""
    now = in_force(versions, at)
    if now is None:
        return
    first = local_day(at, now.document.zone).replace(day=1)
    for version in versions:
        for name, rule in rules(version, Every):
            for month in (first, lengths.next_month(first)):
                subject = f"month:{month.isoformat()[:7]}"
                if (name, subject) in facts.made:
                    continue
                found = _month(facts, version, name, rule, month, subject)
                if found and governing(versions, found.due_at) is version:
                    yield found


def _month(
    facts: Facts,
    version: Version,
    name: str,
    rule: OfferRule,
    month: date,
    subject: str,
) -> Happening | None:
    calendar = version.document.calendar
    joined = _joined_on(facts, rule, month)
    if joined is None:
        return None
    start, ends = version.document.month_from(month)
    due_at = start
    if joined > month:
        due_at = midnight(joined, calendar.zone)
    return Happening(
        rule=name,
        subject=subject,
        version=version,
        due_at=due_at,
        window_from=start,
        open_from=start,
        fixed_until=ends,
        because=reason(rule, version, every="month"),
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


def back(
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
    moment = midnight(day, facts.zone)
    version = in_force(versions, moment)
    for name, rule in rules(version, ComingBack) if version else ():
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
            because=reason(
                rule, version, back="person" if gap is not None else "study"
            ),
        )


def leaving(
    facts: Facts, versions: tuple[Version, ...], at: datetime
) -> Iterator[Happening]:
    """At the end of the last role, and again some time later; then no more."""
    left = _left_on(facts.roles)
    if left is None:
        return
    moment = midnight(left, facts.zone)
    version = in_force(versions, moment)
    for name, rule in rules(version, Leaving) if version else ():
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
                because=reason(rule, version, left=left.isoformat()),
            )


def _left_on(roles: Iterable[Held]) -> date | None:
    """The first day without any role; None while one is open-ended."""
    ends = [held.until_date for held in roles]
    if not ends or None in ends:
        return None
    return max(end for end in ends if end is not None)


def quiet(
    facts: Facts, versions: tuple[Version, ...], at: datetime
) -> Iterator[Happening]:
    """Some time after the last activity of any kind, once for each such time: whoever
    interviewed and then coded was not quiet meanwhile, and is not forgotten after."""
    last = max(facts.exposures, key=lambda e: (e.ended_at, e.activity), default=None)
    if last is None:
        return
    version = in_force(versions, last.ended_at)
    for name, rule in rules(version, QuietFor) if version else ():
        assert version is not None  # noqa: S101 - no rules without one
        when = rule.when
        if not isinstance(when, QuietFor):
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
            because=reason(rule, version, quiet=last.kind, ended_at=last.ended_at),
        )
