"""Warm notes after a time that did not happen: one, perhaps a second, then quiet.

When they go out is given as instants by the layer above. Nothing is counted, nobody
else is told, and whatever the person does or leaves changes nothing for the next time.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from notifications import outbox
from sessions import booking_messages
from sessions.models import Booking, Outreach, SupportRequest
from sessions.three_times import in_words, three_times

# A note is of use for some days; the page behind it for longer.
USEFUL = timedelta(days=3)
# When the first note was late, a second on its heels would be a nuisance.
BETWEEN = timedelta(days=1)


def begin(
    *, booking: Booking, first_at: datetime, again_at: datetime | None, at: datetime
) -> Outreach:
    """Plan the notes about a booking that did not happen. Twice is once."""
    made, _ = Outreach.objects.get_or_create(
        booking=booking,
        defaults={"begun_at": at, "first_at": first_at, "again_at": again_at},
    )
    return made


def take_back(*, booking: Booking, at: datetime) -> None:
    """The mark was corrected: a note that has not left yet stays here. When none has,
    the mark leaves no trace, so that marking anew begins anew."""
    with transaction.atomic():
        rows = Outreach.objects.filter(booking=booking)
        rows.filter(first_sent_at__isnull=True).delete()
        _close(booking, at)


def no_more(*, booking: Booking, at: datetime) -> None:
    """The person wants no more notes about it. The offer on any day stays."""
    with transaction.atomic():
        _close(booking, at)


def write_due(*, at: datetime) -> int:
    """Send the notes whose moment has come; how many. Safe to repeat, or late."""
    first = Q(first_sent_at__isnull=True, first_at__lte=at)
    again = Q(first_sent_at__isnull=False, again_sent_at__isnull=True, again_at__lte=at)
    rows = Outreach.objects.filter(first | again, closed_at__isnull=True)
    found = rows.select_related("booking__person", "booking__supporter__person")
    return sum(_written(row, at) for row in found.order_by("pk"))


def since_then(booking: Booking) -> Booking | None:
    """The time that the same two agreed after this one fell through, if any."""
    moment = booking.did_not_happen_at or booking.freed_at
    if moment is None:
        return None
    return _agreed_after(booking, moment).order_by("starts_at").first()


def group_of(booking: Booking) -> str:
    return f"outreach:{booking.public_id}"


def _close(booking: Booking, at: datetime) -> None:
    open_rows = Outreach.objects.filter(booking=booking, closed_at__isnull=True)
    open_rows.update(closed_at=at)
    outbox.withdraw(group=group_of(booking), at=at, reason="no more notes")


def _agreed_after(booking: Booking, moment: datetime) -> QuerySet[Booking]:
    return Booking.objects.filter(
        person=booking.person_id,
        supporter=booking.supporter_id,
        agreed_at__gte=moment,
        freed_at__isnull=True,
    ).exclude(pk=booking.pk)


def _written(row: Outreach, at: datetime) -> int:
    with transaction.atomic():
        if _replied(row):
            Outreach.objects.filter(pk=row.pk).update(closed_at=at)
            return 0
        again = row.first_sent_at is not None
        column = "again_sent_at" if again else "first_sent_at"
        last = again or row.again_at is None or row.again_at < at + BETWEEN
        claim = Outreach.objects.filter(
            pk=row.pk, closed_at__isnull=True, **{f"{column}__isnull": True}
        )
        if not claim.update(**{column: at}, closed_at=at if last else None):
            return 0
        _tell(row.booking, "reaching_out_again" if again else "reaching_out", at)
    return 1


def _replied(row: Outreach) -> bool:
    """They took a time with anybody, or asked to talk. Reading a page is no reply."""
    booking = row.booking
    times = Booking.objects.for_person(booking.person).filter(
        agreed_at__gte=row.begun_at, freed_at__isnull=True
    )
    if times.exclude(pk=booking.pk).exists():
        return True
    asked = SupportRequest.objects.for_person(booking.person)
    return asked.filter(asked_at__gte=row.begun_at).exists()


def _tell(booking: Booking, template: str, at: datetime) -> None:
    context = {
        "starts_at": booking.starts_at.isoformat(),
        "path": booking_messages.path_of(booking),
    }
    outbox.plan(
        to=booking.person,
        purpose="booking_notice",
        template=template,
        key=f"{group_of(booking)}:{template}",
        group=group_of(booking),
        context=context | in_words(three_times(booking=booking, at=at)),
        at=at,
        expires_at=at + USEFUL,
    )
