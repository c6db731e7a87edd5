"""The schema of a protocol document: a closed vocabulary without expressions.

`read` turns YAML text into a `Protocol`, or raises `BadProtocol` with one sentence
per problem. A word that is not in the vocabulary is a problem, never ignored: a rule
that nothing carries out would be a promise that nobody keeps.
"""

from datetime import time
from functools import cached_property
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import holidays
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)

from wellbeing.protocol.lengths import Calendar, Length

LARGEST = 200_000
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
ActivityKind = Literal["interview", "coding", "transcription", "group_coding"]
ExposedRole = Literal["interviewer", "facilitator", "observer", "transcriber", "coder"]
SupporterRole = Literal[
    "psychologist", "supervisor", "peer_supporter", "outside_psychologist"
]
SigningRole = Literal[
    "lived_experience",
    "psychologist",
    "supervisor",
    "coordinator",
    "lead",
    "chief_investigator",
    "interviewer",
    "coder",
]
Channel = Literal["email", "sms"]


def _quoted(value: object) -> object:
    """YAML reads 17:30 without quotes as the number 1050, which would be 00:17:30."""
    if not isinstance(value, str):
        raise ValueError('Write a time of day in quotes, like "17:30".')
    return value


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{name!r} is no time zone, like Europe/London.") from None
    return name


def _elapsed(length: Length) -> Length:
    if length.unit not in {"M", "H"}:
        raise ValueError("Write hours or minutes, like PT2H or PT30M.")
    return length


def _not_working_time(length: Length) -> Length:
    if length.unit not in {"M", "H", "D"}:
        raise ValueError("Write days, hours or minutes, like P2D or PT2H.")
    return length


Clock = Annotated[
    time,
    BeforeValidator(_quoted),
    AfterValidator(lambda value: value.replace(tzinfo=None)),
]
Zone = Annotated[str, AfterValidator(_known_zone)]
Elapsed = Annotated[Length, AfterValidator(_elapsed)]
Ahead = Annotated[Length, AfterValidator(_not_working_time)]
Words = Annotated[str, Field(min_length=1, max_length=120)]


class BadProtocol(Exception):
    """The text is no protocol. `problems` holds one plain sentence each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Holidays(Part):
    country: str
    subdivision: str | None = None

    @model_validator(mode="after")
    def calendar_is_known(self) -> "Holidays":
        if self.country not in holidays.list_supported_countries():
            raise ValueError("No holidays are known for this country.")
        try:
            holidays.country_holidays(self.country, subdiv=self.subdivision)
        except NotImplementedError:
            raise ValueError("No holidays are known for this part of it.") from None
        return self


class WorkingDays(Part):
    """Without a working day, or without an hour in it, a length would never end."""

    days: list[Weekday] = Field(min_length=1)
    opens: Clock
    closes: Clock
    holidays: Holidays | None = None

    @model_validator(mode="after")
    def opens_before_it_closes(self) -> "WorkingDays":
        if self.opens >= self.closes:
            raise ValueError("The day opens at or after the time when it closes.")
        return self


class Minutes(Part):
    least: int = Field(ge=1, le=1440)
    most: int = Field(ge=1, le=1440)


class ActivityPart(Part):
    """Who is exposed by it, how it may be held, and how long it usually takes."""

    roles: list[ExposedRole]
    modes: dict[str, Words] = {}
    usual_minutes: Minutes


class Kind(Part):
    """Something that can be booked. `with_` empty means nobody is needed for it."""

    called: Words
    with_: list[SupporterRole] = Field(alias="with", default=[])
    minutes: int = Field(ge=5, le=240)


class After(Part):
    """Each time such an activity has been logged."""

    after: ActivityKind


class SoMany(Part):
    """Each time so many have been logged since the last such offer, or so many minutes,
    whichever comes first."""

    so_many: int = Field(ge=1, le=1000)
    of: ActivityKind
    or_minutes: int | None = Field(default=None, ge=1)


class Before(Part):
    """As soon as such an activity is planned. `pencil_from` after its planned end."""

    before: ActivityKind
    first_only: bool = False
    pencil_from: Length


class Every(Part):
    """At the start of each calendar month."""

    every: Literal["month"]


class Standing(Part):
    """Always, for no reason."""

    standing: Literal[True]


class ComingBack(Part):
    """When the study resumes after a pause, and when somebody comes back after so long
    without a role."""

    back_after: Length


class Leaving(Part):
    """When somebody's last role ends, and again so long after that."""

    leaving: Literal[True]
    again_after: list[Length] = []


class QuietFor(Part):
    """When somebody's last activity lies so long ago."""

    quiet_for: Length


When = After | SoMany | Before | Every | Standing | ComingBack | Leaving | QuietFor


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
    """A few optional questions, so many days after an activity or once a month.

    `unless_answered_within` leaves it out for somebody who has answered one so shortly
    before. `while_paused` says whether it goes on while the study is paused.
    """

    part: int
    title: Words
    when: After | Every
    for_: list[ExposedRole] = Field(alias="for")
    days: int = Field(ge=0, le=31)
    time: Clock
    open: Length
    form: Literal["short"]
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


class RampIn(Part):
    """After coming back, both marks are halved (rounded up) for so long."""

    halved_for: Length


class Requests(Part):
    part: int
    answer_within: Length


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


class Mark(Part):
    """`pace` is told and may be passed; planning stops at `limit`. Logging never."""

    pace: int | None = Field(default=None, ge=0)
    limit: int | None = Field(default=None, ge=1)


class Limits(Part):
    day: Mark = Mark()
    days_7: Mark = Mark()
    days_28: Mark = Mark()
    minutes_7: Mark = Mark()


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
    reminders: list[Reminder] = []
    requests: Requests
    signoff: Signoff
    review_every: Length
    steps: dict[str, Step] = {}
    before: dict[ActivityKind, dict[ExposedRole, list[str]]] = {}
    hard_one: HardOne | None = None
    ramp_in: RampIn | None = None
    limits_part: int = 9
    limits: dict[ActivityKind, Limits] = {}

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
    def steps_are_known(self) -> "Protocol":
        for kind, roles in self.before.items():
            for role, names in roles.items():
                if unknown := sorted(set(names) - set(self.steps)):
                    raise ValueError(
                        f"before.{kind}.{role} names {unknown[0]!r}, no such step."
                    )
        return self

    @cached_property
    def calendar(self) -> Calendar:
        work = self.working_days
        return Calendar(
            zone=self.zone,
            weekdays=frozenset(WEEKDAYS.index(day) for day in work.days),
            opens=work.opens,
            closes=work.closes,
            country=work.holidays.country if work.holidays else None,
            subdivision=work.holidays.subdivision if work.holidays else None,
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
