"""Logging an interview, and the page that says what was saved and what follows."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from wellbeing import (
    activities,
    also_there,
    corrections,
    facts,
    planning,
    proposals,
)
from wellbeing.activities import TooLateToTakeBack
from wellbeing.forms.log import OTHER, LogContext, LogForm
from wellbeing.lib import access, clock
from wellbeing.models import EXPOSED_ROLES, Activity, ProtocolVersion, Role, Study
from wellbeing.people.models import User
from wellbeing.protocol.named import ACTIVITIES
from wellbeing.views.coding import first_log_page
from wellbeing.views.offer_panel import panel_of


@access.exposed_only
@require_http_methods(["GET", "HEAD", "POST"])
def log(request: HttpRequest) -> HttpResponse:
    """`/log/`: three questions; saving makes everything in one transaction."""
    at = clock.now()
    if not request.standing.interviews:  # type: ignore[attr-defined]
        other = first_log_page(request, at)
        if other != "log":
            return redirect(other)
    context = _log_context(request, at)
    if request.method != "POST":
        form = LogForm(initial=_initial(context), context=context)
        return _log_page(request, form, context)
    form = LogForm(request.POST, context=context)
    if not form.is_valid():
        return _log_page(request, form, context, status=422)
    logged = activities.log_interview(
        entry=form.cleaned_data["entry"],
        by=context.person,
        answer=form.cleaned_data["talk"],
        wish=proposals.read_wish(form.cleaned_data["slot"]),
        at=at,
    )
    return _after_log(logged, form.cleaned_data["talk"], context.person)


@access.signed_in
def activity(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """`/activities/<id>/`: for those who took part. Everybody sees their own offer."""
    person: User = request.user  # type: ignore[assignment]
    row = own_activity(public_id, person)
    at = clock.now()
    offer = activities.offer_about(row, person)
    logged_it = corrections.logged_it(activity=row, person=person)
    role = also_there.asked_about(activity=row) if logged_it else None
    return render(
        request,
        "wellbeing/activity.html",
        {
            "activity": row,
            "mode": _mode_words(row, at),
            "others": [e for e in row.exposures.all() if e.person_id != person.pk],
            "can_take_back": row.logged_by_id == person.pk
            and row.logged_at is not None
            and row.logged_at > at - activities.TAKE_BACK_WITHIN,
            "can_correct": logged_it,
            "asked_role": Role(role).label if role else "",
            "could": also_there.who_could(activity=row, role=role) if role else [],
            "nobody": also_there.NOBODY,
            "time_gone": "gone" in request.GET,
            "panel": panel_of(offer, at=at) if offer else None,
        },
    )


@access.signed_in
@require_POST
def take_back(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Undo one's own log within 24 hours."""
    person: User = request.user  # type: ignore[assignment]
    row = own_activity(public_id, person)
    if row.logged_by_id != person.pk:
        raise Http404
    try:
        activities.take_back(activity=row, by=person, at=clock.now())
    except TooLateToTakeBack:
        messages.info(
            request,
            "This was logged more than a day ago, so it stays in the log.",
        )
        return redirect("activity", public_id)
    messages.success(
        request,
        "Taken back: it is no longer in your log. A time that you kept stays yours.",
    )
    return redirect("log")


def own_activity(public_id: UUID, person: User) -> Activity:
    """The activity, for somebody who took part in it or logged it; else 404."""
    rows = (
        Activity.objects.done()
        .filter(Q(exposures__person=person) | Q(logged_by=person))
        .distinct()
        .select_related("study")
        .prefetch_related("exposures__person")
    )
    return get_object_or_404(rows, public_id=public_id)


def _log_context(request: HttpRequest, at: datetime) -> LogContext:
    person: User = request.user  # type: ignore[assignment]
    standing = request.standing  # type: ignore[attr-defined]
    study = _chosen_study(request, standing.studies(*EXPOSED_ROLES))
    version = ProtocolVersion.objects.in_force(study, at)
    parts = facts.document_of(version).activities if version else {}
    kinds = [kind for kind in planning.INTERVIEWS if kind in parts]
    if not kinds:
        raise Http404
    wanted = request.GET.get("kind") or request.POST.get("kind")
    kind = next((kind for kind in kinds if kind == wanted), kinds[0])
    planned = (
        Activity.objects.planned()
        .filter(study=study, kind=kind, exposures__person=person)
        .prefetch_related("exposures__person")
        .order_by("starts_at")
    )
    return LogContext(
        study=study,
        person=person,
        roles=frozenset(
            row.role for row in standing.memberships if row.study_id == study.pk
        ),
        part=parts[kind],
        planned=list(planned[:8]),
        at=at,
        kind=kind,
        others=[other for other in kinds if other != kind],
    )


def _chosen_study(request: HttpRequest, studies: list[Study]) -> Study:
    wanted = request.GET.get("study") or request.POST.get("study")
    for study in studies:
        if wanted in {None, str(study.public_id)}:
            return study
    raise Http404


def _initial(context: LogContext) -> dict[str, Any]:
    """Facts are filled in; the answer about oneself never is."""
    soon = [plan for plan in context.planned if plan.starts_at <= context.at]
    return {
        "when": "now",
        "which": str(soon[-1].public_id) if soon else "" if context.planned else OTHER,
        "submission": uuid4(),
    }


def _log_page(
    request: HttpRequest,
    form: LogForm,
    context: LogContext,
    status: int = 200,
) -> HttpResponse:
    proposal = proposals.after_interview(
        study=context.study,
        person=context.person,
        role=context.role,
        at=context.at,
        kind=context.kind,
    )
    studies = request.standing.studies(*EXPOSED_ROLES)  # type: ignore[attr-defined]
    return render(
        request,
        "wellbeing/log.html",
        {
            "form": form,
            "study": context.study,
            "studies": studies if len(studies) > 1 else [],
            "planned": context.planned,
            "proposal": proposal,
            "codes": Role.CODER in context.roles,
            "kind": context.kind,
            "named": ACTIVITIES[context.kind],
            "other_kinds": [(kind, ACTIVITIES[kind]) for kind in context.others],
        },
        status=status,
    )


def _after_log(logged: activities.Logged, answer: str, person: User) -> HttpResponse:
    offer = activities.offer_about(logged.activity, person)
    if answer in {"times", "someone"} and offer:
        else_ = "&someone=else" if answer == "someone" else ""
        return redirect(f"{reverse('times')}?offer={offer.public_id}{else_}")
    gone = "?gone=1" if logged.time_gone else ""
    return redirect(reverse("activity", args=[logged.activity.public_id]) + gone)


def _mode_words(row: Activity, at: datetime) -> str:
    version = ProtocolVersion.objects.in_force(row.study, at)
    if version is None or not row.mode:
        return row.mode
    part = facts.document_of(version).activities.get(Activity.Kind(row.kind).value)  # type: ignore[call-overload]
    return part.modes.get(row.mode, row.mode) if part else row.mode
