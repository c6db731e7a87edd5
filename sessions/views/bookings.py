"""The page of one booking, for its two people. Everybody else gets 404."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sessions import booking as bookings
from sessions import calendars, requests, slots, ways
from sessions.availability import rules_and_own
from sessions.days import page_of, read_day
from sessions.forms import TimeForm, posted
from sessions.models import Booking, Freed
from sessions.slots import Slot, Span
from sessions.taking import NoLongerThere, NotInOfferedHours, TimeTaken
from wellbeing.lib import access, clock
from wellbeing.people.models import User

LOOK_AHEAD = timedelta(days=14)
CHANGED = "This time has changed since you opened the page. This is how it stands now."


@access.signed_in
@require_GET
def booking(request: HttpRequest, public_id: UUID) -> HttpResponse:
    found = _find(request, public_id)
    return render(request, "support_sessions/booking.html", _context(request, found))


@access.signed_in
@require_http_methods(["GET", "POST"])
def times(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Another time with the same supporter; a time that has just gone is said here."""
    found = _find(request, public_id)
    if not _state(found)["can_move"]:
        return redirect("booking", public_id)
    free = _free(found)
    modes = dict.fromkeys(mode for slot in free for mode in slot.modes)
    form = TimeForm(posted(request), modes=modes, initial={"mode": found.mode})
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            return _moved(request, found, form.cleaned_data)
        except TimeTaken:
            free = _free(found)
            form.add_error("start", "That time has just gone. These are free.")
            status = 409
        except NotInOfferedHours as refused:
            form.add_error("start", refused.sentence)
        except NoLongerThere:
            messages.info(request, CHANGED)
            return redirect("booking", public_id)
    zone = _user(request).time_zone
    page = page_of(free, zone=zone, first=read_day(request.GET.get("from", "")))
    context = {"booking": found, "page": page, "form": form}
    template = "support_sessions/booking_times.html"
    return render(request, template, context, status=status)


@access.signed_in
@require_POST
def keep(request: HttpRequest, public_id: UUID) -> HttpResponse:
    found = _find(request, public_id, person_only=True)
    return _done(request, found, requests.keep, "This time is yours.")


@access.signed_in
@require_POST
def not_this_time(request: HttpRequest, public_id: UUID) -> HttpResponse:
    found = _find(request, public_id, person_only=True)
    return _done(request, found, bookings.decline, "That is fine. Nobody is told.")


@access.signed_in
@require_POST
def cancel(request: HttpRequest, public_id: UUID) -> HttpResponse:
    found = _find(request, public_id)
    return _done(request, found, bookings.cancel, "The time is free again.")


@access.signed_in
@require_POST
def restore(request: HttpRequest, public_id: UUID) -> HttpResponse:
    found = _find(request, public_id)
    if not _may_undo(request, found):
        raise Http404
    return _done(request, found, bookings.restore, "The time is yours again.")


@access.signed_in
@require_POST
def way(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """By phone or by video, when meeting in person is not possible for a while."""
    found = _find(request, public_id)
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
    """The supporter says whether they met. Anything but yes or no changes nothing."""
    found = _find(request, public_id)
    if found.supporter_id != request.user.pk:
        raise Http404
    answer = request.POST.get("took_place")
    if answer not in {"yes", "no"}:
        messages.info(request, "Choose one of the two answers.")
        return redirect("booking", public_id)
    try:
        bookings.record_outcome(
            booking=found,
            took_place=answer == "yes",
            by=_user(request),
            at=clock.now(),
        )
    except (NoLongerThere, bookings.NotYet):
        messages.info(request, CHANGED)
    else:
        messages.success(request, "Saved. Nobody is told.")
    return redirect("booking", public_id)


@access.signed_in
@require_GET
def calendar(request: HttpRequest, public_id: UUID) -> HttpResponse:
    found = _find(request, public_id)
    if found.agreed_at is None or found.freed_at is not None:
        raise Http404
    response = HttpResponse(
        calendars.file_of(booking=found), content_type="text/calendar; charset=utf-8"
    )
    response["Content-Disposition"] = 'attachment; filename="busy.ics"'
    return response


def _find(
    request: HttpRequest, public_id: UUID, *, person_only: bool = False
) -> Booking:
    rows = Booking.objects.select_related("person", "supporter__person")
    mine = (
        rows.for_person(request.user) if person_only else rows.of_either(request.user)
    )
    found = mine.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - the policy let nobody else in
    return request.user


def _done(request: HttpRequest, found: Booking, verb: Any, said: str) -> HttpResponse:
    """Do it, say so, and show the booking as it now stands."""
    try:
        verb(booking=found, by=_user(request), at=clock.now())
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
        by=_user(request),
        at=clock.now(),
    )
    messages.success(request, "The new time is saved.")
    return redirect("booking", found.public_id)


def _free(found: Booking) -> list[Slot]:
    """Times with the same supporter that suit both, over the next two weeks."""
    at = clock.now()
    window = Span(at, at + LOOK_AHEAD)
    rules, own = rules_and_own(
        supporter=found.supporter_id,
        person=found.person_id,
        window=window,
        at=at,
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
        "can_undo": state["can_undo"] and _may_undo(request, found),
        **{name: value for name, value in state.items() if name != "can_undo"},
    }


def _state(found: Booking) -> dict[str, Any]:
    """What can be done with a booking at this moment."""
    at = clock.now()
    freed = found.freed_at is not None
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
        "can_move": to_come and (kept or waiting),
        "way_asked": kept
        and to_come
        and found.mode == ways.IN_PERSON
        and found.way_asked_at is not None,
        "can_say": kept and not to_come,
        "can_undo": bookings.can_be_restored(found, at),
        "by_us": found.freed_because == Freed.BY_US,
    }
