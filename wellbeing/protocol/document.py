"""The schema of a protocol document: a closed vocabulary without expressions.

`read` turns YAML text into a `Protocol`, or raises `BadProtocol` with one sentence
per problem. A word that is not in the vocabulary is a problem, never ignored: a rule
that nothing carries out would be a promise that nobody keeps.
"""

from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Literal

from pydantic import Field, model_validator

from wellbeing.protocol import lengths
from wellbeing.protocol.agreements import (
    AlsoThere,
    Assignments,
    DidNotHappen,
    Messages,
    OutsideWorkers,
    PaidTime,
    Site,
    SupportersOwn,
    TeamForm,
)
from wellbeing.protocol.lengths import Calendar, Length
from wellbeing.protocol.marks import HeavyHours, Limits, RampIn
from wellbeing.protocol.rules import (
    OUR_FORMS,
    ActivityPart,
    CheckInRule,
    HardOne,
    Kind,
    OfferRule,
    Reminder,
    Requests,
    Signoff,
    Step,
)
from wellbeing.protocol.values import (
    WEEKDAYS,
    ActivityKind,
    ExposedRole,
    Part,
    Words,
    WorkingDays,
    Zone,
)
from wellbeing.protocol.whens import After, SoMany, Standing

# What a document remembers that hangs on its zone and its holidays.
WORKED_OUT_FOR_A_PLACE = ("calendar", "answering", "asking_times", "month_spans")


class Protocol(Part):
    """One whole document."""

    protocol: Words
    zone: Zone
    working_days: WorkingDays
    terms: dict[Literal["debrief"], Words] = {}
    activities: dict[ActivityKind, ActivityPart]
    kinds: dict[str, Kind]
    offers: dict[str, OfferRule]
    check_ins: dict[str, CheckInRule] = {}
    check_ins_ask_after: int | None = Field(default=None, ge=2, le=10)
    reminders: list[Reminder] = []
    requests: Requests
    signoff: Signoff
    review_every: Length
    steps: dict[str, Step] = {}
    before: dict[ActivityKind, dict[ExposedRole, list[str]]] = {}
    also_there: AlsoThere | None = None
    hard_one: HardOne | None = None
    did_not_happen: DidNotHappen | None = None
    ramp_in: RampIn | None = None
    limits_part: int = 9
    limits: dict[ActivityKind, Limits] = {}
    not_on_one_day: list[list[ActivityKind]] = []
    heavy_hours: HeavyHours | None = None
    assignments: Assignments | None = None
    outside_workers: OutsideWorkers | None = None
    supporters_own: SupportersOwn | None = None
    paid_time: PaidTime | None = None
    messages: Messages | None = None
    sites: dict[str, Site] = {}
    forms: dict[str, TeamForm] = {}

    @model_validator(mode="after")
    def kinds_are_known(self) -> "Protocol":
        for name, rule in self.offers.items():
            wanted = {*rule.kinds, *([rule.pencil.kind] if rule.pencil else [])}
            if unknown := sorted(wanted - set(self.kinds)):
                raise ValueError(f"offers.{name} names {unknown[0]!r}, no such kind.")
            if rule.pencil and not self.kinds[rule.pencil.kind].with_:
                raise ValueError(f"offers.{name} pencils a time with nobody.")
        return self

    @model_validator(mode="after")
    def kinds_of_outside_workers_are_known(self) -> "Protocol":
        named = self.outside_workers.kinds if self.outside_workers else []
        if unknown := sorted(set(named) - set(self.kinds)):
            raise ValueError(f"outside_workers names {unknown[0]!r}, no such kind.")
        return self

    @model_validator(mode="after")
    def forms_are_known(self) -> "Protocol":
        for name, rule in self.check_ins.items():
            if rule.form not in {*OUR_FORMS, *self.forms}:
                raise ValueError(f"check_ins.{name} asks {rule.form!r}, no such form.")
        return self

    @model_validator(mode="after")
    def steps_are_known(self) -> "Protocol":
        for kind, roles in self.before.items():
            for role, names in roles.items():
                if unknown := sorted(set(names) - set(self.steps)):
                    raise ValueError(
                        f"before.{kind}.{role} names {unknown[0]!r}, no such step."
                    )
        return self

    @cached_property
    def offers_by_when(self) -> dict[type, tuple[tuple[str, OfferRule], ...]]:
        """The offers by what they follow from; looked up for every exposure."""
        found: dict[type, tuple[tuple[str, OfferRule], ...]] = {}
        for name, rule in self.offers.items():
            kind = type(rule.when)
            found[kind] = (*found.get(kind, ()), (name, rule))
        return found

    @cached_property
    def offers_after(self) -> dict[str, tuple[tuple[str, OfferRule], ...]]:
        """The offers that follow each kind of work by itself."""
        found: dict[str, tuple[tuple[str, OfferRule], ...]] = {}
        for name, rule in self.offers.items():
            if isinstance(rule.when, After):
                kind = rule.when.after
                found[kind] = (*found.get(kind, ()), (name, rule))
        return found

    @cached_property
    def check_ins_after(self) -> dict[str, tuple[tuple[str, CheckInRule], ...]]:
        """The check-ins that follow each kind of work by itself."""
        found: dict[str, tuple[tuple[str, CheckInRule], ...]] = {}
        for name, rule in self.check_ins.items():
            if isinstance(rule.when, After):
                kind = rule.when.after
                found[kind] = (*found.get(kind, ()), (name, rule))
        return found

    @cached_property
    def longest_check_in(self) -> timedelta:
        rules = (rule for found in self.check_ins_after.values() for _, rule in found)
        return max((rule.over_within for rule in rules), default=timedelta())

    @cached_property
    def counted_kinds(self) -> frozenset[str]:
        """The kinds of work that some offer counts."""
        whens = (rule.when for rule in self.offers.values())
        return frozenset(when.of for when in whens if isinstance(when, SoMany))

    @cached_property
    def calendar(self) -> Calendar:
        return _calendar(self.working_days, self.zone)

    @cached_property
    def answering(self) -> Calendar:
        """The hours in which a request is to be answered."""
        return _calendar(self.requests.hours or self.working_days, self.zone)

    def asked_on(self, name: str, day: date) -> tuple[str, datetime, datetime]:
        """A check-in of a rule on a day: its subject, when it is asked, and when it
        closes. Remembered, since the same days come up for everybody."""
        known = self.asking_times.get((name, day))
        if known is None:
            rule = self.check_ins[name]
            ask_at = lengths.at_wall_time(day, rule.time, self.calendar.zone)
            closes_at = lengths.after(ask_at, rule.open, self.calendar)
            known = f"{name}:{day.isoformat()}", ask_at, closes_at
            self.asking_times[name, day] = known
        return known

    @cached_property
    def asking_times(self) -> dict[tuple[str, date], tuple[str, datetime, datetime]]:
        return {}

    def month_from(self, first: date) -> tuple[datetime, datetime]:
        """When a month begins, and when its own offers end: as the team opens on the
        first day of the next. Remembered."""
        known = self.month_spans.get(first)
        if known is None:
            zone, ends_on = self.calendar.zone, lengths.next_month(first)
            known = (
                lengths.at_wall_time(first, time(0), zone),
                lengths.at_wall_time(ends_on, self.calendar.opens, zone),
            )
            self.month_spans[first] = known
        return known

    @cached_property
    def month_spans(self) -> dict[date, tuple[datetime, datetime]]:
        return {}

    def at_site(self, site: str) -> "Protocol":
        """The document as it holds at one place: with its time zone and holidays. A
        place that it does not name has those of the study."""
        place = self.sites.get(site)
        if place is None:
            return self
        days = self.working_days.model_copy(update={"holidays": place.holidays})
        there = self.model_copy(update={"zone": place.zone, "working_days": days})
        # A copy brings along what was worked out for the original.
        for worked_out in WORKED_OUT_FOR_A_PLACE:
            there.__dict__.pop(worked_out, None)
        return there

    def roles_also_there(self, kind: str, mode: str) -> list[ExposedRole]:
        """The roles that such an activity has, held in this way, besides whoever logs
        it."""
        by_kind = self.also_there.in_ if self.also_there else {}
        return {str(k): modes for k, modes in by_kind.items()}.get(kind, {}).get(
            mode, []
        )

    @property
    def standing_offer(self) -> OfferRule | None:
        """The offer that needs no reason and is there on any day."""
        return next(
            (rule for rule in self.offers.values() if isinstance(rule.when, Standing)),
            None,
        )

    def kind_words(self, kind: str) -> str:
        """How the team calls a kind; `terms` may rename the debrief."""
        if kind == "debrief" and "debrief" in self.terms:
            return self.terms["debrief"]
        return self.kinds[kind].called if kind in self.kinds else kind


def _calendar(work: WorkingDays, zone: str) -> Calendar:
    return Calendar(
        zone=zone,
        weekdays=frozenset(WEEKDAYS.index(day) for day in work.days),
        opens=work.opens,
        closes=work.closes,
        country=work.holidays.country if work.holidays else None,
        subdivision=work.holidays.subdivision if work.holidays else None,
    )
