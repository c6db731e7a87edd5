"""Planning interviews. For coordinators."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from wellbeing import also_there, past_limits, planning, preparation
from wellbeing.forms.past_limits import ReasonForm
from wellbeing.forms.plan import PlanForm
from wellbeing.lib import access, clock
from wellbeing.lib.words import date_words, zone_words
from wellbeing.life import state
from wellbeing.models import Activity, Role, Study
from wellbeing.people.models import User
from wellbeing.queue import terms
from wellbeing.standing import person_of

ON_A_PAGE = 50
NOTES_SHOWN = 10
PAUSED = "The study is paused then and plans nothing. Support goes on as before."
PEOPLE = ("interviewer", "facilitator")
# Which field a plain refusal stands beside, and what it says there.
REFUSALS: dict[type[Exception], tuple[str | None, str]] = {
    planning.Busy: (
        None,
        "Somebody is changing the plan just now. Press again, please.",
    ),
    planning.AlreadyStarted: ("day", "That is past. If it has happened, log it."),
    planning.StudyPaused: ("day", PAUSED),
    planning.NotBegun: ("day", "The study is still being set up then."),
    planning.InterviewsFinished: (
        "day",
        "The interviews of the study are finished by then.",
    ),
    planning.StudyClosed: ("day", "The study is closed by then."),
    planning.NumberTaken: ("code", "The study has an interview with this number."),
    planning.OnePersonTwice: ("facilitator", "Choose somebody else, or nobody."),
}
PLAIN: tuple[type[Exception], ...] = (planning.NotInTheTeam, *REFUSALS)


@access.coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: HttpRequest) -> HttpResponse:
    """`/plan/`: the form, and what is in the plan of the study."""
    at = clock.now()
    study = chosen_study(request)
    if request.method != "POST":
        if terms.gives_work(study, at) and not planning.kinds_of(study=study, at=at):
            return redirect(f"{reverse('queue')}?study={study.public_id}")
        return plan_page(request, study, plan_form(study, None, at))
    form = plan_form(study, with_other(request.POST), at)
    if not form.is_valid():
        return plan_page(request, study, form, status=422)
    return _plan(request, study, form)


def chosen_study(request: HttpRequest) -> Study:
    """The coordinator's study that the address or the form names, else the first."""
    wanted = request.POST.get("study") or request.GET.get("study")
    for study in coordinated(request):
        if wanted in {None, str(study.public_id)}:
            return study
    raise Http404


def coordinated(request: HttpRequest) -> list[Study]:
    found: list[Study] = request.standing.studies(Role.COORDINATOR)  # type: ignore[attr-defined]
    return found


def back_to(study: Study) -> HttpResponse:
    return redirect(f"{reverse('plan')}?study={study.public_id}")


def plan_form(study: Study, data: QueryDict | None, at: datetime) -> PlanForm:
    team = planning.can_be_planned(study=study, day=at.date())
    modes = planning.modes_of(study=study)
    kinds = planning.kinds_of(study=study, at=at)
    return PlanForm(data, study=study, team=team, modes=modes, kinds=kinds, at=at)


def wanted_of(study: Study, form: PlanForm) -> planning.Wanted:
    """What a form that is in order asks for."""
    data = form.cleaned_data
    return planning.Wanted(
        study=study,
        code=data["code"],
        interviewer=data["interviewer"],
        facilitator=data["facilitator"],
        start=data["start"],
        minutes=data["minutes"],
        mode=data["mode"],
        kind=data["kind"],
    )


def say(form: Form, refusal: Exception) -> None:
    """Put a plain refusal beside its field, or above a form without that field."""
    if isinstance(refusal, planning.NotInTheTeam):
        who = refusal.person
        words = f"{who.name} is not in the team on that day."
        places = (name for name in PEOPLE if form.cleaned_data.get(name) == who)
        field: str | None = next(places, "day")
    else:
        field, words = REFUSALS[type(refusal)]
    form.add_error(field if field in form.fields else None, words)


def plan_page(
    request: HttpRequest,
    study: Study,
    form: PlanForm,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    studies = coordinated(request)
    at = form.at
    notes = preparation.logged_all_the_same(study=study, at=at)
    context = {
        "form": form,
        "study": study,
        "studies": studies if len(studies) > 1 else [],
        "study_zone": zone_words(study.time_zone),
        "stage": state.stage(study=study, day=study.day(at)),
        "gives_work": terms.gives_work(study, at),
        "page": Paginator(_planned(study), ON_A_PAGE).get_page(request.GET.get("page")),
        "wishes": past_limits.open_in(study=study, at=at),
        "notes": notes[:NOTES_SHOWN],
        "more_notes": len(notes) > NOTES_SHOWN,
        "unnamed": also_there.unnamed_of_late(study=study, at=at)[:NOTES_SHOWN],
        **more,
    }
    return render(request, "wellbeing/plan.html", context, status=status)


def stopped_page(
    request: HttpRequest,
    study: Study,
    form: PlanForm,
    words: list[planning.Word],
    reason: ReasonForm | None = None,
) -> HttpResponse:
    """What can be done at a limit: another day, another person, or asking."""
    wanted, by = wanted_of(study, form), person_of(request)
    return plan_page(
        request,
        study,
        form,
        status=422,
        stopped=words,
        days=_other_days(wanted),
        room=_with_room(wanted),
        reason=reason or ReasonForm(),
        at_limit=list(dict.fromkeys(word.person for word in words)),
        somebody_decides=past_limits.somebody_decides(
            study=study,
            people=[wanted.interviewer, *(word.person for word in words)],
            by=by,
            at=form.at,
        ),
    )


def _plan(request: HttpRequest, study: Study, form: PlanForm) -> HttpResponse:
    data = form.cleaned_data
    try:
        planning.plan_interview(
            study=study,
            by=person_of(request),
            code=data["code"],
            interviewer=data["interviewer"],
            facilitator=data["facilitator"],
            start=data["start"],
            minutes=data["minutes"],
            mode=data["mode"],
            seen=request.POST.getlist("seen"),
            submission=data["submission"],
            at=form.at,
            kind=data["kind"],
        )
    except planning.LimitReached as stop:
        return stopped_page(request, study, form, stop.words)
    except planning.NotPrepared as stop:
        return unprepared_page(request, study, form, stop.steps)
    except planning.WorthKnowing as telling:
        return _telling_page(request, study, form, telling)
    except PLAIN as refusal:
        say(form, refusal)
        return plan_page(request, study, form, status=422)
    when = planning.planned_words(data["start"], study.time_zone)
    messages.success(request, f"Planned: {when}, {zone_words(study.time_zone)}.")
    return back_to(study)


def unprepared_page(
    request: HttpRequest,
    study: Study,
    form: PlanForm,
    steps: list[preparation.StillToDo],
) -> HttpResponse:
    """What is still to be noted first, and who could take this interview meanwhile."""
    room = _with_room(wanted_of(study, form))
    return plan_page(request, study, form, status=422, unprepared=steps, room=room)


def _telling_page(
    request: HttpRequest,
    study: Study,
    form: PlanForm,
    telling: planning.WorthKnowing,
) -> HttpResponse:
    wanted = wanted_of(study, form)
    if telling.question:
        form.fields["mode"].help_text = telling.question
    return plan_page(
        request,
        study,
        form,
        telling=telling.words,
        question=telling.question,
        days=_other_days(wanted, within_pace=True) if telling.words else [],
    )


def _other_days(
    wanted: planning.Wanted, *, within_pace: bool = False
) -> list[tuple[str, str]]:
    """Days as the buttons have them: their value, and their words."""
    days = planning.other_days(
        study=wanted.study,
        people=wanted.people,
        start=wanted.start,
        minutes=wanted.minutes,
        kind=wanted.kind,
        within_pace=within_pace,
    )
    return [(day.isoformat(), date_words(day)) for day in days]


def _with_room(wanted: planning.Wanted) -> list[User]:
    return planning.people_with_room(
        study=wanted.study,
        start=wanted.start,
        minutes=wanted.minutes,
        besides=wanted.people,
        kind=wanted.kind,
    )


def with_other(data: QueryDict) -> QueryDict:
    """The post, with the day or the person of the button that offered another."""
    changed = data.copy()
    for button, field in (("other_day", "day"), ("other_person", "interviewer")):
        if other := data.get(button):
            changed[field] = other
    return changed


def _planned(study: Study) -> QuerySet[Activity]:
    rows = Activity.objects.planned().filter(study=study)
    return rows.prefetch_related("exposures__person").order_by("starts_at", "pk")
