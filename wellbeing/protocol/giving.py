"""Which piece of work comes next for somebody, and what to know before it. Pure.

A preference and two things worth knowing; none of them stops anything.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from wellbeing.lib import words
from wellbeing.protocol import lengths
from wellbeing.protocol.agreements import Assignments
from wellbeing.protocol.marks import HeavyHours

HEAVY, PLAIN = "heavy", "plain"


@dataclass(frozen=True)
class Piece:
    """One piece of work: how heavy it is and by when it is to be done."""

    key: int
    level: str
    due_on: date | None = None


def in_order(
    waiting: Iterable[Piece], *, last_level: str, given: Assignments
) -> list[Piece]:
    """What to offer somebody first. After a heavy one, plain ones come first."""
    rest = given.alternate and last_level == HEAVY
    return sorted(
        waiting,
        key=lambda one: (
            rest and one.level != PLAIN,
            one.due_on or date.max,
            one.key,
        ),
    )


def after_heavy(
    piece: Piece, *, last_level: str, plain_waits: bool, given: Assignments
) -> str:
    """The sentence when a plain one could come first; empty when there is none."""
    if not given.alternate or last_level != HEAVY:
        return ""
    if piece.level == PLAIN or not plain_waits:
        return ""
    return "Their last one was heavy, and a plain one is waiting in the queue."


def too_close(piece: Piece, others: Iterable[Piece], *, given: Assignments) -> str:
    """The sentence when this and a heavy one are to be done within a few days."""
    gap = given.due_gap
    if gap is None or piece.due_on is None:
        return ""
    near = any(
        HEAVY in {piece.level, one.level}
        and one.due_on is not None
        and abs((piece.due_on - one.due_on).days) <= gap.amount
        for one in others
    )
    if not near:
        return ""
    shown = words.date_words(piece.due_on)
    return (
        f"It is due on {shown}, within {lengths.words(gap)} of a heavy one. "
        "Could that day be moved?"
    )


def pace_words(hours: HeavyHours) -> str:
    """How heavy material is better taken: what the person is told before it."""
    friday = ""
    if hours.friday_until:
        friday = f" (on a Friday until {words.wall_words(hours.friday_until)})"
    return (
        f"This one is heavy. If you can, take it between "
        f"{words.wall_words(hours.from_)} and {words.wall_words(hours.until)}{friday}, "
        f"at most {lengths.words(hours.at_a_time)} at a time, with a pause every "
        f"{lengths.words(hours.pause_every)}."
    )
