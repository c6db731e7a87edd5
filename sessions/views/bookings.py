"""The page of one booking, for its two people. Everybody else gets 404."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sessions import again, reaching_out, requests, slots, ways
from sessions import booking as bookings
from sessions.availability import rules_and_own
from sessions.calendars import entries
from sessions.days import page_of, read_day
from sessions.forms import TimeForm, posted, read_start
from sessions.models import Booking, Freed, GroupRound, Outreach
from sessions.slots import Slot, Span
from sessions.taking import (
    NoLongerThere,
    NotInOfferedHours,
    TimeTaken,
    has_run_out,
    still_on_offer,
)
from sessions.three_times import mode_for, three_times
from sessions.time_off import question_about
from wellbeing.lib import access, clock
from wellbeing.people.models import User

LOOK_AHEAD = timedelta(days=14)
CHANGED = "This time has changed since you opened the page. This is how it stands now."


@access.signed_in
@require_GET
def booking(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The facilitator's own seat has its group's page instead."""
    round = GroupRound.objects.filter(
        gatherings__places__public_id=public_id,
        gatherings__places__seat=0,
        supporter=request.user.pk,
    ).first()
    if round is not None:
        return redirect("group", round.public_id)
    found = find_booking(request, public_id)
    return render(request, "support_sessions/booking.html", _context(request, found))


@access.signed_in
@require_http_methods(["GET", "POST"])
def times(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Another time with the same supporter; a time that has just gone is said here."""
    found = find_booking(request, public_id)
    if not _state(found)["can_move"]:
        return redirect("booking", public_id)
    free = free_times_for(found)
    modes = dict.fromkeys(mode for slot in free for mode in slot.modes)
    form = TimeForm(posted(request), modes=modes, initial={"mode": found.mode})
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            return _moved(request, found, form.cleaned_data)
        except TimeTaken:
            free = free_times_for(found)
            form.add_error("start", "That time has just gone. These are free.")
            status = 409
        except NotInOfferedHours as refused:
            form.add_error("start", refused.sentence)
        except NoLongerThere:
            messages.info(request, CHANGED)
            return redirect("booking", public_id)
    zone = user_of(request).time_zone
    page = page_of(free, zone=zone, first=read_day(request.GET.get("from", "")))
    context = {"booking": found, "page": page, "form": form}
    template = "support_sessions/booking_times.html"
    return render(request, template, context, status=status)


@access.signed_in
@require_POST
def keep(request: HttpRequest, public_id: UUID) -> HttpResponse:
    found = find_booking(request, public_id, person_only=True)
    return _done(request, found, requests.keep, "This time is yours.")


@access.signed_in
@require_POST
def not_this_time(request: HttpRequest, public_id: UUID) -> HttpResponse:
    found = find_booking(request, public_id, person_only=True)
    return _done(request, found, bookings.decline, "That is fine. Nobody is told.")


@access.signed_in
@require_POST
def cancel(request: HttpRequest, public_id: UUID) -> HttpResponse:
    found = find_booking(request, public_id)
    return _done(request, found, bookings.cancel, "The time is free again.")


@access.signed_in
@require_POST
def restore(request: HttpRequest, public_id: UUID) -> HttpResponse:
    found = find_booking(request, public_id)
    if not _may_undo(request, found):
        raise Http404
    return _done(request, found, bookings.restore, "The time is yours again.")


@access.signed_in
@require_POST
def way(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """By phone or by video, when meeting in person is not possible for a while."""
    found = find_booking(request, public_id)
    mode = request.POST.get("mode", "")
    if mode not in ways.APART:
        messages.info(request, "Choose one of the two.")
        return redirect("booking", public_id)

    def choose(**given: Any) -> None:
        ways.choose(mode=mode, **given)

    return _done(request, found, choose, "Saved. The other one of you is told.")


@access.signed_in
@require_POST
def outcome(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Either of the two says whether they met, and may correct it later. Anything but
    yes or no changes nothing."""
    found = find_booking(request, public_id)
    answer = request.POST.get("took_place")
    if answer not in {"yes", "no"}:
        messages.info(request, "Choose one of the two answers.")
        return redirect("booking", public_id)
    try:
        bookings.record_outcome(
            booking=found,
            took_place=answer == "yes",
            by=user_of(request),
            at=clock.now(),
        )
    except (NoLongerThere, bookings.NotYet):
        messages.info(request, CHANGED)
    else:
        messages.success(request, "Saved. Nobody else is told.")
    return redirect("booking", public_id)


@access.signed_in
@require_POST
def take_again(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One tap on one of the three times after a time fell through."""
    found = find_booking(request, public_id, person_only=True)
    start = read_start(request.POST.get("start", ""))
    try:
        if start is None:
            raise NoLongerThere
        made = again.take(
            booking=found,
            start=start,
            mode=request.POST.get("mode", ""),
            by=user_of(request),
            at=clock.now(),
        )
    except (TimeTaken, NotInOfferedHours):
        messages.info(request, "That time has just gone. These are free.")
        return redirect("booking", public_id)
    except NoLongerThere:
        messages.info(request, CHANGED)
        return redirect("booking", public_id)
    if made.starts_at == start:
        messages.success(request, "This time is yours.")
    else:
        messages.info(request, "You two have this time already.")
    return redirect("booking", made.public_id)


@access.signed_in
@require_POST
def no_more_notes(request: HttpRequest, public_id: UUID) -> HttpResponse:
    found = find_booking(request, public_id, person_only=True)
    reaching_out.no_more(booking=found, at=clock.now())
    messages.success(request, "That is fine. We write no more about it.")
    return redirect("booking", public_id)


@access.signed_in
@require_GET
def calendar(request: HttpRequest, public_id: UUID) -> HttpResponse:
    found = find_booking(request, public_id)
    if found.agreed_at is None or found.freed_at is not None:
        raise Http404
    response = HttpResponse(
        entries.file_of(booking=found, reader=user_of(request)),
        content_type="text/calendar; charset=utf-8",
    )
    response["Content-Disposition"] = 'attachment; filename="busy.ics"'
    return response


def find_booking(
    request: HttpRequest, public_id: UUID, *, person_only: bool = False
) -> Booking:
    """One of the person's bookings, on either side; a facilitator's seat is none."""
    rows = Booking.objects.select_related(
        "person", "supporter__person", "gathering__round", "series"
    ).exclude(seat=0)
    mine = (
        rows.for_person(request.user) if person_only else rows.of_either(request.user)
    )
    found = mine.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def user_of(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - the policy let nobody else in
    return request.user


def _done(request: HttpRequest, found: Booking, verb: Any, said: str) -> HttpResponse:
    """Do it, say so, and show the booking as it now stands."""
    try:
        verb(booking=found, by=user_of(request), at=clock.now())
    except NoLongerThere:
        messages.info(request, CHANGED)
    except TimeTaken:
        messages.info(request, "Somebody else has this time now. Others are free.")
    else:
        messages.success(request, said)
    return redirect("booking", found.public_id)


def _moved(request: HttpRequest, found: Booking, data: dict[str, Any]) -> HttpResponse:
    requests.choose(
        booking=found,
        start=data["start"],
        mode=data["mode"],
        by=user_of(request),
        at=clock.now(),
    )
    messages.success(request, "The new time is saved.")
    return redirect("booking", found.public_id)


def free_times_for(found: Booking) -> list[Slot]:
    """Times with the same supporter that suit both: over the next two weeks, and for a
    regular time that is further off, in the weeks around it."""
    at = clock.now()
    since = max(at, found.starts_at - LOOK_AHEAD / 2) if found.series_id else at
    window = Span(since, since + LOOK_AHEAD)
    rules, own = rules_and_own(
        supporter=found.supporter_id,
        person=found.person_id,
        window=window,
        at=at,
        kind=found.kind,
        moving=found.agreed_at is not None,
        ignoring=found,
    )
    length = found.ends_at - found.starts_at
    free = slots.free_times(rules, length=length, window=window, at=at)
    return slots.clear_of(free, own)


def _may_undo(request: HttpRequest, found: Booking) -> bool:
    """Who freed the time can take that back; nobody can undo the other's choice."""
    supports = bool(found.supporter_id == request.user.pk)
    return supports == (found.freed_because == Freed.BY_US)


def _context(request: HttpRequest, found: Booking) -> dict[str, Any]:
    mine = found.person_id == request.user.pk
    state = _state(found)
    return {
        "booking": found,
        "mine": mine,
        "other": found.supporter.person if mine else found.person,
        "moved": found.changes.filter(what="moved").order_by("-at", "-pk").first(),
        "away": question_about(found, clock.now()),
        "can_undo": state["can_undo"] and _may_undo(request, found),
        **{name: value for name, value in state.items() if name != "can_undo"},
        **_what_next(found, mine=mine),
    }


def _what_next(found: Booking, *, mine: bool) -> dict[str, Any]:
    """After a time fell through: the one agreed since, or three to choose from. After a
    pencil ran out: whether its time is still there."""
    at = clock.now()
    if not again.fell_through(found):
        late = mine and has_run_out(found, at) and still_on_offer(found, at)
        return {"still_free": late}
    since = reaching_out.since_then(found)
    offered = three_times(booking=found, at=at) if mine and since is None else []
    notes = Outreach.objects.filter(booking=found, closed_at__isnull=True)
    return {
        "since": since,
        "three": [(slot, mode_for(found, slot)) for slot in offered],
        "fell_through": True,
        "notes": found.did_not_happen_at is not None and notes.exists(),
    }


def _state(found: Booking) -> dict[str, Any]:
    """What can be done with a booking at this moment."""
    at = clock.now()
    freed, in_group = found.freed_at is not None, found.gathering_id is not None
    kept = found.agreed_at is not None and not freed
    waiting = (
        found.agreed_at is None
        and not freed
        and found.pencilled_until is not None
        and found.pencilled_until > at
    )
    to_come = found.starts_at > at
    return {
        "agreed": kept,
        "pencilled": waiting,
        "to_come": to_come,
        "can_move": to_come and (kept or waiting) and not in_group,
        "can_leave": to_come and kept and in_group,
        "way_asked": kept
        and to_come
        and found.mode == ways.IN_PERSON
        and found.way_asked_at is not None,
        "can_say": kept and not to_come and not in_group,
        "can_undo": bookings.can_be_restored(found, at),
        "by_us": found.freed_because == Freed.BY_US,
    }
