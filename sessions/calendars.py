"""A booking as a calendar file for one of its two people."""

from notifications.invitation import calendar_bytes
from sessions import booking_messages
from sessions.models import Booking


def file_of(*, booking: Booking) -> bytes:
    """The entry as it stands: the same identity as the invitation, and "Busy".

    The stamp is the last change, so the same booking gives the same bytes.
    """
    last = booking.changes.order_by("-at", "-pk").first()
    return calendar_bytes(
        uid=booking_messages.uid_of(booking),
        sequence=booking.sequence,
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        stamp=last.at if last else booking.made_at,
        method=None,
        attendee_email="",
    )
