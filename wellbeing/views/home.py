"""`/`: the page that each person needs first, by what they do."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from checkins.models import Invitation
from sessions.models import Booking
from wellbeing import planning
from wellbeing.lib import access, clock
from wellbeing.life import state
from wellbeing.models import EXPOSED_ROLES, Activity, WorkItem
from wellbeing.people.models import User
from wellbeing.views.support_page import open_panels

LATELY = timedelta(days=30)


@access.signed_in
def home(request: HttpRequest) -> HttpResponse:
    """Interviewers start here, supporters at the requests, coordinators at the load."""
    standing = request.standing  # type: ignore[attr-defined]
    if not standing.is_supported:
        if standing.is_supporter:
            return redirect("requests")
        if standing.is_coordinator:
            return redirect("load")
        return render(request, "wellbeing/home_quiet.html")
    return render(request, "wellbeing/home.html", _own_things(request))


@access.exposed_only
def my_activities(request: HttpRequest) -> HttpResponse:
    """`/activities/`: what I have done, newest first."""
    person: User = request.user  # type: ignore[assignment]
    rows = (
        Activity.objects.done()
        .filter(exposures__person=person)
        .distinct()
        .order_by("-ends_at")[:100]
    )
    return render(request, "wellbeing/my_activities.html", {"activities": rows})


def _own_things(request: HttpRequest) -> dict[str, Any]:
    at = clock.now()
    person: User = request.user  # type: ignore[assignment]
    studies = request.standing.studies(*EXPOSED_ROLES)  # type: ignore[attr-defined]
    agreed = (
        Booking.objects.holding(at)
        .filter(person=person, ends_at__gt=at, agreed_at__isnull=False)
        .select_related("supporter__person")
        .order_by("starts_at")
    )
    planned = (
        Activity.objects.planned()
        .filter(study__in=studies, exposures__person=person)
        .filter(starts_at__gte=at - timedelta(days=7))
        .select_related("study", "planned_by")
        .distinct()
        .order_by("starts_at")[:3]
    )
    given = WorkItem.objects.for_person(person)
    work = set((given.asked(at) | given.taken()).values_list("taken_at", flat=True))
    return {
        "bookings": list(agreed[:3]),
        "offers": open_panels(person, at),
        "notes": state.notes_for(
            studies=request.standing.supported_studies,  # type: ignore[attr-defined]
            at=at,
        ),
        "check_ins": Invitation.objects.open(at).for_person(person).order_by("ask_at"),
        "asked_for_work": None in work,
        "with_me": bool(work),
        "planned": planning.coming(person=person, planned=planned, at=at),
    }
