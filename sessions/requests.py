"""A person asked to talk: who holds that, what they answer, and who covers for them.

A request has a named holder from its first moment (promise P6). Waiting too long is the
service's own failure: it goes to cover, never back to the person.
"""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.db.models import F
from django.urls import reverse

from notifications import outbox
from sessions import booking as bookings
from sessions import booking_messages, ties
from sessions.models import Booking, Supporter, SupportRequest, TimeOff
from sessions.taking import all_at_once
from wellbeing.people.models import User
from wellbeing.vault import sealing

NOTE_KIND = "request_note"
NOTE_DAYS = 30


class AnsweredMeanwhile(Exception):
    """The request was closed or its time agreed; nothing was done."""


class NotTheirCover(Exception):
    """Only the person who asked may say yes, and only to the cover that was asked."""


def ask(
    *,
    person: User,
    holder: Supporter,
    kind: str,
    minutes: int,
    modes: list[str],
    promised_by: datetime,
    answer_due: datetime,
    at: datetime,
    origin: str | None = None,
    note: str = "",
    reminders: list[list[str]] | None = None,
) -> SupportRequest:
    """Ask a named supporter for a time and tell them, without a word of why.

    While they are away, their cover holds it from the start. `note` is sealed for
    the holder. Repeatable by `origin`. `reminders` are for the booking that follows.
    """
    known = SupportRequest.objects.filter(origin=origin).first() if origin else None
    if known:
        return known
    holder = _who_is_in(holder, person, at)
    try:
        with transaction.atomic():
            made = SupportRequest.objects.create(
                origin=origin,
                person=person,
                holder=holder,
                held_since=at,
                kind=kind,
                minutes=minutes,
                modes=modes,
                reminders=reminders or [],
                note=_sealed(note, person, holder, at),
                asked_at=at,
                promised_by=promised_by,
                answer_due=answer_due,
            )
            _tell_holder(made, at)
    except IntegrityError:
        # The same form came twice at once; the other one made the row.
        return SupportRequest.objects.get(origin=origin)
    return made


def booked(
    *,
    person: User,
    booking: Booking,
    at: datetime,
    answer_due: datetime | None = None,
) -> SupportRequest:
    """Record that a person took a time, so that the holder sees it as newly agreed.

    Answers the request that the time was offered for, or makes one that is answered
    from the start. Twice is once.
    """
    found, made = SupportRequest.objects.get_or_create(
        booking=booking,
        defaults={
            "person": person,
            "holder": booking.supporter,
            "held_since": at,
            "kind": booking.kind,
            "minutes": (booking.ends_at - booking.starts_at).total_seconds() // 60,
            "modes": [booking.mode],
            "asked_at": at,
            "promised_by": booking.starts_at,
            "answer_due": answer_due or booking.starts_at,
            "answered_at": at,
        },
    )
    if not made and found.answered_at is None:
        found.answered_at = at
        found.save(update_fields=["answered_at"])
    return found


def keep(*, booking: Booking, by: User, at: datetime) -> Booking:
    """Agree a pencilled time and let its supporter see that. Raises NoLongerThere."""
    with all_at_once():
        agreed = bookings.agree(booking=booking, by=by, at=at)
        booked(person=agreed.person, booking=agreed, at=at)
    return agreed


def choose(
    *,
    booking: Booking,
    start: datetime,
    mode: str,
    by: User,
    at: datetime,
    cover: Supporter | None = None,
) -> Booking:
    """Move a booking to a time that one of the two chose; see `sessions.moving.move`.

    A pencil that a supporter moves is offered anew; one that its person moves is kept.
    With `cover` it goes to whoever stands in for the supporter.
    """
    with all_at_once():
        moved = bookings.move(
            booking=booking, start=start, mode=mode, by=by, at=at, cover=cover
        )
        if moved.agreed_at is not None:
            booked(person=moved.person, booking=moved, at=at)
        elif moved.sequence != booking.sequence:
            booking_messages.take_back(moved, at=at, reason="another time was offered")
            booking_messages.tell_offered(moved, at=at)
    return moved


def offer_time(
    *,
    request: SupportRequest,
    start: datetime,
    mode: str,
    until: datetime,
    reminders: list[list[str]],
    by: User,
    at: datetime,
) -> Booking:
    """Keep a time with the holder for the person, and tell the person of it.

    A time offered earlier goes back in the same transaction. Raises AnsweredMeanwhile,
    TimeTaken and NotInOfferedHours; then the earlier offer stands.
    """
    with all_at_once():
        fresh = _locked(request)
        if fresh.closed_at is not None or _agreed(fresh):
            raise AnsweredMeanwhile
        if fresh.booking is not None:
            bookings.release(booking=fresh.booking, at=at)
        pencilled = bookings.pencil(
            supporter=fresh.holder,
            person=fresh.person,
            kind=fresh.kind,
            start=start,
            minutes=fresh.minutes,
            mode=mode,
            until=until,
            origin=None,
            reminders=reminders,
            stands_in=_as_cover(fresh, start),
            by=by,
            at=at,
        )
        fresh.answered_at = fresh.answered_at or at
        fresh.booking = pencilled
        fresh.save(update_fields=["answered_at", "booking"])
        _take_back(fresh, at, "a time was offered")
        booking_messages.tell_offered(pencilled, at=at)
    return pencilled


def close(*, request: SupportRequest, at: datetime) -> None:
    """It is no longer needed. A time still pencilled for it goes back. Tells nobody."""
    with transaction.atomic():
        fresh = _locked(request)
        if fresh.closed_at is not None:
            return
        if fresh.booking is not None:
            bookings.release(booking=fresh.booking, at=at)
        fresh.closed_at = at
        fresh.save(update_fields=["closed_at"])
        _take_back(fresh, at, "the request was closed")


def close_past(*, at: datetime) -> int:
    """Close requests whose agreed time is over; how many there were."""
    over = SupportRequest.objects.filter(
        closed_at__isnull=True, booking__agreed_at__isnull=False
    )
    return over.filter(booking__ends_at__lte=at).update(closed_at=at)


def ask_cover(*, at: datetime) -> int:
    """Ask cover, once, about each request unanswered past its time; how many.

    The holder stays the holder until the person says that a change is all right.
    Without cover, or when the cover is who asked, there is nobody to ask.
    """
    late = SupportRequest.objects.unanswered().filter(
        answer_due__lte=at, cover_asked_at__isnull=True, holder__cover__isnull=False
    )
    rows = late.exclude(person_id=F("holder__cover_id"))
    return sum(
        _cover_asked(row, at) for row in rows.select_related("holder__cover__person")
    )


def pass_on(*, request: SupportRequest, at: datetime) -> bool:
    """The holder asks cover now. The holder stays until the person says yes.

    False when there is no cover to ask, or it was asked or answered before.
    """
    cover = request.holder.cover_id
    if cover is None or cover == request.person_id:
        return False
    return bool(_cover_asked(request, at))


def take_over(
    *, request: SupportRequest, cover: Supporter, by: User, at: datetime
) -> None:
    """The person says yes: cover holds the request from now on, and may read the note.

    Raises NotTheirCover, and AnsweredMeanwhile when the first holder was quicker.
    """
    with transaction.atomic():
        fresh = _locked(request)
        asked = fresh.cover_asked_at is not None and fresh.holder.cover_id == cover.pk
        if by.pk != fresh.person_id or not asked:
            raise NotTheirCover
        if fresh.closed_at is not None or fresh.answered_at is not None:
            raise AnsweredMeanwhile
        _move_note(fresh, cover, at)
        fresh.holder, fresh.held_since = cover, at
        fresh.save(update_fields=["holder", "held_since"])
        _take_back(fresh, at, "somebody else holds the request")
        _tell_holder(fresh, at)


def read_note(*, request: SupportRequest, reader: User) -> str:
    """The words of the note. Raises the vault's NotForYou, and KeyError without one."""
    if request.note is None:
        raise KeyError("note")
    text: str = sealing.open_record(record=request.note, reader=reader)["note"]
    return text


def _who_is_in(holder: Supporter, person: User, at: datetime) -> Supporter:
    away = TimeOff.objects.filter(supporter=holder, starts_at__lte=at, ends_at__gt=at)
    row = away.select_related("cover__person").order_by("-ends_at").first()
    if row is None or row.cover is None or row.cover_id == person.pk:
        return holder
    return row.cover


def _as_cover(request: SupportRequest, start: datetime) -> bool:
    """The holder took it over, or the one whom the person usually meets is away."""
    asked = request.cover_asked_at
    if asked is not None and request.held_since >= asked:
        return True
    return ties.only_stands_in(
        person=request.person, supporter=request.holder, start=start
    )


def _sealed(note: str, person: User, holder: Supporter, at: datetime) -> Any:
    if not note.strip():
        return None
    return sealing.seal(
        kind=NOTE_KIND,
        author=person,
        readers=[holder.person],
        content={"note": note},
        on=_day_of(person, at),
        days=NOTE_DAYS,
    )


def _move_note(request: SupportRequest, cover: Supporter, at: datetime) -> None:
    """The new holder reads the note, the old one no longer does."""
    if request.note is None:
        return
    author, old = request.person, request.holder.person
    day = _day_of(author, at)
    sealing.share(record=request.note, owner=author, reader=cover.person, on=day)
    sealing.withdraw_share(record=request.note, reader=old)


def _day_of(person: User, at: datetime) -> date:
    return at.astimezone(ZoneInfo(person.time_zone)).date()


def _cover_asked(request: SupportRequest, at: datetime) -> int:
    with transaction.atomic():
        claim = SupportRequest.objects.unanswered().filter(
            pk=request.pk, cover_asked_at__isnull=True
        )
        cover = request.holder.cover
        if cover is None or not claim.update(cover_asked_at=at):
            return 0
        _tell(request, cover.person, "request_for_cover", at)
    return 1


def _tell_holder(request: SupportRequest, at: datetime) -> None:
    _tell(request, request.holder.person, "request_new", at)


def _tell(request: SupportRequest, to: User, template: str, at: datetime) -> None:
    outbox.plan(
        to=to,
        purpose="request_notice",
        template=template,
        key=f"request:{request.public_id}:{template}:{to.pk}",
        group=_group(request),
        context={"path": reverse("requests")},
        at=at,
        expires_at=max(request.promised_by, at + timedelta(days=1)),
    )


def _take_back(request: SupportRequest, at: datetime, reason: str) -> None:
    outbox.withdraw(group=_group(request), at=at, reason=reason)


def _group(request: SupportRequest) -> str:
    return f"request:{request.public_id}"


def _locked(request: SupportRequest) -> SupportRequest:
    """The row as it is now; nobody changes it until the transaction ends."""
    rows = SupportRequest.objects.select_for_update(of=("self",)).select_related(
        "person", "holder__person", "booking", "note"
    )
    return rows.get(pk=request.pk)


def _agreed(request: SupportRequest) -> bool:
    time = request.booking
    return bool(time and time.agreed_at is not None and time.freed_at is None)
