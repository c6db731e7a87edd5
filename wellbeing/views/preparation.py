"""What comes before an activity: noted by coordinators, seen by the person."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from wellbeing import past_limits, preparation
from wellbeing.forms.plan import StepForm
from wellbeing.lib import access, clock
from wellbeing.models import Study
from wellbeing.standing import person_of
from wellbeing.views.plan import chosen_study, coordinated

ON_A_PAGE = 50
REFUSALS = {
    preparation.NoSuchStep: ("step", "Choose one from the list."),
    preparation.StillToCome: ("day", "That day is still to come."),
    preparation.NotInTheTeam: ("person", "This person is not in the team."),
}


@access.signed_in
@require_safe
def prepared(request: HttpRequest) -> HttpResponse:
    """`/prepared/`: one's own steps in each study, and what one is asked about."""
    person, at = person_of(request), clock.now()
    studies = [
        {
            "study": study,
            "one": preparation.of_people(study=study, people=[person], at=at)[0],
            "logged": preparation.logged_all_the_same(
                study=study, at=at, person=person
            ),
        }
        for study in preparation.studies_of(person=person, day=at.date())
    ]
    context = {
        "studies": studies,
        "wishes": past_limits.open_for(person=person, at=at),
    }
    return render(request, "wellbeing/prepared.html", context)


@access.coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def prepared_people(request: HttpRequest) -> HttpResponse:
    """`/plan/prepared/`: the team's steps, and the form that notes one more."""
    study, at = chosen_study(request), clock.now()
    if request.method != "POST":
        form = _form(study, at, initial={**request.GET.dict(), "day": _day(study, at)})
        return _page(request, study, form, at)
    form = _form(study, at, request.POST)
    if form.is_valid() and _note(request, study, form, at):
        return _back(study)
    return _page(request, study, form, at, status=422)


@access.coordinators_only
@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Take a note back."""
    study = chosen_study(request)
    team = preparation.team_of(study=study, day=clock.now().date())
    wanted = request.POST.get("person", "")
    person = next((one for one in team if str(one.public_id) == wanted), None)
    if person is None:
        raise Http404
    try:
        preparation.undo(study=study, person=person, step=request.POST.get("step", ""))
    except preparation.NotNoted:
        messages.info(request, "It was no longer noted.")
    else:
        messages.success(request, "Taken back. It is no longer noted.")
    return _back(study)


def _note(request: HttpRequest, study: Study, form: StepForm, at: datetime) -> bool:
    data = form.cleaned_data
    try:
        preparation.note(
            study=study,
            person=data["person"],
            step=data["step"],
            done_on=data["day"],
            by=person_of(request),
            at=at,
        )
    except tuple(REFUSALS) as refusal:
        form.add_error(*REFUSALS[type(refusal)])
        return False
    messages.success(request, f"Noted for {data['person'].name}.")
    return True


def _form(study: Study, at: datetime, *args: Any, **kwargs: Any) -> StepForm:
    today = _day(study, at)
    steps = preparation.steps_of(study=study)
    return StepForm(
        *args,
        team=preparation.team_of(study=study, day=today),
        steps={key: step.called for key, step in steps.items()},
        today=today,
        **kwargs,
    )


def _day(study: Study, at: datetime) -> date:
    return at.astimezone(ZoneInfo(study.time_zone)).date()


def _back(study: Study) -> HttpResponse:
    return redirect(f"{reverse('plan_prepared')}?study={study.public_id}")


def _page(
    request: HttpRequest,
    study: Study,
    form: StepForm,
    at: datetime,
    status: int = 200,
) -> HttpResponse:
    pages = Paginator(list(form.team.values()), ON_A_PAGE)
    page = pages.get_page(request.GET.get("page"))
    studies = coordinated(request)
    context = {
        "form": form,
        "study": study,
        "studies": studies if len(studies) > 1 else [],
        "page": page,
        "people": preparation.of_people(
            study=study, people=list(page.object_list), at=at
        ),
    }
    return render(request, "wellbeing/prepared_people.html", context, status=status)
