"""The supporter's week and their hours."""

from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sessions import availability as verbs
from sessions.agenda import week_of
from sessions.days import read_day
from sessions.forms import WEEKDAYS, HoursForm, TimeOffForm, posted
from sessions.models import Supporter
from sessions.views.desk import supporter_of
from wellbeing.lib import access, clock


@access.supporters_only
@require_GET
def week(request: HttpRequest) -> HttpResponse:
    """One week as one list of days; `?from=` names any day of it."""
    at, supporter = clock.now(), supporter_of(request)
    today = at.astimezone(ZoneInfo(supporter.person.time_zone)).date()
    day = read_day(request.GET.get("from", "")) or today
    # The calendar ends in 9999 and a reader may have typed anything.
    if not today.year - 5 <= day.year <= today.year + 5:
        day = today
    shown = week_of(supporter=supporter, day=day, at=at)
    context = {"week": shown, "supporter": supporter}
    return render(request, "support_sessions/week.html", context)


@access.supporters_only
@require_http_methods(["GET", "POST"])
def availability(request: HttpRequest) -> HttpResponse:
    supporter = supporter_of(request)
    form = HoursForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            _add_hours(supporter, form.cleaned_data)
        except verbs.HoursNotPossible as refused:
            form.add_error("last", refused.sentence)
        else:
            messages.success(request, "Your hours are saved.")
            return redirect("availability")
    context = {"form": form, **_hours_context(supporter)}
    return render(request, "support_sessions/availability.html", context)


@access.supporters_only
@require_POST
def remove_hours(request: HttpRequest) -> HttpResponse:
    key = _key(request, "hours")
    if key is not None:
        verbs.remove_hours(supporter=supporter_of(request), hours=key, at=clock.now())
        said = "These hours are closed from today on. What was agreed stays agreed."
        messages.success(request, said)
    return redirect("availability")


@access.supporters_only
@require_http_methods(["GET", "POST"])
def time_off(request: HttpRequest) -> HttpResponse:
    supporter = supporter_of(request)
    covers = list(verbs.who_could_cover(supporter))
    form = TimeOffForm(posted(request), covers=covers)
    if request.method == "POST" and form.is_valid():
        try:
            verbs.add_time_off(supporter=supporter, at=clock.now(), **form.cleaned_data)
        except verbs.CoverNeeded as refused:
            form.add_error("cover", refused.sentence)
        except verbs.HoursNotPossible as refused:
            form.add_error("last", refused.sentence)
        else:
            messages.success(request, "Your time off is saved.")
            return redirect("availability")
    context = {"form": form, "covers": covers, "supporter": supporter}
    return render(request, "support_sessions/time_off.html", context)


@access.supporters_only
@require_POST
def remove_time_off(request: HttpRequest) -> HttpResponse:
    key = _key(request, "time_off")
    if key is not None:
        verbs.remove_time_off(supporter=supporter_of(request), time_off=key)
        messages.success(request, "Your time off is taken back.")
    return redirect("availability")


def _add_hours(supporter: Supporter, data: dict[str, Any]) -> None:
    today = clock.now().astimezone(ZoneInfo(supporter.person.time_zone)).date()
    verbs.add_hours(
        supporter=supporter,
        weekday=data["weekday"],
        starts=data["starts"],
        ends=data["ends"],
        zone=supporter.person.time_zone,
        modes=data["modes"],
        from_date=data["first"] or today,
        until_date=data.get("until_date"),
        place=data["place"],
    )


def _hours_context(supporter: Supporter) -> dict[str, Any]:
    at = clock.now()
    today = at.astimezone(ZoneInfo(supporter.person.time_zone)).date()
    hours = list(verbs.hours_of(supporter, today))
    away = supporter.time_off.filter(ends_at__gt=at).select_related("cover__person")
    return {
        "supporter": supporter,
        "weekdays": [
            (name, [row for row in hours if row.weekday == number])
            for number, name in WEEKDAYS
        ],
        "away": away.order_by("starts_at"),
        "touched": verbs.touched(supporter, at),
    }


def _key(request: HttpRequest, name: str) -> int | None:
    """The number of a row in a posted form; nonsense is no row."""
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
