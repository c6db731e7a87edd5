"""What stands on the page of a search: one line for each booking or request."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from sessions.models import Booking
from sessions.planner import reasons
from sessions.rearrangements import Rearrangement, Suggestion


@dataclass(frozen=True)
class Line:
    """One suggestion and how it stands: `free` to ask, `asked`, `yes`, `no`, `offered`,
    `none` when there is no time, or `changed` when it is needed no more."""

    row: Suggestion
    state: str
    sentence: str

    @property
    def same_person(self) -> bool:
        about = self.row.booking or self.row.request
        holder = getattr(about, "supporter_id", None) or getattr(
            about, "holder_id", None
        )
        return self.row.supporter_id == holder


def rows_of(row: Rearrangement) -> QuerySet[Suggestion]:
    """The suggestions with all that a line shows, in one query."""
    return row.suggestions.select_related(
        "rearrangement",
        "supporter__person",
        "booking__person",
        "booking__supporter__person",
        "request__person",
        "request__holder__person",
        "request__booking",
    )


def lines_of(row: Rearrangement, at: datetime) -> list[Line]:
    return [
        Line(one, _state(one, at), reasons.sentence(one.why)) for one in rows_of(row)
    ]


def state_for_person(one: Suggestion, at: datetime) -> str:
    """`open`, `yes`, `no`, or `changed` when the booking went on without it."""
    if one.answer:
        return one.answer
    return "open" if _still_open(one, at) else "changed"


def _state(one: Suggestion, at: datetime) -> str:
    if one.answer:
        return one.answer
    if one.asked_at is not None and one.answered_at is not None:
        return "offered"
    if not _still_needed(one, at):
        return "changed"
    if one.asked_at is not None:
        return "asked"
    return "free" if one.starts_at is not None and one.starts_at > at else "none"


def _still_open(one: Suggestion, at: datetime) -> bool:
    return one.starts_at is not None and one.starts_at > at and _still_needed(one, at)


def _still_needed(one: Suggestion, at: datetime) -> bool:
    """Whether the booking is as it was, or the request still without a time."""
    if one.request is not None:
        return one.request.answered_at is None and one.request.closed_at is None
    booking = one.booking
    assert booking is not None  # noqa: S101 - it is one or the other
    called_off = one.asked_at is not None and one.rearrangement.cannot_keep
    return called_off or _as_it_was(booking, one)


def _as_it_was(booking: Booking, one: Suggestion) -> bool:
    return booking.freed_at is None and booking.starts_at == one.was_at
