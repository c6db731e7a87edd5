"""When the warm notes go out after a time that did not happen. The protocol says it."""

from datetime import datetime, timedelta

from sessions import reaching_out
from sessions.models import Booking
from wellbeing import facts, support
from wellbeing.models import ProtocolVersion
from wellbeing.people.models import User
from wellbeing.protocol import lengths
from wellbeing.protocol.agreements import DidNotHappen

# A mark made by a slip of the finger can be corrected before a note leaves.
TO_CORRECT = timedelta(minutes=10)
# A mark this old has seen many ticks already: its study had no such part then.
STILL_NEW = timedelta(days=7)
NOW = lengths.Length(0, "WH")


def begin_due(*, at: datetime) -> int:
    """Plan the notes about each time newly marked as not happened; how many."""
    marked = Booking.objects.filter(
        did_not_happen_at__gt=at - STILL_NEW, outreach__isnull=True
    )
    begun = 0
    for booking in marked.select_related("person", "supporter__person"):
        moments = _moments(booking, at)
        if moments is not None:
            first_at, again_at = moments
            reaching_out.begin(
                booking=booking, first_at=first_at, again_at=again_at, at=at
            )
            begun += 1
    return begun


def moments_of(
    rule: DidNotHappen, calendar: lengths.Calendar, marked_at: datetime
) -> tuple[datetime, datetime | None]:
    """When the first note goes and when the second would, if at all.

    The first on the same working day; marked in the evening or at a weekend, as soon as
    the next working day begins.
    """
    first_at = lengths.after(marked_at + TO_CORRECT, NOW, calendar)
    if rule.again_after is None:
        return first_at, None
    return first_at, lengths.after(first_at, rule.again_after, calendar)


def _moments(booking: Booking, at: datetime) -> tuple[datetime, datetime | None] | None:
    person: User = booking.person
    study = support.study_of(supporter=booking.supporter_id, person=person, at=at)
    version = ProtocolVersion.objects.in_force(study, at) if study else None
    document = facts.document_of(version) if version else None
    if document is None or document.did_not_happen is None:
        return None
    marked_at = booking.did_not_happen_at or at
    return moments_of(document.did_not_happen, document.calendar, marked_at)
