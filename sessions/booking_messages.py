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
# In place of a length: at the moment when the time is agreed or moved.
NOW = "now"
# The page of other times belongs to a layer above, which is known here by address only.
OTHER_TIMES = "/times/"


def group_of(booking: Booking) -> str:
    return f"booking:{booking.public_id}"


def uid_of(booking: Booking) -> str:
    """The calendar entry's identity, the same for the life of the booking."""
    return f"booking-{booking.public_id}@{settings.MAIL_DOMAIN}"


def path_of(booking: Booking) -> str:
    return reverse("booking", args=[booking.public_id])


def take_back(booking: Booking, *, at: datetime, reason: str) -> None:
    """Whatever has not left yet stays here."""
    outbox.withdraw(group=group_of(booking), at=at, reason=reason)


def tell_offered(booking: Booking, *, at: datetime) -> None:
    """The supporter keeps this time for the person, who may take it or not."""
    until = booking.pencilled_until or booking.starts_at
    context = _times(booking) | {"until_at": until.isoformat()}
    _tell(booking, booking.person, "time_offered", context, at, until)


def tell_agreed(booking: Booking, *, at: datetime) -> None:
    """Both get the time with an invitation, and the reminders that come later."""
    for to in (booking.person, booking.supporter.person):
        context = _times(booking) | _invitation(booking, "REQUEST")
        _tell(booking, to, "booking_agreed", context, at, booking.starts_at)
    _plan_reminders(booking, at)


def tell_moved(booking: Booking, *, before: Booking, at: datetime) -> None:
    """The calendar entry of each follows. A supporter who is replaced gets it back."""
    take_back(booking, at=at, reason="the time was moved")
    moved = _times(booking) | _invitation(booking, "REQUEST")
    moved |= {"was_starts_at": before.starts_at.isoformat()}
    _tell(booking, booking.person, "booking_moved", moved, at, booking.starts_at)
    if before.supporter_id == booking.supporter_id:
        to = booking.supporter.person
        _tell(booking, to, "booking_moved", moved, at, booking.starts_at)
    else:
        agreed = _times(booking) | _invitation(booking, "REQUEST")
        to = booking.supporter.person
        _tell(booking, to, "booking_agreed", agreed, at, booking.starts_at)
        gone = _times(before) | _invitation(before, "CANCEL", booking.sequence)
        to = before.supporter.person
        _tell(booking, to, "booking_cancelled", gone, at, before.ends_at)
    _plan_reminders(booking, at)


def tell_cancelled(booking: Booking, *, by_us: bool, at: datetime) -> None:
    """Both calendars lose the entry. When it was us, the person gets an apology."""
    take_back(booking, at=at, reason="the time was cancelled")
    context = _times(booking)
    if booking.agreed_at is not None:
        context |= _invitation(booking, "CANCEL")
        to = booking.supporter.person
        _tell(booking, to, "booking_cancelled", context, at, booking.ends_at)
    if by_us:
        sorry = context | {"path": OTHER_TIMES}
        to, template = booking.person, "booking_cancelled_by_us"
        _tell(booking, to, template, sorry, at, booking.ends_at)
    elif booking.agreed_at is not None:
        to = booking.person
        _tell(booking, to, "booking_cancelled", context, at, booking.ends_at)


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
        for to in (booking.person, booking.supporter.person):
            wanted = timing.before(booking.starts_at, amount=amount, zone=to.time_zone)
            if not at < wanted < last:
                continue
            outbox.plan(
                to=to,
                purpose="booking_reminder",
                template="booking_reminder",
                key=_key(booking, f"reminder:{amount}:{channel}", to),
                group=group_of(booking),
                context=_times(booking),
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
) -> None:
    outbox.plan(
        to=to,
        purpose="booking_notice",
        template=template,
        key=_key(booking, template, to),
        group=group_of(booking),
        context=context,
        at=at,
        expires_at=expires_at,
    )
    if [NOW, "sms"] in booking.reminders and "invitation" in context:
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
