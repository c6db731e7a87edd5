"""What waits on a supporter's desk: requests in order of what was promised."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sessions import slots
from sessions.availability import rules_for
from sessions.models import Booking, Supporter, SupportRequest
from sessions.slots import Rules, Slot, Span

LOOK_AHEAD = timedelta(days=14)
STILL_NEW = timedelta(days=7)


@dataclass(frozen=True)
class Waiting:
    """One request, and the first time that suits both people, if there is one."""

    request: SupportRequest
    fits: Slot | None
    mode: str
    theirs: bool


@dataclass(frozen=True)
class Desk:
    """Nobody is ranked by anything but the promised time, then arrival.

    `elsewhere` are requests of colleagues that wait too long; whose they are stays
    with the colleague until the person says yes.
    """

    waiting: list[Waiting]
    agreed: list[SupportRequest]
    elsewhere: list[SupportRequest]

    @property
    def to_answer(self) -> int:
        return sum(not one.theirs for one in self.waiting)


def desk_of(*, supporter: Supporter, at: datetime) -> Desk:
    """A fixed number of queries, however many requests there are."""
    requests = SupportRequest.objects.for_holder(supporter).select_related(
        "person", "booking", "note"
    )
    still_open = requests.filter(closed_at__isnull=True)
    agreed = still_open.filter(
        booking__agreed_at__gt=at - STILL_NEW,
        booking__freed_at__isnull=True,
        booking__ends_at__gt=at,
    )
    rows = still_open.exclude(booking__agreed_at__isnull=False)
    in_order = rows.order_by("promised_by", "asked_at")
    found = sorted(in_order, key=lambda one: their_turn(one, at))
    waiting = _with_times(found, supporter, at)
    elsewhere = SupportRequest.objects.unanswered().filter(
        cover_asked_at__isnull=False, holder__cover=supporter
    )
    return Desk(
        waiting,
        list(agreed.order_by("booking__starts_at")),
        list(elsewhere.select_related("holder__person").order_by("promised_by")),
    )


def free_for(
    *, request: SupportRequest, supporter: Supporter, at: datetime
) -> list[Slot]:
    """Every time that suits both over the next two weeks."""
    window = Span(at, at + LOOK_AHEAD)
    rules = rules_for(supporters=[supporter.pk], window=window, at=at)[supporter.pk]
    busy = _busy([request.person_id], window, at).get(request.person_id, [])
    return _both(request, rules, busy, window, at)


def _with_times(
    requests: list[SupportRequest], supporter: Supporter, at: datetime
) -> list[Waiting]:
    window = Span(at, at + LOOK_AHEAD)
    rules = rules_for(supporters=[supporter.pk], window=window, at=at)[supporter.pk]
    busy = _busy([one.person_id for one in requests], window, at)
    found = []
    for one in requests:
        theirs = their_turn(one, at)
        own = busy.get(one.person_id, [])
        free = [] if theirs else _both(one, rules, own, window, at)
        first = free[0] if free else None
        found.append(Waiting(one, first, _mode(one, first), theirs))
    return found


def their_turn(request: SupportRequest, at: datetime) -> bool:
    """A time is kept for them and they have not said yes or no."""
    time = request.booking
    return bool(
        time
        and time.agreed_at is None
        and time.freed_at is None
        and time.pencilled_until
        and time.pencilled_until > at
    )


def _both(
    request: SupportRequest,
    rules: Rules,
    busy: list[Span],
    window: Span,
    at: datetime,
) -> list[Slot]:
    found = slots.free_times(
        rules.for_a(request.kind),
        length=timedelta(minutes=request.minutes),
        window=window,
        at=at,
    )
    return [slot for slot in slots.clear_of(found, busy) if _mode(request, slot)]


def _mode(request: SupportRequest, slot: Slot | None) -> str:
    """The first way that the person likes and the time allows; empty for none."""
    if slot is None:
        return ""
    liked = request.modes or list(slot.modes)
    return next((mode for mode in liked if mode in slot.modes), "")


def _busy(people: list[int], window: Span, at: datetime) -> dict[int, list[Span]]:
    held = Booking.objects.holding(at).between(window.start, window.end)
    rows = held.of_either(*people).values_list(
        "person_id", "supporter_id", "starts_at", "ends_at"
    )
    found: dict[int, list[Span]] = {}
    for person, supporter, start, end in rows:
        for key in (person, supporter):
            found.setdefault(key, []).append(Span(start, end))
    return found


def kept_until(holder: Supporter, start: datetime, at: datetime) -> datetime:
    """How long an offered time is kept: until the holder's own notice before it begins,
    and at least half the way there."""
    notice = timedelta(minutes=holder.notice_minutes)
    return max(start - notice, at + (start - at) / 2)
