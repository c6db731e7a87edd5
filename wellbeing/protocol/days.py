"""What days and weeks of work call for: units that nobody logs, derived from the log.

A day is a calendar day where the person works. However many interviews lie on it, it is
one day, so that a day calls for one offer and not for four.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from wellbeing.protocol.facts import Exposed, Facts, Version
from wellbeing.protocol.happening import (
    Because,
    Happening,
    any_rules,
    holds,
    in_force,
    local_day,
    midnight,
    reason,
    rules,
)
from wellbeing.protocol.rules import OfferRule
from wellbeing.protocol.values import WEEKDAYS
from wellbeing.protocol.whens import DayOf, DaysInARow, EveryWeeks
from wellbeing.protocol.work import logged_in_time

DAY = timedelta(days=1)
# Weeks are counted from one fixed Monday, so that "every second week" stays the same
# one whatever version is in force.
FIRST_MONDAY = date(2001, 1, 1)


def day_of(
    facts: Facts, versions: tuple[Version, ...], at: datetime
) -> Iterator[Happening]:
    """One for each day with such work. The first log of the day makes it."""
    if not any_rules(versions, DayOf):
        return
    for exposed in _firsts_of_days(facts):
        version = in_force(versions, exposed.ended_at)
        for name, rule in rules(version, DayOf) if version else ():
            assert version is not None  # noqa: S101 - no rules without one
            when = rule.when
            if not isinstance(when, DayOf) or when.day_of != exposed.kind:
                continue
            if exposed.role not in rule.for_:
                continue
            if logged_in_time(rule, exposed, version):
                day = local_day(exposed.ended_at, facts.zone)
                because = reason(rule, version, day_of=exposed.kind, day=str(day))
                subject = f"day:{day.isoformat()}"
                yield _logged(name, subject, version, exposed, because)


def days_in_a_row(
    facts: Facts, versions: tuple[Version, ...], at: datetime
) -> Iterator[Happening]:
    """One for every so many days in a row; the run goes on counting after it."""
    if not any_rules(versions, DaysInARow):
        return
    run: dict[str, tuple[date, int]] = {}
    for exposed in _firsts_of_days(facts):
        version = in_force(versions, exposed.ended_at)
        for name, rule in rules(version, DaysInARow) if version else ():
            assert version is not None  # noqa: S101 - no rules without one
            when = rule.when
            if not isinstance(when, DaysInARow) or when.of != exposed.kind:
                continue
            if exposed.role not in rule.for_:
                continue
            day = local_day(exposed.ended_at, facts.zone)
            last, length = run.get(name, (day - 2 * DAY, 0))
            length = length + 1 if last == day - DAY else 1
            run[name] = day, length
            if length % when.days_in_a_row or not logged_in_time(
                rule, exposed, version
            ):
                continue
            because = reason(rule, version, in_a_row=exposed.kind, days=str(length))
            yield _logged(name, f"run:{day.isoformat()}", version, exposed, because)


def _firsts_of_days(facts: Facts) -> list[Exposed]:
    """Of each kind and day the exposure that was logged first, by day. A later log of
    the same day never moves what the first one made."""
    first: dict[tuple[str, str, date], Exposed] = {}
    for exposed in sorted(facts.exposures, key=lambda e: (e.logged_at, e.activity)):
        day = local_day(exposed.ended_at, facts.zone)
        first.setdefault((exposed.kind, exposed.role, day), exposed)
    return [first[key] for key in sorted(first, key=lambda key: (key[2], key))]


def _logged(
    name: str,
    subject: str,
    version: Version,
    exposed: Exposed,
    because: Because,
) -> Happening:
    return Happening(
        rule=name,
        subject=subject,
        version=version,
        due_at=exposed.logged_at,
        window_from=exposed.ended_at,
        open_from=max(exposed.ended_at, exposed.logged_at),
        because_logged=True,
        because=because,
    )


def by_week(
    facts: Facts, versions: tuple[Version, ...], at: datetime
) -> Iterator[Happening]:
    """This week's and the next one's; with `if_any` also those of weeks that were
    logged late."""
    if not any_rules(versions, EveryWeeks):
        return
    worked = _worked_weeks(facts)
    today = local_day(at, facts.zone)
    for version, name, rule, when in _weekly_rules(versions):
        for day in sorted(_weekly_days(today, when, worked)):
            moment = midnight(day, facts.zone)
            if in_force(versions, moment) is not version:
                continue
            if due_at := _due(facts, rule, version, when, day, moment, worked):
                yield Happening(
                    rule=name,
                    subject=f"week:{day.isoformat()}",
                    version=version,
                    due_at=due_at,
                    window_from=due_at,
                    open_from=due_at,
                    because=reason(
                        rule, version, every=every_words(when), did=when.if_any or ""
                    ),
                )


def worked_in_week(facts: Facts, kind: str, day: date) -> bool:
    """Whether the person did such a thing in the week, Monday to Sunday, of `day`."""
    return (kind, _monday(day)) in _worked_weeks(facts)


def _weekly_rules(
    versions: tuple[Version, ...],
) -> Iterator[tuple[Version, str, OfferRule, EveryWeeks]]:
    for version in versions:
        for name, rule in rules(version, EveryWeeks):
            if isinstance(rule.when, EveryWeeks):
                yield version, name, rule, rule.when


def _weekly_days(
    today: date, when: EveryWeeks, worked: dict[tuple[str, date], list[Exposed]]
) -> set[date]:
    """The last such day and the next, and that of each week with such work."""
    ordinal = WEEKDAYS.index(when.weekday)
    days = {monday + ordinal * DAY for kind, monday in worked if kind == when.if_any}
    days = {day for day in days if _is_such_a_week(day, when)}
    return days | {latest(today, when), following(today, when)}


def _due(
    facts: Facts,
    rule: OfferRule,
    version: Version,
    when: EveryWeeks,
    day: date,
    moment: datetime,
    worked: dict[tuple[str, date], list[Exposed]],
) -> datetime | None:
    """From when the week's offer should exist; None when the week calls for none."""
    if when.if_any is None:
        return moment if holds(facts.roles, rule.for_, day) else None
    logged = [
        exposed.logged_at
        for exposed in worked.get((when.if_any, _monday(day)), ())
        if exposed.role in rule.for_ and logged_in_time(rule, exposed, version)
    ]
    return max(moment, min(logged)) if logged else None


def _worked_weeks(facts: Facts) -> dict[tuple[str, date], list[Exposed]]:
    found: dict[tuple[str, date], list[Exposed]] = defaultdict(list)
    for exposed in facts.exposures:
        monday = _monday(local_day(exposed.ended_at, facts.zone))
        found[exposed.kind, monday].append(exposed)
    return found


def _monday(day: date) -> date:
    return day - day.weekday() * DAY


def _is_such_a_week(day: date, when: EveryWeeks) -> bool:
    return (_monday(day) - FIRST_MONDAY).days // 7 % when.every_weeks == 0


def latest(day: date, when: EveryWeeks) -> date:
    """The last such day up to `day`."""
    found = day - (day.weekday() - WEEKDAYS.index(when.weekday)) % 7 * DAY
    while not _is_such_a_week(found, when):
        found -= 7 * DAY
    return found


def following(day: date, when: EveryWeeks) -> date:
    """The first such day after `day`."""
    return latest(day, when) + 7 * when.every_weeks * DAY


def every_words(when: EveryWeeks) -> str:
    """`week`, or `2 weeks`: what stands after "every"."""
    return "week" if when.every_weeks == 1 else f"{when.every_weeks} weeks"
