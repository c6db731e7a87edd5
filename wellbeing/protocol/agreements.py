"""What a team agrees besides offers, check-ins and limits. Pure."""

from typing import Annotated, Literal

from pydantic import Field

from wellbeing.protocol.lengths import Length
from wellbeing.protocol.values import (
    ActivityKind,
    Channel,
    Clock,
    Days,
    ExposedRole,
    Holidays,
    Part,
    SupporterRole,
    Words,
    Zone,
)


class Assignments(Part):
    """Work that is given to somebody: what they are told, and what they may say.

    The content note comes first. Whatever they say needs no reason and is not counted.
    `alternate`: after a heavy one comes a plain one if there is one. `due_gap`: when
    another is to be done by a day so close to a heavy one, we ask to move that day.
    """

    part: int
    of: list[ActivityKind] = Field(min_length=1)
    choices: list[Literal["take", "swap", "split", "not_this_topic"]] = Field(
        min_length=1
    )
    alternate: bool = False
    due_gap: Days | None = None
    quiet_place: Words | None = None


class OutsideWorkers(Part):
    """People who work for the study without an account: what they are offered through
    the link in their mail, and when their address is erased."""

    part: int
    kinds: list[str] = Field(min_length=1)
    erased_after: Days


class AlsoThere(Part):
    """Who else takes part, by activity and way of holding it: a remote interview has a
    facilitator as well. A log without them is asked about once and stands as it is."""

    part: int
    in_: dict[ActivityKind, dict[str, list[ExposedRole]]] = Field(alias="in")


class DidNotHappen(Part):
    """What follows when a time did not happen: a warm note on the same working day, a
    second one `again_after` when nothing was said, and then quiet."""

    part: int
    outreach: Literal["same_day"]
    again_after: Length | None = None


class SupportersOwn(Part):
    """Supervision of those who support. Alone it counts whole; in a group of up to
    `group_of` it counts as `group_share`; in a larger one it is divided by the number
    of people. The least for a month is not averaged over others."""

    part: int
    for_: list[SupporterRole] = Field(alias="for", min_length=1)
    minutes_a_week: int = Field(ge=5, le=600)
    least_a_month: int = Field(ge=5, le=2400)
    group_of: int = Field(default=4, ge=2, le=30)
    group_share: float = Field(default=0.5, gt=0, le=1)


class PaidTime(Part):
    """Paid minutes a month for support, the same for everybody, used or not."""

    part: int
    minutes_a_month: int = Field(ge=0, le=6000)


class Messages(Part):
    """How people hear of something at first, until they choose for themselves: hours
    and days without a text message, and whether a text comes before a mail."""

    part: int
    quiet_from: Clock
    quiet_until: Clock
    quiet_weekends: bool = False
    first_by: Channel = "email"


class Question(Part):
    """One question of a team's own form. It can always be skipped."""

    ask: Annotated[str, Field(min_length=1, max_length=200)]
    choices: list[Words] = Field(min_length=2, max_length=11)
    several: bool = False


class TeamForm(Part):
    """Questions that a team brings itself, with where they come from."""

    title: Words
    source: Words | None = None
    questions: list[Question] = Field(min_length=1, max_length=20)


class Site(Part):
    """A place of the study with its own time zone, and its own holidays if it has."""

    zone: Zone
    holidays: Holidays | None = None
