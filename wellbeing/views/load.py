"""`/load/`: how much each person has done and has planned. Nothing about support."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from wellbeing.lib import access, clock
from wellbeing.load import load_page
from wellbeing.models import PLANNING_ROLES, Study


@access.coordinators_only
def load(request: HttpRequest) -> HttpResponse:
    at = clock.now()
    studies = request.standing.studies(*PLANNING_ROLES)  # type: ignore[attr-defined]
    if not studies:
        # Of a closed study only its log is left to look at.
        return redirect("studies")
    study = _chosen(studies, request.GET.get("study", ""))
    tomorrow = at.astimezone(ZoneInfo(study.time_zone)).date() + timedelta(days=1)
    room_on = _day(request.GET.get("day", ""), tomorrow)
    page = load_page(
        study=study, page=_page(request.GET.get("page", "1")), room_on=room_on, at=at
    )
    return render(
        request,
        "wellbeing/load.html",
        {
            "study": study,
            "studies": studies,
            "load": page,
            "zone": study.time_zone,
            "room_on": room_on,
            "room_at": datetime.combine(room_on, datetime.min.time()).replace(
                hour=12, tzinfo=ZoneInfo(study.time_zone)
            ),
            "days": [tomorrow + timedelta(days=ahead) for ahead in range(14)],
        },
    )


def _chosen(studies: list[Study], public_id: str) -> Study:
    """The study asked for, else the first; one that is not mine is unknown."""
    for study in studies:
        if public_id in {"", str(study.public_id)}:
            return study
    raise Http404


def _day(value: str, otherwise: date) -> date:
    try:
        found = date.fromisoformat(value)
    except ValueError:
        return otherwise
    return found if abs((found - otherwise).days) <= 366 else otherwise


def _page(value: str) -> int:
    """The page asked for, from 1 on; more than six digits are nonsense."""
    return max(1, int(value)) if value.isdecimal() and len(value) <= 6 else 1
