"""The hours that a supporter keeps open, the days that differ, and their limits."""

from dataclasses import asdict
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from sessions import hours, public_holidays, time_off
from sessions.availability_forms import (
    HOW_OFTEN,
    WEEKDAYS,
    HoursForm,
    LimitsForm,
    OneDayForm,
)
from sessions.calendars import busy
from sessions.days import read_day
from sessions.forms import posted
from sessions.limits import change_limits, kinds_of, limits_of
from sessions.models import Supporter
from sessions.views.desk import supporter_of
from wellbeing.lib import access, clock


@access.supporters_only
@require_http_methods(["GET", "HEAD", "POST"])
def availability(request: HttpRequest) -> HttpResponse:
    supporter = supporter_of(request)
    form = HoursForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            _add_hours(supporter, form.cleaned_data)
        except hours.HoursNotPossible as refused:
            form.add_error("last", refused.sentence)
        else:
            messages.success(request, "Your hours are saved.")
            return redirect("availability")
    context = {"form": form, **_context(supporter)}
    return render(request, "support_sessions/availability.html", context)


@access.supporters_only
@require_POST
def remove_hours(request: HttpRequest) -> HttpResponse:
    key = row_number(request, "hours")
    if key is not None:
        hours.remove_hours(supporter=supporter_of(request), hours=key, at=clock.now())
        said = "These hours are closed from today on. What was agreed stays agreed."
        messages.success(request, said)
    return redirect("availability")


@access.supporters_only
@require_http_methods(["GET", "HEAD", "POST"])
def one_day(request: HttpRequest) -> HttpResponse:
    """Close one day, or open some hours on it."""
    supporter = supporter_of(request)
    form = OneDayForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            _differ(supporter, form.cleaned_data)
        except hours.HoursNotPossible as refused:
            form.add_error("day", refused.sentence)
        else:
            messages.success(request, "That day is saved. What was agreed stays.")
            return redirect("availability")
    return render(request, "support_sessions/one_day.html", {"form": form})


@access.supporters_only
@require_POST
def open_day(request: HttpRequest) -> HttpResponse:
    """The weekly hours of a closed day hold again."""
    day = read_day(request.POST.get("day", ""))
    if day is not None:
        hours.open_day(supporter=supporter_of(request), day=day)
        messages.success(request, "Your weekly hours hold again on that day.")
    return redirect("availability")


@access.supporters_only
@require_http_methods(["GET", "HEAD", "POST"])
def limits(request: HttpRequest) -> HttpResponse:
    supporter = supporter_of(request)
    form = LimitsForm(
        posted(request),
        kinds=kinds_of(supporter, at=clock.now()),
        initial=asdict(limits_of(supporter)),
    )
    if request.method == "POST" and form.is_valid():
        change_limits(supporter=supporter, limits=form.limits())
        messages.success(request, "Your limits are saved.")
        return redirect("availability")
    return render(request, "support_sessions/limits.html", {"form": form})


def row_number(request: HttpRequest, name: str) -> int | None:
    """The number of a row in a posted form; nonsense is no row."""
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def today_of(supporter: Supporter) -> date:
    return clock.now().astimezone(ZoneInfo(supporter.person.time_zone)).date()


def _add_hours(supporter: Supporter, data: dict[str, Any]) -> None:
    every_weeks, of_month = data["every"]
    hours.add_hours(
        supporter=supporter,
        weekday=data["weekday"],
        starts=data["starts"],
        ends=data["ends"],
        zone=supporter.person.time_zone,
        modes=data["modes"],
        from_date=data["first"] or today_of(supporter),
        until_date=data.get("until_date"),
        place=data["place"],
        every_weeks=every_weeks,
        of_month=of_month,
    )


def _differ(supporter: Supporter, data: dict[str, Any]) -> None:
    if data["what"] == "closed":
        hours.close_day(supporter=supporter, day=data["day"], at=clock.now())
        return
    if data["day"] < today_of(supporter):
        raise hours.HoursNotPossible("Choose a day that is still to come.")
    hours.add_hours_on(
        supporter=supporter,
        day=data["day"],
        starts=data["starts"],
        ends=data["ends"],
        zone=supporter.person.time_zone,
        modes=data["modes"],
        place=data["place"],
    )


def _context(supporter: Supporter) -> dict[str, Any]:
    at, today = clock.now(), today_of(supporter)
    rows = list(hours.hours_of(supporter, today))
    every_week = hours.weekly(rows)
    away = supporter.time_off.filter(ends_at__gt=at).select_related("cover__person")
    return {
        "supporter": supporter,
        "weekdays": [
            (name, [_shown(row, today) for row in every_week if row.weekday == number])
            for number, name in WEEKDAYS
        ],
        "closed": supporter.closed_days.filter(day__gte=today),
        "extra": hours.on_one_day(rows),
        "holidays": dict(public_holidays.choices()).get(supporter.holidays),
        "busy": busy.known(supporter),
        "away": away.order_by("starts_at"),
        "touched": time_off.touched(supporter, at),
    }


def _shown(row: Any, today: date) -> dict[str, Any]:
    """One block that recurs, how often it comes, and when next if not every week."""
    names = dict(HOW_OFTEN.values())
    every_week = (row.every_weeks, row.of_month) == (1, None)
    return {
        "row": row,
        "often": "" if every_week else names.get((row.every_weeks, row.of_month), ""),
        "next": hours.next_day(row, today),
    }
