"""The schema of a protocol document: a closed vocabulary without expressions.

`read` turns YAML text into a `Protocol`, or raises `BadProtocol` with one sentence
per problem. A word that is not in the vocabulary is a problem, never ignored: a rule
that nothing carries out would be a promise that nobody keeps.
"""

from datetime import time
from typing import Annotated, Literal

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
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
Channel = Literal["email", "sms"]
Clock = Annotated[time, AfterValidator(lambda value: value.replace(tzinfo=None))]
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


class WorkingDays(Part):
    days: list[Weekday]
    opens: Clock
    closes: Clock
    holidays: Holidays | None = None


class Minutes(Part):
    least: int = Field(ge=1)
    most: int = Field(le=1440)


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
    after: ActivityKind


class Every(Part):
    every: Literal["month"]


class Standing(Part):
    standing: Literal[True]


class KeptUntil(Part):
    """Until when a pencilled time is kept: a wall time some days on, and at the latest
    some time before it starts, so that somebody else can still use it. Times that could
    not be kept for `at_least` are not pencilled: nobody should have to hurry."""

    days: int = Field(ge=0, le=31)
    time: Clock
    at_latest_before: Length
    at_least: Length


class Pencil(Part):
    kind: str
    kept_until: KeptUntil


class OfferRule(Part):
    """One offer that the protocol makes. Always optional for the person."""

    part: int
    title: Words
    when: After | Every | Standing
    for_: list[ExposedRole] = Field(alias="for")
    kinds: list[str] = Field(min_length=1)
    window: Length
    open: Length
    logged_within: Length | None = None
    pencil: Pencil | None = None
    reminder: Length | None = None


class CheckInRule(Part):
    part: int
    title: Words
    after: ActivityKind
    for_: list[ExposedRole] = Field(alias="for")
    days: int = Field(ge=0, le=31)
    time: Clock
    open: Length
    form: Literal["short"]


class Reminder(Part):
    """`before: now` is a word at the moment when a time is agreed or moved. The mail
    with the invitation goes out in any case, so only a text can be asked for then."""

    before: Length | Literal["now"]
    by: Channel

    @model_validator(mode="after")
    def now_is_a_text(self) -> "Reminder":
        if self.before == "now" and self.by != "sms":
            raise ValueError("`before: now` goes with `by: sms`.")
        return self


class Requests(Part):
    part: int
    answer_within: Length


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
    zone: str
    working_days: WorkingDays
    terms: dict[Literal["debrief"], Words] = {}
    activities: dict[ActivityKind, ActivityPart]
    kinds: dict[str, Kind]
    offers: dict[str, OfferRule]
    check_ins: dict[str, CheckInRule] = {}
    reminders: list[Reminder] = []
    requests: Requests
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

    @property
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


def read(text: str) -> Protocol:
    """The document in `text`. Raises BadProtocol with a sentence for each problem."""
    if len(text) > LARGEST:
        raise BadProtocol(["The document is larger than 200,000 characters."])
    if "*" in text and "&" in text:
        raise BadProtocol(["Anchors (& and *) are not part of the language."])
    try:
        data = yaml.safe_load(text)
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None)
        where = f" near line {mark.line + 1}" if mark else ""
        raise BadProtocol([f"This is not YAML{where}."]) from None
    if not isinstance(data, dict):
        raise BadProtocol(["A protocol starts with `protocol:` and its name."])
    try:
        return Protocol.model_validate(data)
    except ValidationError as problem:
        raise BadProtocol([_sentence(error) for error in problem.errors()]) from None


def _sentence(error: "object") -> str:
    details: dict[str, object] = dict(error)  # type: ignore[call-overload]
    location = details["loc"]
    where = ".".join(str(step) for step in location if step != "function-after")  # type: ignore[attr-defined]
    return f"{where or 'The document'}: {details['msg']}."
