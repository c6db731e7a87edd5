"""What people are told about a group, each alone. A seat is told like any booking."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.urls import reverse

from notifications import outbox
from sessions import booking_messages
from sessions.models import Booking, Gathering, GroupRound
from wellbeing.people.models import User

ASKED = "group_moved"


def path_of(round: GroupRound) -> str:
    return reverse("group", args=[round.public_id])


def take_back(round: GroupRound, person: User, *, at: datetime, reason: str) -> int:
    """Whatever has not left yet stays here; how many."""
    return outbox.withdraw(group=_group(round, person), at=at, reason=reason)


def ask_no_more(round: GroupRound, person: User, *, at: datetime) -> None:
    """They come: whether the new time suits them need not be asked any more."""
    outbox.withdraw(
        group=_group(round, person),
        at=at,
        reason="they have chosen",
        templates=[ASKED],
    )


def invite(
    round: GroupRound,
    people: Collection[User],
    *,
    at: datetime,
    moved: Gathering | None = None,
    was: datetime | None = None,
) -> None:
    """The same mail to each alone; it names the first time, the page all. After a group
    has `moved`, those who have not chosen yet are invited to how it stands now."""
    rows = round.gatherings.filter(called_off_at__isnull=True, starts_at__gt=at)
    times = list(rows.order_by("starts_at"))
    first = moved or times[0]
    which = f"invited:{moved.public_id}:{moved.sequence}" if moved else "invited"
    for person in people:
        context = _times(first) | ({"was_starts_at": was.isoformat()} if was else {})
        take_back(round, person, at=at, reason="the group was moved")
        outbox.plan(
            to=person,
            purpose="offer",
            template="group_invitation",
            key=f"{_group(round, person)}:{which}",
            group=_group(round, person),
            context=context,
            at=at,
            expires_at=times[-1].starts_at,
        )


def ask_after_move(
    gathering: Gathering,
    person: User,
    *,
    seat: Booking | None,
    was: datetime,
    until: datetime,
    at: datetime,
) -> None:
    """The group has moved to when they have something else: would they like to come?
    The same mail takes the old time out of their calendar."""
    round = gathering.round
    take_back(round, person, at=at, reason="the group was moved")
    context = _times(gathering)
    context |= {"was_starts_at": was.isoformat(), "until_at": until.isoformat()}
    if seat is not None:
        booking_messages.take_back(seat, at=at, reason="the group was moved")
        context |= booking_messages.taken_out(seat)
    outbox.plan(
        to=person,
        purpose="booking_notice",
        template=ASKED,
        key=f"{_group(round, person)}:moved:{gathering.public_id}:{gathering.sequence}",
        group=_group(round, person),
        context=context,
        at=at,
        expires_at=gathering.starts_at,
    )


def apologise(
    gathering: Gathering, person: User, *, seat: Booking, at: datetime
) -> None:
    """To somebody whose place was kept: the group does not take place. Who had not been
    told of its move yet is told about the time that they know."""
    untold = take_back(gathering.round, person, at=at, reason="the group is called off")
    context = _times(gathering)
    if untold:
        context |= {
            "starts_at": seat.starts_at.isoformat(),
            "ends_at": seat.ends_at.isoformat(),
        }
    outbox.plan(
        to=person,
        purpose="booking_notice",
        template="booking_cancelled_by_us",
        key=f"{_group(gathering.round, person)}:called_off:{gathering.public_id}",
        group=_group(gathering.round, person),
        context=context | booking_messages.taken_out(seat),
        at=at,
        expires_at=gathering.ends_at,
    )


def _times(gathering: Gathering) -> dict[str, Any]:
    return {
        "starts_at": gathering.starts_at.isoformat(),
        "ends_at": gathering.ends_at.isoformat(),
        "path": path_of(gathering.round),
    }


def _group(round: GroupRound, person: User) -> str:
    return f"round:{round.public_id}:{person.pk}"
