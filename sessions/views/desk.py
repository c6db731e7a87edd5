"""The supporter's requests, and the person's own page about one request."""

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sessions import requests as verbs
from sessions.agenda import week_of
from sessions.days import page_of, read_day
from sessions.desk import desk_of, free_for, kept_until, their_turn
from sessions.forms import TimeForm, posted
from sessions.models import Supporter, SupportRequest
from sessions.slots import Slot
from sessions.taking import NotInOfferedHours, TimeTaken
from wellbeing.lib import access, clock
from wellbeing.people.models import User
from wellbeing.vault.sealing import NotForYou, Tampered

CHANGED = "This request has changed since you opened the page."


@access.supporters_only
@require_GET
def requests(request: HttpRequest) -> HttpResponse:
    return _page(request, {})


@access.supporters_only
@require_POST
def note(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Unlock a note. By POST, so that no address and no history opens it."""
    found = _held(request, public_id)
    try:
        words = verbs.read_note(request=found, reader=found.holder.person)
    except (KeyError, NotForYou):
        raise Http404 from None
    except Tampered:
        messages.info(request, "This note cannot be opened. You could ask in person.")
        return redirect("requests")
    return _page(request, {"opened": found.pk, "note": words})


@access.supporters_only
@require_http_methods(["GET", "POST"])
def offer(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Offer a time: the one on the card at once, or another from the list."""
    found = _held(request, public_id)
    at = clock.now()
    free = free_for(request=found, supporter=found.holder, at=at)
    modes = dict.fromkeys(mode for slot in free for mode in slot.modes)
    form = TimeForm(posted(request), modes=modes)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            return _offered(request, found, form.cleaned_data, at)
        except TimeTaken:
            free = free_for(request=found, supporter=found.holder, at=at)
            form.add_error("start", "That time has just gone. These are free.")
            status = 409
        except NotInOfferedHours as refused:
            form.add_error("start", refused.sentence)
        except verbs.AnsweredMeanwhile:
            messages.info(request, CHANGED)
            return redirect("requests")
    return _times_page(request, found, free, form, status)


@access.supporters_only
@require_POST
def pass_on(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Ask cover to hold it. The person is asked too, on their own page."""
    found = _held(request, public_id)
    if verbs.pass_on(request=found, at=clock.now()):
        first_name = found.person.first_name
        messages.success(request, f"Asked. You hold it until {first_name} says yes.")
    else:
        messages.info(request, CHANGED)
    return redirect("requests")


@access.signed_in
@require_GET
def own_request(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What the person who asked can see and do."""
    found = _asked(request, public_id)
    at = clock.now()
    open_still = found.closed_at is None
    waits = open_still and found.answered_at is None
    cover = found.holder.cover if waits and found.cover_asked_at else None
    context = {
        "asked": found,
        "waits": waits,
        "cover": cover,
        "late": found.answer_due <= at,
        "offered": found.booking if open_still and their_turn(found, at) else None,
    }
    return render(request, "support_sessions/request.html", context)


@access.signed_in
@require_POST
def cover(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The person's yes to somebody who can answer sooner."""
    found = _asked(request, public_id)
    if found.holder.cover is None:
        raise Http404
    name = found.holder.cover.person.first_name
    try:
        verbs.take_over(
            request=found, cover=found.holder.cover, by=found.person, at=clock.now()
        )
    except (verbs.AnsweredMeanwhile, verbs.NotTheirCover):
        messages.info(request, CHANGED)
    else:
        messages.success(request, f"{name} holds your request now.")
    return redirect("request", public_id)


@access.signed_in
@require_POST
def close(request: HttpRequest, public_id: UUID) -> HttpResponse:
    verbs.close(request=_asked(request, public_id), at=clock.now())
    messages.success(request, "Your request is closed. You can ask again on any day.")
    return redirect("request", public_id)


def supporter_of(request: HttpRequest) -> Supporter:
    """The signed-in person as a supporter, or 404 while nobody has set them up."""
    rows = Supporter.objects.select_related("person", "cover__person")
    found = rows.filter(pk=request.user.pk).first()
    if found is None:
        raise Http404
    return found


def _page(request: HttpRequest, more: dict[str, Any]) -> HttpResponse:
    at, supporter = clock.now(), supporter_of(request)
    today = at.astimezone(ZoneInfo(supporter.person.time_zone)).date()
    week = week_of(supporter=supporter, day=today, at=at)
    context = {
        "desk": desk_of(supporter=supporter, at=at),
        "week": week,
        "today": next((day for day in week.days if day.today), None),
        "supporter": supporter,
        "away": supporter.time_off.filter(ends_at__gt=at)
        .select_related("cover__person")
        .order_by("starts_at"),
        **more,
    }
    return render(request, "support_sessions/requests.html", context)


def _times_page(
    request: HttpRequest,
    found: SupportRequest,
    free: list[Slot],
    form: TimeForm,
    status: int,
) -> HttpResponse:
    first = read_day(request.GET.get("from", ""))
    page = page_of(free, zone=found.holder.person.time_zone, first=first)
    context = {"asked": found, "page": page, "form": form}
    return render(
        request, "support_sessions/request_offer.html", context, status=status
    )


def _offered(
    request: HttpRequest, found: SupportRequest, data: dict[str, Any], at: datetime
) -> HttpResponse:
    start = data["start"]
    verbs.offer_time(
        request=found,
        start=start,
        mode=data["mode"],
        until=kept_until(found.holder, start, at),
        reminders=found.reminders,
        by=found.holder.person,
        at=at,
    )
    messages.success(request, f"Offered. Now {found.person.first_name} can choose.")
    return redirect("requests")


def _held(request: HttpRequest, public_id: UUID) -> SupportRequest:
    rows = SupportRequest.objects.select_related(
        "person", "holder__person", "holder__cover__person", "note"
    )
    open_rows = rows.for_holder(request.user).filter(closed_at__isnull=True)
    found = open_rows.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def _asked(request: HttpRequest, public_id: UUID) -> SupportRequest:
    rows = SupportRequest.objects.select_related(
        "person", "holder__person", "holder__cover__person", "booking"
    )
    person = request.user if isinstance(request.user, User) else None
    found = rows.for_person(person).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found
