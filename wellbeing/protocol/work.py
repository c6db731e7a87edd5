"""What work calls for: after it was logged, after so much of it, and before it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from wellbeing.protocol import lengths
from wellbeing.protocol.facts import Exposed, Facts, Version
from wellbeing.protocol.happening import Happening, in_force, reason, rules
from wellbeing.protocol.rules import OfferRule
from wellbeing.protocol.whens import Before, SoMany


def _in_order(facts: Facts) -> list[Exposed]:
    return sorted(facts.exposures, key=lambda e: (e.ended_at, e.activity))


def after(
    facts: Facts, versions: tuple[Version, ...], at: datetime
) -> Iterator[Happening]:
    for exposed in _in_order(facts):
        subject = f"activity:{exposed.activity}"
        version = in_force(versions, exposed.ended_at)
        if version is None:
            continue
        for name, rule in version.document.offers_after.get(exposed.kind, ()):
            if exposed.role not in rule.for_ or (name, subject) in facts.made:
                continue
            if logged_in_time(rule, exposed, version):
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
                    because=reason(
                        rule,
                        version,
                        after=exposed.kind,
                        ended_at=exposed.ended_at,
                    ),
                )


def logged_in_time(rule: OfferRule, exposed: Exposed, version: Version) -> bool:
    """Whether the log came soon enough for the rule to follow from it."""
    if rule.logged_within is None:
        return True
    if exposed.logged_at - exposed.ended_at <= rule.logged_within.least:
        return True
    calendar = version.document.calendar
    latest = lengths.after(exposed.ended_at, rule.logged_within, calendar)
    return exposed.logged_at <= latest


@dataclass
class _Tally:
    """What has been logged since the last offer of one rule."""

    logged: list[tuple[Exposed, float]] = field(default_factory=list)

    @property
    def count(self) -> float:
        return sum(weight for _, weight in self.logged)

    @property
    def minutes(self) -> int:
        return sum(exposed.minutes for exposed, _ in self.logged)

    def add(self, exposed: Exposed, weight: float, when: SoMany) -> None:
        """Add one, and let go of those that lie too far back to count beside it."""
        self.logged.append((exposed, weight))
        if when.within:
            newest = max(one.ended_at for one, _ in self.logged)
            since = newest - timedelta(days=when.within.amount)
            self.logged = [one for one in self.logged if one[0].ended_at > since]

    def full(self, when: SoMany) -> bool:
        enough = when.so_many is not None and self.count >= when.so_many
        long = when.or_minutes is not None and self.minutes >= when.or_minutes
        level = when.or_level is not None and any(
            one.level == when.or_level for one, _ in self.logged
        )
        return enough or long or level


def so_many(
    facts: Facts, versions: tuple[Version, ...], at: datetime
) -> Iterator[Happening]:
    """Counted in the order of logging, so that a late log never moves an old count."""
    tallies: dict[str, _Tally] = {}
    counted = {kind for one in versions for kind in one.document.counted_kinds}
    logged = [one for one in facts.exposures if one.kind in counted]
    for exposed in sorted(logged, key=lambda e: (e.logged_at, e.activity)):
        version = in_force(versions, exposed.ended_at)
        for name, rule in rules(version, SoMany) if version else ():
            assert version is not None  # noqa: S101 - no rules without one
            when = rule.when
            if not isinstance(when, SoMany) or not _counts(rule, when, exposed):
                continue
            if not logged_in_time(rule, exposed, version):
                continue
            tally = tallies.setdefault(name, _Tally())
            if _counted_before(facts, name, exposed):
                tallies[name] = _Tally()
                continue
            tally.add(exposed, weight_of(exposed, version), when)
            if tally.full(when):
                tallies[name] = _Tally()
                yield _counted(name, rule, version, exposed, tally)


def _counts(rule: OfferRule, when: SoMany, exposed: Exposed) -> bool:
    wanted = exposed.kind == when.of and exposed.role in rule.for_
    return wanted and (exposed.marked or not when.marked)


def weight_of(exposed: Exposed, version: Version) -> float:
    """How much one counts: a second reading may count less than a first."""
    if not exposed.again:
        return 1
    parts = {str(kind): part for kind, part in version.document.activities.items()}
    part = parts.get(exposed.kind)
    return 1 if part is None or part.re_read_counts is None else part.re_read_counts


def _counted_before(facts: Facts, rule: str, exposed: Exposed) -> bool:
    """Whether an offer that exists was made at this very activity."""
    return (rule, f"counted:{exposed.activity}") in facts.made


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
        because=reason(
            rule,
            version,
            counted=exposed.kind,
            count=f"{tally.count:g}",
            minutes=str(tally.minutes),
            marked="yes" if isinstance(rule.when, SoMany) and rule.when.marked else "",
        ),
    )


def before(
    facts: Facts, versions: tuple[Version, ...], at: datetime
) -> Iterator[Happening]:
    for coming in sorted(facts.coming, key=lambda c: (c.ends_at, c.activity)):
        version = in_force(versions, coming.planned_at)
        for name, rule in rules(version, Before) if version else ():
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
                because=reason(
                    rule,
                    version,
                    before=coming.kind,
                    ends_at=coming.ends_at,
                    first="yes" if when.first_only else "",
                ),
            )
