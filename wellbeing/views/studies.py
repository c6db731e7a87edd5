"""The studies that a coordinator looks after, and what is in their logs."""

from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from wellbeing.lib import access, clock
from wellbeing.models import PLANNING_ROLES, Activity, Membership, Study
from wellbeing.people.models import User

ROWS_A_PAGE = 50


@access.coordinators_only
def studies(request: HttpRequest) -> HttpResponse:
    """`/studies/`: dates, pauses and how much is in the log; the way to an import."""
    at = clock.now()
    counted = Q(activities__logged_at__isnull=False, activities__withdrawn_at=None)
    rows = (
        mine(request)
        .annotate(logged=Count("activities", filter=counted))
        .prefetch_related("pauses")
        .order_by("closed_on", "name")
    )
    return render(
        request, "wellbeing/studies.html", {"studies": rows, "today": at.date()}
    )


@access.coordinators_only
def study_log(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """`/studies/<id>/log/`: what was done, when and by whom. Load, and nothing else."""
    study = get_object_or_404(mine(request), public_id=public_id)
    rows = (
        Activity.objects.done()
        .filter(study=study)
        .prefetch_related("exposures__person")
        .order_by("-ends_at", "-pk")
    )
    page = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "wellbeing/study_log.html",
        {
            "study": study,
            "page": page,
            "zone": study.time_zone,
            "closed": study.closed(clock.now().date()),
        },
    )


def mine(request: HttpRequest) -> QuerySet[Study]:
    """The studies that the person coordinates today, closed ones too."""
    person: User = request.user  # type: ignore[assignment]
    held = Membership.objects.on(clock.now().date()).with_role(*PLANNING_ROLES)
    return Study.objects.filter(pk__in=held.filter(person=person).values("study"))
