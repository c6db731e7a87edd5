"""What an offer looks like to the person it was made to, in words for templates."""

from dataclasses import dataclass
from datetime import datetime

from sessions.models import Booking
from wellbeing import facts
from wellbeing.models import Offer
from wellbeing.protocol import lengths, reasons
from wellbeing.protocol.document import Protocol
from wellbeing.protocol.whens import Every


@dataclass(frozen=True)
class Panel:
    """`state` is kept, open, declined, quiet, cancelled, over or withdrawn; `booking`
    holds the agreed or the pencilled time, when there is one that still holds.
    `if_nothing` says in one sentence what comes if the person does nothing."""

    offer: Offer
    state: str
    term: str
    because: str
    if_nothing: str
    booking: Booking | None
    reminder_at: datetime | None
    monthly: bool


def panel_of(offer: Offer, *, at: datetime) -> Panel:
    document = facts.document_of(offer.version)
    rule = document.offers[offer.rule]
    booking = offer.booking if _holds(offer.booking, at) else None
    kind = booking.kind if booking else rule.kinds[0]
    reminder_at = (
        lengths.after(offer.made_at, rule.reminder, document.calendar)
        if rule.reminder
        else None
    )
    zone = offer.person.time_zone
    return Panel(
        offer=offer,
        state=_state(offer, document, booking, at),
        term=document.kind_words(kind),
        because=reasons.because(offer.because, zone=zone, at=at),
        if_nothing=reasons.if_nothing(
            open_until=offer.open_until,
            pencilled_until=booking.pencilled_until if booking else None,
            zone=zone,
            at=at,
        ),
        booking=booking,
        reminder_at=reminder_at if reminder_at and reminder_at > at else None,
        monthly=isinstance(rule.when, Every),
    )


def _holds(booking: Booking | None, at: datetime) -> bool:
    if booking is None or booking.freed_at is not None:
        return False
    return booking.agreed_at is not None or (
        booking.pencilled_until is not None and booking.pencilled_until > at
    )


def _state(
    offer: Offer, document: Protocol, booking: Booking | None, at: datetime
) -> str:
    said = facts.state_of(offer)
    if said == "accepted":
        kind = offer.accepted_as
        needs_nobody = kind in document.kinds and not document.kinds[kind].with_
        return "quiet" if needs_nobody else "kept" if booking else "cancelled"
    if said in {"withdrawn", "declined"}:
        return said
    return "open" if offer.open_until > at else "over"
