"""What single values of a document may be: times, zones, lengths, words. Pure."""

from datetime import time
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

from wellbeing.protocol.lengths import Length

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
ActivityKind = Literal[
    "interview",
    "survey_interview",
    "transcription",
    "coding",
    "group_coding",
    "analysis_meeting",
]
ContentLevel = Literal["plain", "noted", "heavy"]
ExposedRole = Literal["interviewer", "facilitator", "observer", "transcriber", "coder"]
SupporterRole = Literal[
    "psychologist",
    "supervisor",
    "peer_supporter",
    "outside_psychologist",
    "counsellor",
    "team_supervisor",
    "group_facilitator",
]
SigningRole = Literal[
    "lived_experience",
    "psychologist",
    "supervisor",
    "counsellor",
    "team_supervisor",
    "coordinator",
    "lead",
    "chief_investigator",
    "interviewer",
    "transcriber",
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


def _whole_days(length: Length) -> Length:
    if length.unit != "D":
        raise ValueError("Write days, like P14D.")
    return length


Clock = Annotated[
    time,
    BeforeValidator(_quoted),
    AfterValidator(lambda value: value.replace(tzinfo=None)),
]
Zone = Annotated[str, AfterValidator(_known_zone)]
Elapsed = Annotated[Length, AfterValidator(_elapsed)]
Ahead = Annotated[Length, AfterValidator(_not_working_time)]
Days = Annotated[Length, AfterValidator(_whole_days)]
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
