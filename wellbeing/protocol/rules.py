"""The rules and parts of a protocol document that say what happens to people. Pure."""

from datetime import timedelta
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field, model_validator

from wellbeing.protocol import lengths
from wellbeing.protocol.lengths import Length
from wellbeing.protocol.values import (
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
)
from wellbeing.protocol.whens import AskedWhen, When

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

    @cached_property
    def over_within(self) -> timedelta:
        """So long after the work, one that follows from it is surely closed; it spares
        the calendar for old work."""
        return timedelta(days=self.days + 1) + lengths.at_most(self.open)


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
