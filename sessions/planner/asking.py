"""A supporter agrees to a suggestion: now the person is asked, by the normal doors.

A pencil is offered anew, a request is answered with a time, and whoever has an agreed
time is asked whether another would do. Nothing that was agreed moves without a yes.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse

from notifications import outbox
from sessions import booking as bookings
from sessions import booking_messages, desk, requests
from sessions.models import Booking
from sessions.rearrangements import Suggestion
from sessions.slots import Slot, Span
from sessions.taking import NoLongerThere, TimeTaken, Wanted, nearest_to, take, winning
from wellbeing.people.models import User


class AskedAlready(Exception):
    """The person was asked before, perhaps from another window."""


def ask(*, suggestion: Suggestion, by: User, at: datetime) -> None:
    """Ask the person. Nothing is held, and nothing that was agreed moves.

    Raises AskedAlready, NotInOfferedHours, NoLongerThere when the booking or request
    has changed, and TimeTaken with the next times; `take_next` then puts one there.
    """
    if suggestion.supporter is None or suggestion.starts_at is None:
        raise NoLongerThere
    with transaction.atomic():
        if suggestion.request is not None:
            _offer(suggestion, by, at)
        elif suggestion.booking is not None and suggestion.booking.agreed_at is None:
            _offer_anew(suggestion, suggestion.booking, by, at)
        elif suggestion.booking is not None:
            _ask_person(suggestion, suggestion.booking, by, at)


def take_next(
    *, suggestion: Suggestion, next_times: list[Slot], at: datetime
) -> Slot | None:
    """Put the nearest free time in place of one that has gone. None when none is left.

    Times that were suggested to others stay theirs.
    """
    others = Suggestion.objects.filter(
        supporter=suggestion.supporter, starts_at__isnull=False
    ).exclude(pk=suggestion.pk)
    near = others.filter(rearrangement=suggestion.rearrangement_id)
    rows = near.exclude(answer=Suggestion.Answer.NO) | others.waiting(at)
    taken = [Span(s, e) for s, e in rows.values_list("starts_at", "ends_at") if s and e]
    left = [
        slot
        for slot in next_times
        if not any(slot.start < span.end and slot.end > span.start for span in taken)
    ]
    found = left[0] if left else None
    Suggestion.objects.filter(pk=suggestion.pk, asked_at__isnull=True).update(
        starts_at=found.start if found else None,
        ends_at=found.end if found else None,
        why="left" if found else "none",
    )
    return found


def group_of(suggestion: Suggestion) -> str:
    return f"suggestion:{suggestion.public_id}"


def wanted_of(
    suggestion: Suggestion, *, start: datetime, mode: str, at: datetime
) -> Wanted:
    """The wish for a time in place of the agreed one."""
    booking = suggestion.booking
    assert booking is not None and suggestion.supporter is not None  # noqa: S101, PT018
    length = booking.ends_at - booking.starts_at
    return Wanted(
        suggestion.supporter, booking.person, booking.kind, start, length, mode, at
    )


def _offer(suggestion: Suggestion, by: User, at: datetime) -> None:
    request, start = suggestion.request, suggestion.starts_at
    assert request is not None and start is not None  # noqa: S101, PT018 - looked before
    _claim(suggestion, at, answered=True)
    try:
        requests.offer_time(
            request=request,
            start=start,
            mode=suggestion.mode,
            until=desk.kept_until(request.holder, start, at),
            reminders=request.reminders,
            by=by,
            at=at,
        )
    except requests.AnsweredMeanwhile as problem:
        raise NoLongerThere from problem


def _offer_anew(
    suggestion: Suggestion, booking: Booking, by: User, at: datetime
) -> None:
    start = suggestion.starts_at
    assert start is not None  # noqa: S101 - looked before
    _claim(suggestion, at, answered=True)
    requests.choose(booking=booking, start=start, mode=suggestion.mode, by=by, at=at)


def _ask_person(
    suggestion: Suggestion, booking: Booking, by: User, at: datetime
) -> None:
    start = suggestion.starts_at
    assert start is not None  # noqa: S101 - looked before
    wanted = wanted_of(suggestion, start=start, mode=suggestion.mode, at=at)
    with winning(wanted, ignoring=booking):
        fresh = Booking.objects.select_related("person", "supporter__person").get(
            pk=booking.pk
        )
        if not still_as_suggested(fresh, suggestion, at):
            raise NoLongerThere
        # Only a look, under the lock: the time is theirs when they say yes.
        take(wanted, ignoring=fresh)
        if others := _asked_of_others(suggestion, at):
            raise TimeTaken(_clear_of(wanted, fresh, others))
        _claim(suggestion, at)
        if suggestion.rearrangement.cannot_keep:
            _call_off(fresh, by, at)
        _tell(suggestion, fresh, at)


def still_as_suggested(booking: Booking, suggestion: Suggestion, at: datetime) -> bool:
    """Whether the booking is the one that the suggestion was made for."""
    return (
        booking.agreed_at is not None
        and booking.freed_at is None
        and booking.starts_at == suggestion.was_at
        and booking.starts_at > at
    )


def _asked_of_others(suggestion: Suggestion, at: datetime) -> list[Span]:
    """Times of the same supporter that somebody else may say yes to at any moment."""
    rows = Suggestion.objects.waiting(at).filter(supporter=suggestion.supporter)
    clash = rows.exclude(pk=suggestion.pk).filter(
        starts_at__lt=suggestion.ends_at, ends_at__gt=suggestion.starts_at
    )
    return [Span(s, e) for s, e in clash.values_list("starts_at", "ends_at") if s and e]


def _clear_of(wanted: Wanted, booking: Booking, others: list[Span]) -> list[Slot]:
    found = nearest_to(wanted, ignoring=booking)
    return [
        slot
        for slot in found
        if not any(slot.start < span.end and slot.end > span.start for span in others)
    ]


def _claim(suggestion: Suggestion, at: datetime, *, answered: bool = False) -> None:
    """Once, whoever presses. An offer needs no answer here: its own page asks."""
    not_yet = Suggestion.objects.filter(pk=suggestion.pk, asked_at__isnull=True)
    if not not_yet.update(asked_at=at, answered_at=at if answered else None):
        raise AskedAlready


def _call_off(booking: Booking, by: User, at: datetime) -> None:
    """Cancelled by us. The person gets one message with both, not two at once."""
    bookings.cancel(booking=booking, by=by, at=at)
    outbox.withdraw(
        group=booking_messages.group_of(booking),
        at=at,
        reason="said together with another time",
        templates=["booking_cancelled_by_us"],
    )


def _tell(suggestion: Suggestion, booking: Booking, at: datetime) -> None:
    start, end = suggestion.starts_at, suggestion.ends_at
    assert start is not None and end is not None  # noqa: S101, PT018 - looked before
    off = suggestion.rearrangement.cannot_keep
    context = {
        "starts_at": start.isoformat(),
        "ends_at": end.isoformat(),
        "was_starts_at": booking.starts_at.isoformat(),
        "path": reverse("new_time", args=[suggestion.public_id]),
    }
    if off:
        gone = Booking.objects.get(pk=booking.pk)
        context |= booking_messages.taken_out(gone)
    for channel in _channels(booking):
        text = channel == "sms"
        outbox.plan(
            to=booking.person,
            purpose="booking_notice",
            template="new_time_instead" if off else "new_time_asked",
            key=group_of(suggestion),
            group=group_of(suggestion),
            context={k: v for k, v in context.items() if not text or k != "invitation"},
            at=at,
            expires_at=start - timedelta(minutes=10),
            channel=channel,
        )


def _channels(booking: Booking) -> list[str]:
    """By mail, and by text where the protocol tells about bookings so at once."""
    by_text = [booking_messages.NOW, "sms"] in booking.reminders
    return ["email", "sms"] if by_text else ["email"]
