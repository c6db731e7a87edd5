"""Which check-ins the protocol asks for, and when. Pure."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple

from wellbeing.protocol import days, lengths
from wellbeing.protocol.facts import Exposed, Facts, Version
from wellbeing.protocol.happening import governing, holds, in_force, local_day
from wellbeing.protocol.rules import CheckInRule
from wellbeing.protocol.whens import Every, EveryWeeks, OnDays

DAY = timedelta(days=1)


class CheckInDue(NamedTuple):
    """One invitation that should exist, to be asked at `ask_at`. The subject is the
    rule and the day, so that two interviews on one day are asked about once."""

    rule: str
    subject: str
    version: int
    form: str
    ask_at: datetime
    closes_at: datetime
    because: tuple[tuple[str, str], ...]


def owed(
    facts: Facts,
    versions: tuple[Version, ...],
    at: datetime,
    besides: frozenset[str] = frozenset(),
) -> Iterator[CheckInDue]:
    """Every check-in that is called for and not over, whether or not it exists, but for
    the subjects in `besides`."""
    seen = set(besides)
    for due in _all(facts, versions, at, besides):
        if due.subject not in seen:
            seen.add(due.subject)
            yield due


def _all(
    facts: Facts, versions: tuple[Version, ...], at: datetime, besides: frozenset[str]
) -> Iterator[CheckInDue]:
    longest = max(
        (version.document.longest_check_in for version in versions), default=timedelta()
    )
    recent = [one for one in facts.exposures if one.ended_at + longest >= at]
    for exposed in sorted(recent, key=lambda e: (e.ended_at, e.activity)):
        version = in_force(versions, exposed.ended_at)
        if version is None:
            continue
        since_end = at - exposed.ended_at
        ended_on = local_day(exposed.ended_at, version.document.zone)
        for name, rule in version.document.check_ins_after.get(exposed.kind, ()):
            if exposed.role in rule.for_ and since_end <= rule.over_within:
                day = ended_on + rule.days * DAY
                if _open_on(name, day, version, at, besides):
                    yield from _after(name, rule, day, exposed, version, facts)
    yield from _by_calendar(facts, versions, at, besides)


def _open_on(
    name: str, day: date, version: Version, at: datetime, besides: frozenset[str]
) -> bool:
    """Whether the check-in of a day is not over and not among those left out. Asked
    before anything is made, since most that work called for are long over."""
    subject, _, closes_at = version.document.asked_on(name, day)
    return closes_at > at and subject not in besides


def _after(
    name: str,
    rule: CheckInRule,
    day: date,
    exposed: Exposed,
    version: Version,
    facts: Facts,
) -> Iterator[CheckInDue]:
    if _left_out(name, rule, day, version, facts):
        return
    why = (("after", exposed.kind), ("ended_at", exposed.ended_at.isoformat()))
    yield _due(name, rule, day, version, why)


def _by_calendar(
    facts: Facts, versions: tuple[Version, ...], at: datetime, besides: frozenset[str]
) -> Iterator[CheckInDue]:
    """The version in force at the moment of asking governs it, whenever it is made."""
    now = in_force(versions, at)
    if now is None:
        return
    today = local_day(at, now.document.zone)
    for version in versions:
        for name, rule in version.document.check_ins.items():
            for day, why in _days_to_ask(rule, today, version, facts):
                if not _open_on(name, day, version, at, besides):
                    continue
                due = _on_its_day(name, rule, day, version, facts, why)
                if due and governing(versions, due.ask_at) is version:
                    yield due


def _on_its_day(
    name: str,
    rule: CheckInRule,
    day: date,
    version: Version,
    facts: Facts,
    why: tuple[str, str],
) -> CheckInDue | None:
    if not holds(facts.roles, rule.for_, day):
        return None
    if _left_out(name, rule, day, version, facts):
        return None
    return _due(name, rule, day, version, (why,))


def _days_to_ask(
    rule: CheckInRule, today: date, version: Version, facts: Facts
) -> Iterator[tuple[date, tuple[str, str]]]:
    """The day of this month, of the week or of the list, and why it is one."""
    when = rule.when
    if isinstance(when, Every):
        yield _in_month(rule, today, version), ("every", "month")
    elif isinstance(when, EveryWeeks):
        day = days.latest(today, when)
        if when.if_any is None or days.worked_in_week(facts, when.if_any, day):
            yield day + timedelta(days=rule.days), ("every", days.every_words(when))
    elif isinstance(when, OnDays):
        past = [day for day in when.on_days if day <= today]
        if past:
            yield max(past) + timedelta(days=rule.days), ("on_day", str(max(past)))


def _in_month(rule: CheckInRule, today: date, version: Version) -> date:
    """The first working day of the month, some days later if the rule says so."""
    day = today.replace(day=1)
    while not version.document.calendar.works_on(day):
        day += timedelta(days=1)
    return day + timedelta(days=rule.days)


def next_day_to_look(version: Version, today: date) -> date | None:
    """The next day on which the calendar may call for a check-in of this version."""
    nexts: list[date] = []
    for rule in version.document.check_ins.values():
        when = rule.when
        if isinstance(when, Every):
            nexts.append(lengths.next_month(today))
        elif isinstance(when, EveryWeeks):
            nexts.append(days.following(today, when))
        elif isinstance(when, OnDays):
            nexts += [day for day in when.on_days if day > today]
    return min(nexts, default=None)


def _due(
    name: str,
    rule: CheckInRule,
    day: date,
    version: Version,
    why: tuple[tuple[str, str], ...],
) -> CheckInDue:
    subject, ask_at, closes_at = version.document.asked_on(name, day)
    return CheckInDue(
        rule=name,
        subject=subject,
        version=version.number,
        form=rule.form,
        ask_at=ask_at,
        closes_at=closes_at,
        because=(*why, ("version", str(version.number)), ("part", str(rule.part))),
    )


def _left_out(
    name: str, rule: CheckInRule, day: date, version: Version, facts: Facts
) -> bool:
    """The study is closed by then, or it is paused and this one pauses with it, or one
    was answered just now."""
    if facts.closed_on is not None and facts.closed_on <= day:
        return True
    if not rule.while_paused and any(pause.on(day) for pause in facts.pauses):
        return True
    if rule.unless_answered_within is None or not facts.answered:
        return False
    calendar = version.document.calendar
    _, ask_at, _ = version.document.asked_on(name, day)
    return any(
        answered < ask_at
        and lengths.after(answered, rule.unless_answered_within, calendar) >= ask_at
        for answered in facts.answered
    )
