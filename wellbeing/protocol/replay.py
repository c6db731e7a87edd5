"""A stretch of the past, played again under one protocol or another. Pure.

Walks one person's facts through the real `plan`, from one instant at which something
happened or could happen to the next, as if nobody ever answered: every pencilled time
goes back, every offer stays open until it is over. What is counted is what the protocol
would have done.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from wellbeing.protocol import lengths
from wellbeing.protocol.check_ins import CheckInDue
from wellbeing.protocol.document import Protocol
from wellbeing.protocol.facts import Coming, Exposed, Facts, Made, Version
from wellbeing.protocol.happening import any_rules, local_day
from wellbeing.protocol.plan import OfferDue, plan
from wellbeing.protocol.rules import OfferRule
from wellbeing.protocol.whens import DayOf, DaysInARow, EveryWeeks, SoMany

# The walk begins this long before the time that is counted, so that what was already
# open then, or offered for that month, is not counted as new.
WARM_UP = timedelta(days=35)
# How long work and offers are remembered where days and weeks are counted.
DAYS_REMEMBERED = timedelta(days=35)
DERIVED = (DayOf, DaysInARow, EveryWeeks)


@dataclass
class Tally:
    """What would have been made. `minutes`: time needed if everybody says yes, by the
    supporter roles that could give it; what needs nobody is not in it."""

    offers: int = 0
    joined: int = 0
    pencils: int = 0
    check_ins: int = 0
    messages: int = 0
    minutes: Counter[tuple[str, ...]] = field(default_factory=Counter)

    def add(self, other: "Tally") -> None:
        self.offers += other.offers
        self.joined += other.joined
        self.pencils += other.pencils
        self.check_ins += other.check_ins
        self.messages += other.messages
        self.minutes += other.minutes


def replay(
    *, facts: Facts, versions: tuple[Version, ...], since: datetime, until: datetime
) -> Tally:
    """What one person would have been offered from `since` up to `until`.

    `facts` holds everything that is known in the end: all exposures, and in `coming`
    all that was ever planned. The walk shows the plan at each instant only what was
    known then. Offers in `facts` are ignored: they came from other rules.
    """
    walk = _Walk(facts, {one.number: one for one in versions}, since, until)
    at: datetime | None = since - WARM_UP
    while at is not None and at < until:
        at = walk.look(at)
    return walk.tally


class _Walk:
    """One person's walk. Keeps as little as the plan needs, since it is asked often."""

    def __init__(
        self,
        facts: Facts,
        versions: dict[int, Version],
        since: datetime,
        until: datetime,
    ) -> None:
        self.tally = Tally()
        self.facts = facts
        self.versions = versions
        self.since, self.until = since, until
        begin = since - WARM_UP
        self.to_come = sorted(
            (one for one in facts.exposures if begin <= one.logged_at < until),
            key=lambda one: (one.logged_at, one.activity),
            reverse=True,
        )
        self.planned = facts.coming
        self.moments = sorted(
            {one.logged_at for one in self.to_come}
            | {one.planned_at for one in facts.coming if begin <= one.planned_at},
            reverse=True,
        )
        self.counts = [
            (name, rule.when, rule.for_)
            for version in versions.values()
            for name, rule in version.document.offers.items()
            if isinstance(rule.when, SoMany)
        ]
        self.by_days = any(any_rules(versions.values(), kind) for kind in DERIVED)
        self.remembered: list[Exposed] = []
        self.never_done = facts.never_done
        self.made: list[Made] = []
        self.asked: dict[str, datetime] = {}
        self.logged: set[int] = set()

    def look(self, at: datetime) -> datetime | None:
        """Let the plan say what is due at `at`, and return when to look next."""
        found = plan(
            facts=self._known(at), versions=tuple(self.versions.values()), at=at
        )
        for offer in found.offers:
            self._make(offer, at)
        for check_in in found.check_ins:
            self._ask(check_in, at)
        self._forget()
        while self.moments and self.moments[-1] <= at:
            self.moments.pop()
        nexts = [*self.moments[-1:], found.look_again_at]
        return min((one for one in nexts if one and one > at), default=None)

    def _known(self, at: datetime) -> Facts:
        while self.to_come and self.to_come[-1].logged_at <= at:
            fresh = self.to_come.pop()
            self.remembered.append(fresh)
            self.logged.add(fresh.activity)
            self.never_done = self.never_done - {fresh.kind}
        self.made = [one for one in self.made if self._matters(one, at)]
        self.asked = {key: end for key, end in self.asked.items() if end > at}
        return replace(
            self.facts,
            exposures=tuple(self.remembered),
            offers=tuple(self.made),
            asked=frozenset(self.asked),
            waiting=frozenset(),
            answered=(),
            coming=tuple(self._coming(at)),
            never_done=self.never_done,
        )

    def _coming(self, at: datetime) -> Iterator[Coming]:
        return (
            one
            for one in self.planned
            if one.planned_at <= at and one.activity not in self.logged
        )

    def _make(self, due: OfferDue, at: datetime) -> None:
        # Nobody answers, so a later one joins it as long as its time is kept. Told to
        # the plan as a talk agreed for the end of that, it does the same as a pencilled
        # one, and the plan need not be asked again only to let it lapse.
        self.made.append(
            Made(
                rule=due.rule,
                subject=due.subject,
                made_at=at,
                open_until=due.open_until,
                state="joined" if due.joins else "accepted",
                meets_at=kept_until(due, self.versions[due.version].document, at),
                joins=due.joins,
            )
        )
        if self.since <= at < self.until:
            self._count_offer(due, at)

    def _count_offer(self, due: OfferDue, at: datetime) -> None:
        if due.joins:
            self.tally.joined += 1
            return
        document = self.versions[due.version].document
        rule = document.offers[due.rule]
        self.tally.offers += 1
        self.tally.messages += 1 + _reminds(rule, due, document, at)
        self.tally.pencils += kept_until(due, document, at) is not None
        kind = document.kinds[rule.pencil.kind if rule.pencil else rule.kinds[0]]
        if kind.with_:
            self.tally.minutes[tuple(kind.with_)] += kind.minutes

    def _ask(self, due: CheckInDue, at: datetime) -> None:
        self.asked[due.subject] = due.closes_at
        if self.since <= max(due.ask_at, at) < self.until:
            self.tally.check_ins += 1
            self.tally.messages += 1

    def _forget(self) -> None:
        """Keep the exposures that can still matter: the last one, and those that a rule
        counts and that no offer has been made for yet."""
        if not self.remembered:
            return
        last = max(self.remembered, key=lambda one: (one.ended_at, one.activity))
        counted = [one for one in self.remembered if self._counting(one)]
        first = next(
            (n for n, one in enumerate(counted) if one == last or self._waits(one)),
            len(counted),
        )
        kept = {one.activity for one in (*counted[first:], last)}
        if self.by_days:
            since = last.ended_at - DAYS_REMEMBERED
            kept |= {one.activity for one in self.remembered if one.ended_at > since}
        self.remembered = [one for one in self.remembered if one.activity in kept]

    def _matters(self, made: Made, at: datetime) -> bool:
        """An offer that is over can only matter through its activity: the plan would
        make it again, or count again what it stands for."""
        if made.open_until > at:
            return True
        if self.by_days and made.made_at > at - DAYS_REMEMBERED - WARM_UP:
            return True
        about = made.subject.rpartition(":")[2]
        return any(about == str(one.activity) for one in self.remembered)

    def _counting(self, exposed: Exposed) -> list[str]:
        """The rules that add this exposure up with others."""
        return [
            name
            for name, when, roles in self.counts
            if when.of == exposed.kind and exposed.role in roles
        ]

    def _waits(self, exposed: Exposed) -> bool:
        """Whether a rule that counts this exposure has made no offer since."""
        later = {
            f"counted:{one.activity}"
            for one in self.remembered
            if (one.logged_at, one.activity) >= (exposed.logged_at, exposed.activity)
        }
        passed = {made.rule for made in self.made if made.subject in later}
        return not passed.issuperset(self._counting(exposed))


def kept_until(due: OfferDue, document: Protocol, at: datetime) -> datetime | None:
    """Until when a time is pencilled for an offer made at `at`, None if none is.

    A time is taken to be found whenever the window is still open.
    """
    pencil = document.offers[due.rule].pencil
    if due.joins or pencil is None or due.window_until <= at:
        return None
    day = local_day(at, document.zone) + timedelta(days=pencil.kept_until.days)
    return lengths.at_wall_time(day, pencil.kept_until.time, document.zone)


def _reminds(rule: OfferRule, due: OfferDue, document: Protocol, at: datetime) -> bool:
    if rule.reminder is None:
        return False
    return lengths.after(at, rule.reminder, document.calendar) < due.open_until
