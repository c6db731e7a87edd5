"""`/alerts/`: the service's own shortcomings, by day and kind, for the lead."""

from django.db.models import Count
from django.db.models.functions import TruncDate
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from wellbeing.lib import access
from wellbeing.models import Role, ServiceAlert


@access.leads_only
def alerts(request: HttpRequest) -> HttpResponse:
    """Only what has been told in a morning's batch is shown, for the same reason."""
    studies = request.standing.studies(Role.LEAD)  # type: ignore[attr-defined]
    rows = (
        ServiceAlert.objects.filter(study__in=studies, told_at__isnull=False)
        .annotate(day=TruncDate("made_at"))
        .values("day", "kind", "study__name")
        .annotate(count=Count("pk"))
        .order_by("-day", "kind")[:100]
    )
    shown = [{**row, "words": ServiceAlert.Kind(row["kind"]).label} for row in rows]
    return render(request, "wellbeing/alerts.html", {"alerts": shown})
