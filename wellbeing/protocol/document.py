"""The schema of a protocol document: a closed vocabulary without expressions.

`read` turns YAML text into a `Protocol`, or raises `BadProtocol` with one sentence
per problem. A word that is not in the vocabulary is a problem, never ignored: a rule
that nothing carries out would be a promise that nobody keeps.
"""

from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field, model_validator

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
from wellbeing.protocol.values import (
    WEEKDAYS,
    ActivityKind,
    Ahead,
    Channel,
    Clock,
    ContentLevel,
    Elapsed,
    ExposedRole,
    Minutes,
    Part,
    SigningRole,
    SupporterRole,
    Words,
    WorkingDays,
    Zone,
)
from wellbeing.protocol.whens import AskedWhen, Standing, When

# Forms that come with the product; `forms` adds those of a team.
OUR_FORMS = ("short", "one_item")


class ActivityPart(Part):
    """Who is exposed by it, how it may be held, and how long it usually takes.

    `marker` is one yes or no about the material, in words; `levels` what it may have
    been marked as beforehand. Measured in minutes of audio, those count and not the
    time it took. A second reading counts `re_read_counts` of a first one.
    `closing_round` is how many minutes of it close it together.
    """

    roles: list[ExposedRole]
    modes: dict[str, Words] = {}
    usual_minutes: Minutes
    marker: Words | None = None
    levels: list[ContentLevel] = []
    measured_in: Literal["audio_minutes"] | None = None
    re_read_counts: float | None = Field(default=None, ge=0, le=1)
    closing_round: int | None = Field(default=None, ge=5, le=60)


class Kind(Part):
    """Something that can be booked. `with_` empty means nobody is needed for it.

    `group_of`: how many people meet in it at most. `paid`: whether it is paid time.
    """

    called: Words
    with_: list[SupporterRole] = Field(alias="with", default=[])
    minutes: int = Field(ge=5, le=240)
    group_of: int | None = Field(default=None, ge=2, le=30)
    paid: bool = False


class KeptUntil(Part):
    """Until when a pencilled time is kept: a wall time some days on, and at the latest
    some time before it starts, so that somebody else can still use it. Times that could
    not be kept for `at_least` are not pencilled: nobody should have to hurry."""

    days: int = Field(ge=0, le=31)
    time: Clock
    at_latest_before: Elapsed
    at_least: Length


class Pencil(Part):
    kind: str
    kept_until: KeptUntil


class OfferRule(Part):
    """One offer that the protocol makes. Always optional for the person."""

    part: int
    title: Words
    when: When
    for_: list[ExposedRole] = Field(alias="for")
    kinds: list[str] = Field(min_length=1)
    window: Length
    open: Length
    logged_within: Length | None = None
    pencil: Pencil | None = None
    reminder: Length | None = None


class CheckInRule(Part):
    """A few optional questions: so many days after an activity, once a month or a week,
    or on days that are named. `form` is one of ours, or one of `forms`.

    `unless_answered_within` leaves it out for somebody who has answered one so shortly
    before. `while_paused` says whether it goes on while the study is paused.
    """

    part: int
    title: Words
    when: AskedWhen
    for_: list[ExposedRole] = Field(alias="for")
    days: int = Field(default=0, ge=0, le=31)
    time: Clock
    open: Length
    form: str
    unless_answered_within: Length | None = None
    while_paused: bool = False


class Reminder(Part):
    """`before: now` is a word at the moment when a time is agreed or moved. The mail
    with the invitation goes out in any case, so only a text can be asked for then."""

    before: Ahead | Literal["now"]
    by: Channel

    @model_validator(mode="after")
    def now_is_a_text(self) -> "Reminder":
        if self.before == "now" and self.by != "sms":
            raise ValueError("`before: now` goes with `by: sms`.")
        return self


class HardOne(Part):
    """What is said to somebody who finds that one was hard: a hint, and a menu."""

    part: int
    spacing: Length


class Requests(Part):
    """`hours`: when requests are answered, if not on the team's working days. Asked
    outside them, the time to answer begins when they open."""

    part: int
    answer_within: Length
    hours: WorkingDays | None = None


class Signoff(Part):
    """How many signatures each constituency gives before a version may be active.

    Nobody can sign for another, and nobody can do without (domain F13).
    """

    part: int
    need: dict[SigningRole, Annotated[int, Field(ge=1, le=20)]] = Field(min_length=1)


class Step(Part):
    """Something to have done before an activity; `how` says how to do it."""

    called: Words
    how: Words


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
    def calendar(self) -> Calendar:
        return _calendar(self.working_days, self.zone)

    @cached_property
    def answering(self) -> Calendar:
        """The hours in which a request is to be answered."""
        return _calendar(self.requests.hours or self.working_days, self.zone)

    def at_site(self, site: str) -> "Protocol":
        """The document as it holds at one place: with its time zone and holidays. A
        place that it does not name has those of the study."""
        place = self.sites.get(site)
        if place is None:
            return self
        days = self.working_days.model_copy(update={"holidays": place.holidays})
        there = self.model_copy(update={"zone": place.zone, "working_days": days})
        # A copy brings along what was worked out for the original.
        for worked_out in ("calendar", "answering"):
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
