"""The supporter's week."""

from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from sessions.agenda import week_of
from sessions.days import read_day
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
