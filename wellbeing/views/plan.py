"""Planning interviews, and taking them off the plan. For coordinators."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from wellbeing import facts, planning
from wellbeing.forms.plan import PlanForm
from wellbeing.lib import access, clock
from wellbeing.lib.words import date_words, zone_words
from wellbeing.models import Activity, Pause, ProtocolVersion, Role, Study
from wellbeing.people.models import User

ON_A_PAGE = 50
PAUSED = "The study is paused then and plans nothing. Support goes on as before."
# Which field a plain refusal stands beside, and what it says there.
REFUSALS: dict[type[Exception], tuple[str | None, str]] = {
    planning.Busy: (
        None,
        "Somebody is changing the plan just now. Press again, please.",
    ),
    planning.AlreadyStarted: ("day", "That is past. If it has happened, log it."),
    planning.StudyPaused: ("day", PAUSED),
    planning.StudyClosed: ("day", "The study is closed by then."),
    planning.NumberTaken: ("code", "The study has an interview with this number."),
    planning.OnePersonTwice: ("facilitator", "Choose somebody else, or nobody."),
}


@access.coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: HttpRequest) -> HttpResponse:
    """`/plan/`: the form, and what is in the plan of the study."""
    at = clock.now()
    study = _chosen_study(request)
    if request.method != "POST":
        return _page(request, study, _form(study, None, at))
    form = _form(study, _with_other_day(request.POST), at)
    if not form.is_valid():
        return _page(request, study, form, status=422)
    return _plan(request, study, form)


@access.coordinators_only
@require_POST
def take_off(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take one interview off the plan."""
    row = get_object_or_404(
        Activity.objects.filter(
            study__in=_studies(request), planned_start__isnull=False
        ).select_related("study"),
        public_id=public_id,
    )
    try:
        planning.take_off(activity=row, at=clock.now())
    except planning.NoLongerPlanned:
        messages.info(request, "It was no longer in the plan.")
    else:
        messages.success(request, "Taken off the plan.")
    return _back(row.study)


def _plan(request: HttpRequest, study: Study, form: PlanForm) -> HttpResponse:
    data = form.cleaned_data
    try:
        planning.plan_interview(
            study=study,
            by=_user(request),
            code=data["code"],
            interviewer=data["interviewer"],
            facilitator=data["facilitator"],
            start=data["start"],
            minutes=data["minutes"],
            mode=data["mode"],
            seen=request.POST.getlist("seen"),
            submission=data["submission"],
            at=form.at,
        )
    except planning.LimitReached as stop:
        return _stopped(request, study, form, stop.words)
    except planning.WorthKnowing as telling:
        return _page(request, study, form, telling=telling.words)
    except planning.NotInTheTeam as refusal:
        _say_not_in_the_team(form, refusal.person)
    except tuple(REFUSALS) as refusal:
        form.add_error(*REFUSALS[type(refusal)])
    else:
        when = planning.planned_words(data["start"], study.time_zone)
        messages.success(request, f"Planned: {when}, {zone_words(study.time_zone)}.")
        return _back(study)
    return _page(request, study, form, status=422)


def _user(request: HttpRequest) -> User:
    person: User = request.user  # type: ignore[assignment]
    return person


def _studies(request: HttpRequest) -> list[Study]:
    found: list[Study] = request.standing.studies(Role.COORDINATOR)  # type: ignore[attr-defined]
    return found


def _chosen_study(request: HttpRequest) -> Study:
    wanted = request.POST.get("study") or request.GET.get("study")
    for study in _studies(request):
        if wanted in {None, str(study.public_id)}:
            return study
    raise Http404


def _back(study: Study) -> HttpResponse:
    return redirect(f"{reverse('plan')}?study={study.public_id}")


def _form(study: Study, data: QueryDict | None, at: Any) -> PlanForm:
    version = ProtocolVersion.objects.in_force(study, at)
    part = facts.document_of(version).activities.get("interview") if version else None
    team = planning.can_be_planned(study=study, day=at.date())
    return PlanForm(
        data, study=study, team=team, modes=part.modes if part else {}, at=at
    )


def _with_other_day(data: QueryDict) -> QueryDict:
    """The post, with the day of the button that offered another one."""
    changed = data.copy()
    if other := data.get("other_day"):
        changed["day"] = other
    return changed


def _say_not_in_the_team(form: PlanForm, person: User) -> None:
    field = "interviewer"
    if person != form.cleaned_data["interviewer"]:
        field = "facilitator"
    form.add_error(field, "This person is not in the team on that day.")


def _stopped(
    request: HttpRequest, study: Study, form: PlanForm, words: list[planning.Word]
) -> HttpResponse:
    data = form.cleaned_data
    people = [data["interviewer"]]
    people += [data["facilitator"]] if data["facilitator"] else []
    days = planning.other_days(
        study=study, people=people, start=data["start"], minutes=data["minutes"]
    )
    room = planning.people_with_room(
        study=study, start=data["start"], minutes=data["minutes"], besides=people
    )
    return _page(
        request,
        study,
        form,
        status=422,
        stopped=words,
        days=[(day.isoformat(), date_words(day)) for day in days],
        room=[person.name for person in room],
    )


def _planned(study: Study) -> QuerySet[Activity]:
    rows = Activity.objects.planned().filter(study=study)
    return rows.prefetch_related("exposures__person").order_by("starts_at", "pk")


def _page(
    request: HttpRequest,
    study: Study,
    form: PlanForm,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    studies = _studies(request)
    rows = Paginator(_planned(study), ON_A_PAGE)
    context = {
        "form": form,
        "study": study,
        "studies": studies if len(studies) > 1 else [],
        "study_zone": zone_words(study.time_zone),
        "paused": Pause.objects.on(form.at.date()).filter(study=study).first(),
        "page": rows.get_page(request.GET.get("page")),
        **more,
    }
    return render(request, "wellbeing/plan.html", context, status=status)
