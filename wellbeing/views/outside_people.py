"""`/plan/outside/`: people who work for the study without an account."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from wellbeing.forms.queue import OutsideForm
from wellbeing.lib import access, clock
from wellbeing.models import OutsideWorker, Role, Study
from wellbeing.protocol import lengths
from wellbeing.queue import outside, terms
from wellbeing.standing import person_of
from wellbeing.views.queue import chosen_study

LATELY = timedelta(days=7)


@access.coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def outside_people(request: HttpRequest) -> HttpResponse:
    """Those who can be asked, what they did in 7 days, and the form that adds one."""
    at = clock.now()
    study = chosen_study(request, at)
    agreed = terms.terms_of(study, at).document.outside_workers
    if agreed is None:
        raise Http404
    sent = request.POST if request.method == "POST" else None
    form = OutsideForm(sent, roles=_roles(study, at))
    if sent is not None and form.is_valid() and _added(request, study, form, at):
        messages.success(request, f"{form.cleaned_data['name']} can be asked now.")
        return _back_to(study)
    audio = outside.minutes_by_person(study=study, since=at - LATELY)
    context = {
        "study": study,
        "form": form,
        "rows": [
            (row, *audio.get(row.person_id, (0, 0)))
            for row in outside.working_for(study)
        ],
        "erased_after": lengths.words(agreed.erased_after),
    }
    status = 422 if form.errors else 200
    return render(request, "wellbeing/outside_people.html", context, status=status)


@access.coordinators_only
@require_POST
def end(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """They are asked for nothing more; their address goes after the agreed time."""
    mine = request.standing.studies(Role.COORDINATOR)  # type: ignore[attr-defined]
    rows = OutsideWorker.objects.filter(study__in=mine, erased_at=None)
    row: Any = get_object_or_404(rows.select_related("study"), public_id=public_id)
    outside.end(worker=row, at=clock.now())
    messages.success(
        request,
        "They are asked for nothing more. What was with them is in the queue again.",
    )
    return _back_to(row.study)


def _roles(study: Study, at: datetime) -> list[str]:
    """The roles of the work that is given."""
    said = terms.terms_of(study, at)
    parts = {str(kind): part for kind, part in said.document.activities.items()}
    return [str(role) for kind in said.kinds for role in parts[kind].roles]


def _added(request: HttpRequest, study: Study, form: OutsideForm, at: datetime) -> bool:
    try:
        outside.add(study=study, by=person_of(request), at=at, **form.cleaned_data)
    except outside.AlreadyThere:
        form.add_error("email", "Somebody of the study has this address already.")
        return False
    return True


def _back_to(study: Study) -> HttpResponse:
    return redirect(f"{reverse('outside_people')}?study={study.public_id}")
