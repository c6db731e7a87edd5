"""In which stage a study is on a day, and whether its days stand in order. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise

from wellbeing.protocol.facts import Paused


class Stage(StrEnum):
    """Where a study is on one day. Interviews are planned while it is active."""

    SETTING_UP = "setting up"
    ACTIVE = "active"
    PAUSED = "paused"
    FINISHED = "interviews finished"
    ANALYSIS = "analysis"
    CLOSED = "closed"


@dataclass(frozen=True)
class Days:
    """The first day of each stage; None while it is not known."""

    opened_on: date | None = None
    finished_on: date | None = None
    analysis_from: date | None = None
    closed_on: date | None = None
    support_ends_on: date | None = None


def stage_on(days: Days, pauses: Iterable[Paused], day: date) -> Stage:
    """The stage on a day; `pauses` are those that hold where one asks."""
    ends = (
        (Stage.CLOSED, days.closed_on),
        (Stage.ANALYSIS, days.analysis_from),
        (Stage.FINISHED, days.finished_on),
    )
    for stage, begins in ends:
        if begins is not None and begins <= day:
            return stage
    if days.opened_on is None or day < days.opened_on:
        return Stage.SETTING_UP
    return Stage.PAUSED if any(one.on(day) for one in pauses) else Stage.ACTIVE


def out_of_order(days: Days) -> str:
    """What is wrong with the order of the days, in a sentence; empty when it is right.

    A stage may be left out: a study can close without any analysis.
    """
    named = (
        ("planning opens", days.opened_on),
        ("interviews finish", days.finished_on),
        ("analysis begins", days.analysis_from),
        ("the study closes", days.closed_on),
        ("support ends", days.support_ends_on),
    )
    known = [(words, day) for words, day in named if day is not None]
    for (first, earlier), (second, later) in pairwise(known):
        if later < earlier:
            return f"That way {second} before {first}. Choose another day."
    return ""
