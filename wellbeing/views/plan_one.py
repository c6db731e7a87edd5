"""One planned interview: another time for it, or off the plan. For coordinators."""

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_POST

from wellbeing import planning
from wellbeing.forms.plan import WhenForm
from wellbeing.lib import access, clock
from wellbeing.lib.words import date_words, zone_words
from wellbeing.models import Activity
from wellbeing.standing import person_of
from wellbeing.views.plan import PLAIN, back_to, coordinated, say, with_other

GONE = "It was no longer in the plan."


@access.coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def plan_one(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """`/plan/<id>/`: one planned interview, and another time for it."""
    at = clock.now()
    row = _own_plan(request, public_id)
    if row.logged_at or row.withdrawn_at:
        messages.info(request, GONE)
        return back_to(row.study)
    if request.method != "POST":
        form = WhenForm(initial=_when(row), study=row.study, at=at)
        return _one_page(request, row, form)
    form = WhenForm(with_other(request.POST), study=row.study, at=at)
    if not form.is_valid():
        return _one_page(request, row, form, status=422)
    return _move(request, row, form)


@access.coordinators_only
@require_POST
def take_off(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take one interview off the plan."""
    row = _own_plan(request, public_id)
    try:
        planning.take_off(activity=row, at=clock.now())
    except planning.NoLongerPlanned:
        messages.info(request, GONE)
    else:
        messages.success(request, "Taken off the plan.")
    return back_to(row.study)


def _own_plan(request: HttpRequest, public_id: UUID) -> Activity:
    rows = Activity.objects.filter(
        study__in=coordinated(request), planned_start__isnull=False
    )
    rows = rows.select_related("study").prefetch_related("exposures__person")
    return get_object_or_404(rows, public_id=public_id)


def _when(row: Activity) -> dict[str, Any]:
    local = row.starts_at.astimezone(ZoneInfo(row.study.time_zone))
    return {"day": local.date(), "start_time": local.time(), "minutes": row.minutes}


def _move(request: HttpRequest, row: Activity, form: WhenForm) -> HttpResponse:
    data = form.cleaned_data
    try:
        planning.move(
            activity=row,
            start=data["start"],
            minutes=data["minutes"],
            by=person_of(request),
            seen=request.POST.getlist("seen"),
            at=form.at,
        )
    except planning.LimitReached as stop:
        return _no_room_page(request, row, form, stop.words)
    except planning.NotPrepared as stop:
        return _one_page(request, row, form, status=422, unprepared=stop.steps)
    except planning.WorthKnowing as telling:
        return _one_page(
            request, row, form, telling=telling.words, question=telling.question
        )
    except planning.NoLongerPlanned:
        messages.info(request, GONE)
        return back_to(row.study)
    except PLAIN as refusal:
        say(form, refusal)
        return _one_page(request, row, form, status=422)
    when = planning.planned_words(data["start"], row.study.time_zone)
    messages.success(request, f"Planned: {when}, {zone_words(row.study.time_zone)}.")
    return back_to(row.study)


def _no_room_page(
    request: HttpRequest, row: Activity, form: WhenForm, words: list[planning.Word]
) -> HttpResponse:
    data = form.cleaned_data
    days = planning.other_days(
        study=row.study,
        people=[one.person for one in row.exposures.all()],
        start=data["start"],
        minutes=data["minutes"],
        besides=row,
        kind=next(kind for kind in planning.INTERVIEWS if kind == row.kind),
    )
    shown = [(day.isoformat(), date_words(day)) for day in days]
    return _one_page(request, row, form, status=422, stopped=words, days=shown)


def _one_page(
    request: HttpRequest,
    row: Activity,
    form: WhenForm,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    context = {
        "form": form,
        "row": row,
        "study_zone": zone_words(row.study.time_zone),
        **more,
    }
    return render(request, "wellbeing/plan_one.html", context, status=status)
