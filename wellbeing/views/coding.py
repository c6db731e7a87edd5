"""`/log/coding/`: a transcript that has been coded, alone or together."""

from datetime import datetime
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from wellbeing import activities, facts
from wellbeing.forms.coding import CodingForm
from wellbeing.forms.log import LogContext
from wellbeing.lib import access, clock
from wellbeing.models import ProtocolVersion, Role
from wellbeing.people.models import User


@access.exposed_only
@require_http_methods(["GET", "HEAD", "POST"])
def log_coding(request: HttpRequest) -> HttpResponse:
    """For people who code; others are led to the log of interviews. The offer comes as
    the protocol counts."""
    at = clock.now()
    context = _context(request, at)
    if context is None:
        return redirect("log")
    form = CodingForm(
        request.POST or None,
        context=context,
        initial={"when": "now", "submission": uuid4(), "how": "alone"},
    )
    if form.is_bound and form.is_valid():
        logged = activities.log_interview(
            entry=form.cleaned_data["entry"],
            by=context.person,
            answer="",
            wish=None,
            at=at,
        )
        return redirect("activity", logged.activity.public_id)
    return render(
        request,
        "wellbeing/log_coding.html",
        {"form": form, "zone": context.study.time_zone},
        status=422 if form.is_bound else 200,
    )


def _context(request: HttpRequest, at: datetime) -> LogContext | None:
    person: User = request.user  # type: ignore[assignment]
    studies = request.standing.studies(Role.CODER)  # type: ignore[attr-defined]
    for study in studies:
        version = ProtocolVersion.objects.in_force(study, at)
        part = facts.document_of(version).activities.get("coding") if version else None
        if part is not None:
            roles = frozenset({Role.CODER.value})
            return LogContext(study, person, roles, part, planned=[], at=at)
    return None
