"""Regular times, for their two people. Everybody else gets 404."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sessions import repeating
from sessions.days import page_of, read_day
from sessions.forms import TimeForm, posted
from sessions.models import Booking, Series
from sessions.taking import NoLongerThere, NotInOfferedHours, TimeTaken
from sessions.views.bookings import CHANGED, find_booking, free_times_for, user_of
from wellbeing.lib import access, clock

EVERY = ((1, "Every week"), (2, "Every 2 weeks"), (4, "Every 4 weeks"))
FEWEST, MOST = 2, 26


class SeriesForm(forms.Form):
    """How often, and how many times in all."""

    every_weeks = forms.TypedChoiceField(
        label="How often?",
        choices=EVERY,
        coerce=int,
        error_messages={
            "required": "Choose how often.",
            "invalid_choice": "Choose one of these.",
        },
    )
    times = forms.IntegerField(
        label="How many times in all?",
        min_value=FEWEST,
        max_value=MOST,
        error_messages={
            "required": "Enter how many times, like 6.",
            "invalid": "Enter a number, like 6.",
            "min_value": "At least twice.",
            "max_value": f"At most {MOST} times. You can start anew after that.",
        },
    )


@access.signed_in
@require_http_methods(["GET", "POST"])
def regular(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Make an agreed time a regular one."""
    found = find_booking(request, public_id, person_only=True)
    if found.series is not None:
        return redirect("series", found.series.public_id)
    form = SeriesForm(posted(request), initial={"every_weeks": 4, "times": 6})
    if request.method == "POST" and form.is_valid():
        try:
            made = repeating.start(
                booking=found, by=user_of(request), at=clock.now(), **form.cleaned_data
            )
        except NoLongerThere:
            messages.info(request, CHANGED)
            return redirect("booking", public_id)
        messages.success(request, "This is a regular time now.")
        return redirect("series", made.public_id)
    status = 422 if form.is_bound else 200
    context = {"booking": found, "form": form}
    template = "support_sessions/series_start.html"
    return render(request, template, context, status=status)


@access.signed_in
@require_GET
def series(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """All the times: those to come, those past, and the numbers that were left out."""
    found, at = _find(request, public_id), clock.now()
    times = repeating.timeline(found)
    mine = found.person_id == request.user.pk
    context = {
        "series": found,
        "times": times,
        "mine": mine,
        "other": found.supporter.person if mine else found.person,
        "live": found.ended_at is None and any(one.start > at for one in times),
    }
    return render(request, "support_sessions/series.html", context)


@access.signed_in
@require_http_methods(["GET", "POST"])
def move_from(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Move one regular time and all after it."""
    found = find_booking(request, public_id)
    if not _can_move(found):
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
    first = read_day(request.GET.get("from", ""))
    page = page_of(free, zone=user_of(request).time_zone, first=first)
    context = {"booking": found, "page": page, "form": form}
    template = "support_sessions/series_times.html"
    return render(request, template, context, status=status)


@access.signed_in
@require_POST
def end(request: HttpRequest, public_id: UUID) -> HttpResponse:
    found = _find(request, public_id)
    repeating.end(series=found, by=user_of(request), at=clock.now())
    said = "Ended. The times to come are free again; what was, stays as it was."
    messages.success(request, said)
    return redirect("series", public_id)


def _can_move(found: Booking) -> bool:
    live = found.series is not None and found.series.ended_at is None
    return live and found.freed_at is None and found.starts_at > clock.now()


def _moved(request: HttpRequest, found: Booking, data: dict[str, Any]) -> HttpResponse:
    done = repeating.move_from(
        booking=found,
        start=data["start"],
        mode=data["mode"],
        by=user_of(request),
        at=clock.now(),
    )
    messages.success(request, _said(done))
    assert found.series is not None  # noqa: S101 - only a regular time came here
    return redirect("series", found.series.public_id)


def _said(done: repeating.Moved) -> str:
    moved = "1 time moved" if done.moved == 1 else f"{done.moved} times moved"
    if not done.stayed:
        return f"{moved}."
    stay = "1 stays" if len(done.stayed) == 1 else f"{len(done.stayed)} stay"
    return f"{moved}. {stay} as before, because the new time is not free then."


def _find(request: HttpRequest, public_id: UUID) -> Series:
    rows = Series.objects.select_related("person", "supporter__person")
    found = rows.filter(public_id=public_id).first()
    if found is None or request.user.pk not in {found.person_id, found.supporter_id}:
        raise Http404
    return found
