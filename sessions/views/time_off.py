"""Time off: its days, its cover, and what it touches, before and after it is saved."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from sessions import time_off as verbs
from sessions.availability_forms import TimeOffForm
from sessions.forms import posted
from sessions.hours import HoursNotPossible
from sessions.models import Booking
from sessions.views.availability import row_number
from sessions.views.desk import supporter_of
from wellbeing.lib import access, clock


@access.supporters_only
@require_http_methods(["GET", "HEAD", "POST"])
def time_off(request: HttpRequest) -> HttpResponse:
    """Days that touch bookings are shown once with these before they are saved."""
    supporter, at = supporter_of(request), clock.now()
    covers = list(verbs.who_could_cover(supporter))
    form = TimeOffForm(posted(request), covers=covers)
    hit: list[Booking] = []
    if request.method == "POST" and form.is_valid():
        days = {name: form.cleaned_data[name] for name in ("first", "last")}
        hit = list(verbs.would_touch(supporter, **days, at=at))
        if not hit or request.POST.get("seen") == str(len(hit)):
            try:
                verbs.add_time_off(supporter=supporter, at=at, **form.cleaned_data)
            except verbs.CoverNeeded as refused:
                form.add_error("cover", refused.sentence)
            except HoursNotPossible as refused:
                form.add_error("last", refused.sentence)
            else:
                messages.success(request, _said(hit))
                return redirect("availability")
    context = {
        "form": form,
        "covers": covers,
        "supporter": supporter,
        "hit": [] if form.errors else hit,
    }
    return render(request, "support_sessions/time_off.html", context)


@access.supporters_only
@require_POST
def remove_time_off(request: HttpRequest) -> HttpResponse:
    key = row_number(request, "time_off")
    if key is not None:
        supporter = supporter_of(request)
        verbs.remove_time_off(supporter=supporter, time_off=key, at=clock.now())
        messages.success(request, "Your time off is taken back.")
    return redirect("availability")


def _said(hit: list[Booking]) -> str:
    if not hit:
        return "Your time off is saved."
    people = "One person is" if len(hit) == 1 else "Each person is"
    return f"Your time off is saved. {people} asked what suits them instead."
