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
from wellbeing.protocol.document import ActivityPart


@access.exposed_only
@require_http_methods(["GET", "HEAD", "POST"])
def log_coding(request: HttpRequest) -> HttpResponse:
    """For people who code; others are led to the log of interviews. The offer comes as
    the protocol counts."""
    at = clock.now()
    found = _context(request, at)
    if found is None:
        return redirect("log")
    context, together = found
    form = CodingForm(
        request.POST or None,
        context=context,
        together=together,
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


def _context(
    request: HttpRequest, at: datetime
) -> tuple[LogContext, ActivityPart | None] | None:
    """What the form knows of coding alone, and what the protocol says of coding
    together."""
    person: User = request.user  # type: ignore[assignment]
    studies = request.standing.studies(Role.CODER)  # type: ignore[attr-defined]
    for study in studies:
        version = ProtocolVersion.objects.in_force(study, at)
        parts = facts.document_of(version).activities if version else {}
        if part := parts.get("coding"):
            roles = frozenset({Role.CODER.value})
            context = LogContext(study, person, roles, part, planned=[], at=at)
            return context, parts.get("group_coding")
    return None
