"""What two people are told about their booking, and what is taken back unsent.

All messages of one booking share a group, so that none of them outlives a change. The
key of each carries the booking's sequence: a change makes new ones, a repeat does not.
"""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse

from notifications import outbox, timing
from sessions.models import Booking
from wellbeing.people.models import User

# A reminder that comes later than this is of no use to anybody.
LAST_CALL = timedelta(minutes=10)
UID_STARTS = "booking-"
# The entry of a regular time is mailed so long before it: a dozen in one minute would
# be a nuisance, and most of them would change again.
AHEAD = timedelta(days=14)
# In place of a length: at the moment when the time is agreed or moved.
NOW = "now"


def group_of(booking: Booking) -> str:
    return f"booking:{booking.public_id}"


def uid_of(booking: Booking) -> str:
    """The calendar entry's identity, the same for the life of the booking."""
    return f"{UID_STARTS}{booking.public_id}@{settings.MAIL_DOMAIN}"


def path_of(booking: Booking) -> str:
    return reverse("booking", args=[booking.public_id])


def told_about(booking: Booking) -> tuple[User, ...]:
    """Both people; about a seat in a group only the one whose seat it is."""
    if booking.gathering_id is not None:
        return (booking.person,)
    return booking.person, booking.supporter.person


def take_back(booking: Booking, *, at: datetime, reason: str) -> None:
    """Whatever has not left yet stays here."""
    outbox.withdraw(group=group_of(booking), at=at, reason=reason)


def tell_offered(booking: Booking, *, at: datetime) -> None:
    """The supporter keeps this time for the person, who may take it or not."""
    until = booking.pencilled_until or booking.starts_at
    context = _times(booking) | {"until_at": until.isoformat()}
    _tell(booking, booking.person, "time_offered", context, at, until)


def waits(booking: Booking, at: datetime) -> bool:
    """Whether the calendar entry of this regular time has not been mailed yet."""
    return booking.entry_at is not None and booking.entry_at > at


def tell_agreed(booking: Booking, *, at: datetime) -> None:
    """Both get the time with an invitation, and the reminders that come later. Of a
    regular time they get it when it comes near."""
    when = booking.entry_at if waits(booking, at) else None
    for to in told_about(booking):
        context = _times(booking) | _invitation(booking, "REQUEST")
        _tell(booking, to, "booking_agreed", context, at, booking.starts_at, when)
    _plan_reminders(booking, at)


def tell_moved(booking: Booking, *, before: Booking, at: datetime) -> None:
    """The calendar entry of each follows. A supporter who is replaced gets it back."""
    take_back(booking, at=at, reason="the time was moved")
    moved = _times(booking) | _invitation(booking, "REQUEST")
    moved |= {"was_starts_at": before.starts_at.isoformat()}
    replaced = before.supporter_id != booking.supporter_id
    for to in (booking.person,) if replaced else told_about(booking):
        _tell(booking, to, "booking_moved", moved, at, booking.starts_at)
    if replaced:
        agreed = _times(booking) | _invitation(booking, "REQUEST")
        to = booking.supporter.person
        _tell(booking, to, "booking_agreed", agreed, at, booking.starts_at)
        _tell_replaced(booking, before, at)
    _plan_reminders(booking, at)


def ask_away(booking: Booking, *, question: int, until: datetime, at: datetime) -> None:
    """The supporter will be away then: the person is asked what suits them instead."""
    path = reverse("booking_away", args=[booking.public_id])
    context = _times(booking) | {"path": path, "until_at": until.isoformat()}
    outbox.plan(
        to=booking.person,
        purpose="booking_notice",
        template="away_question",
        key=_key(booking, f"away_question:{question}", booking.person),
        group=group_of(booking),
        context=context,
        at=at,
        expires_at=booking.starts_at,
    )


def _tell_replaced(booking: Booking, before: Booking, at: datetime) -> None:
    """Whoever has the booking no longer loses the entry. It is the last that they hear
    of it, so it stands in a group of its own: a later change of the booking takes back
    what has not left, and would leave the entry in their calendar for ever."""
    to = before.supporter.person
    outbox.plan(
        to=to,
        purpose="booking_notice",
        template="booking_cancelled",
        key=_key(booking, "booking_cancelled", to),
        group=f"{group_of(booking)}:replaced:{booking.sequence}",
        context=_times(before) | _invitation(before, "CANCEL", booking.sequence),
        at=at,
        expires_at=before.ends_at,
    )


def tell_cancelled(
    booking: Booking, *, by_us: bool, instead: dict[str, str], at: datetime
) -> None:
    """Both calendars lose the entry. When it was us, the person gets an apology, and
    other times in the same message (`instead`)."""
    take_back(booking, at=at, reason="the time was cancelled")
    context = _times(booking)
    if booking.agreed_at is not None:
        context |= _invitation(booking, "CANCEL")
        for to in told_about(booking):
            if to != booking.person:
                _tell(booking, to, "booking_cancelled", context, at, booking.ends_at)
    if by_us:
        to, template = booking.person, "booking_cancelled_by_us"
        _tell(booking, to, template, context | instead, at, booking.ends_at)
    elif booking.agreed_at is not None:
        to = booking.person
        _tell(booking, to, "booking_cancelled", context, at, booking.ends_at)


def taken_out(booking: Booking) -> dict[str, Any]:
    """What takes a cancelled booking out of a calendar, for another message."""
    return _invitation(booking, "CANCEL")


def ask_for_another_way(booking: Booking, *, at: datetime) -> None:
    """Both are asked, by mail alone: phone or video? The time stays as it is."""
    for to in (booking.person, booking.supporter.person):
        _tell_of_way(booking, to, "way_asked", at)


def ask_no_more(booking: Booking, *, at: datetime) -> None:
    """The question has been answered, or needs no answer any more."""
    outbox.withdraw(
        group=group_of(booking),
        at=at,
        reason="the way to talk is settled",
        templates=["way_asked"],
    )


def tell_another_way(booking: Booking, *, by: User, at: datetime) -> None:
    """The other one is told that it was chosen, and sees how on the page."""
    theirs = by.pk == booking.person_id
    to = booking.supporter.person if theirs else booking.person
    _tell_of_way(booking, to, "way_chosen", at)


def _tell_of_way(booking: Booking, to: User, template: str, at: datetime) -> None:
    outbox.plan(
        to=to,
        purpose="booking_notice",
        template=template,
        # The moment is in the key: it may be asked again, and then it is told again.
        key=_key(booking, f"{template}:{at:%Y%m%d%H%M%S}", to),
        group=group_of(booking),
        context=_times(booking),
        at=at,
        expires_at=booking.starts_at,
    )


def _plan_reminders(booking: Booking, at: datetime) -> None:
    """As the protocol agreed; those whose moment is past already are left out."""
    last = booking.starts_at - LAST_CALL
    for amount, channel in booking.reminders:
        if amount == NOW:
            continue
        for to in told_about(booking):
            wanted = timing.before(booking.starts_at, amount=amount, zone=to.time_zone)
            if not at < wanted < last:
                continue
            outbox.plan(
                to=to,
                purpose="booking_reminder",
                template="booking_reminder",
                key=_key(booking, f"reminder:{amount}:{channel}", to),
                group=group_of(booking),
                context=_times(booking) | _about(booking, to),
                at=at,
                not_before=wanted,
                expires_at=last,
                channel=channel,
            )


def _tell(
    booking: Booking,
    to: User,
    template: str,
    context: dict[str, Any],
    at: datetime,
    expires_at: datetime,
    not_before: datetime | None = None,
) -> None:
    context = context | _about(booking, to)
    outbox.plan(
        to=to,
        purpose="booking_notice",
        template=template,
        key=_key(booking, template, to),
        group=group_of(booking),
        context=context,
        at=at,
        not_before=not_before,
        expires_at=expires_at,
    )
    if (
        not_before is None
        and [NOW, "sms"] in booking.reminders
        and ("invitation" in context)
    ):
        _tell_by_text(booking, to, template, context, at, expires_at)


def _tell_by_text(
    booking: Booking,
    to: User,
    template: str,
    context: dict[str, Any],
    at: datetime,
    expires_at: datetime,
) -> None:
    """The same by text, to those who asked for texts. It has the mail's key, so that a
    text which has to become a mail finds that mail there already."""
    outbox.plan(
        to=to,
        purpose="booking_notice",
        template=template,
        key=_key(booking, template, to),
        group=group_of(booking),
        context={key: context[key] for key in context if key != "invitation"},
        at=at,
        expires_at=expires_at,
        channel="sms",
    )


def _key(booking: Booking, what: str, to: User) -> str:
    return f"booking:{booking.public_id}:{booking.sequence}:{what}:{to.pk}"


def _about(booking: Booking, to: User) -> dict[str, Any]:
    """How, and with whom: said only to a reader who chose to have it said. Whom a
    supporter meets is said to nobody, since their mail and calendar are often shared.
    """
    said: dict[str, Any] = {"mode": booking.mode}
    return said | {"with_id": booking.supporter_id if to == booking.person else None}


def _times(booking: Booking) -> dict[str, Any]:
    return {
        "starts_at": booking.starts_at.isoformat(),
        "ends_at": booking.ends_at.isoformat(),
        "path": path_of(booking),
    }


def _invitation(
    booking: Booking, method: str, sequence: int | None = None
) -> dict[str, Any]:
    entry = {
        "uid": uid_of(booking),
        "sequence": booking.sequence if sequence is None else sequence,
        "method": method,
        "starts_at": booking.starts_at.isoformat(),
        "ends_at": booking.ends_at.isoformat(),
    }
    return {"invitation": entry}
