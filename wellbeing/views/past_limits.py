"""Asking to go past a limit, another coordinator's word, and the person's own."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from wellbeing import past_limit_words, past_limits, planning
from wellbeing.forms.past_limits import ReasonForm
from wellbeing.forms.plan import PlanForm
from wellbeing.lib import access, clock
from wellbeing.lib.words import zone_words
from wellbeing.models import PastLimit, Study
from wellbeing.past_limits import State
from wellbeing.standing import person_of
from wellbeing.views.plan import (
    PLAIN,
    chosen_study,
    coordinated,
    plan_form,
    plan_page,
    say,
    stopped_page,
    unprepared_page,
    wanted_of,
)

# Why one cannot ask, above the form.
CANNOT_ASK = {
    past_limit_words.NoLimit: "No limit stops this any more. It can be planned as "
    "usual.",
    past_limits.NobodyToDecide: "Another coordinator would have to agree, and the "
    "study has none at the moment.",
    past_limits.AnsweredBefore: "This was asked before, and it is not planned. Another "
    "day or another person may do.",
}
# Why a yes cannot plan it at the moment.
CANNOT_PLAN: dict[type[Exception], str] = {
    planning.Busy: "Somebody is changing the plan just now. Press again, please.",
    planning.AlreadyStarted: "There is nothing left to answer. It is not planned.",
    planning.NotBegun: "The study is still being set up then, so it cannot be planned.",
    planning.InterviewsFinished: "The interviews of the study are finished by then, so "
    "it cannot be planned.",
    planning.StudyPaused: "The study is paused and plans nothing. Support goes on as "
    "before.",
    planning.StudyClosed: "The study is closed by then, so it cannot be planned.",
    planning.NumberTaken: "The study has another interview with this number now, so "
    "this one cannot be planned.",
    planning.OnePersonTwice: "One person would be there twice, so it cannot be "
    "planned.",
    planning.NotInTheTeam: "Somebody is no longer in the team on that day, so it "
    "cannot be planned.",
    planning.NotPrepared: "Something is still to be noted before this interview, so "
    "it cannot be planned yet.",
    past_limits.LimitMoved: "It would go further past the limit now than what was "
    "asked, so it is not planned. It can be asked anew.",
    past_limits.NotTheirs: "Another coordinator decides about this one.",
    past_limits.Over: "There is nothing left to answer.",
}


@access.coordinators_only
@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """Ask to go past the limit at which the plan's form has just stopped."""
    study = chosen_study(request)
    form, reason = plan_form(study, request.POST, clock.now()), ReasonForm(request.POST)
    if not form.is_valid():
        return plan_page(request, study, form, status=422)
    if not reason.is_valid():
        return _without_reason(request, study, form, reason)
    return _ask(request, study, form, reason)


@access.signed_in
@require_safe
def past_limit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """`/asked/<id>/`: for the person, and for the study's coordinators."""
    row, at, reader = _visible(request, public_id), clock.now(), person_of(request)
    asked = past_limits.asked_people(row)
    own = reader in asked
    state = past_limits.state_of(row, at)
    waiting = state is State.WAITING
    decides = waiting and past_limits.may_decide(wish=row, person=reader, at=at)
    free = row.decided_by_id in {None, reader.pk}
    return render(
        request,
        "wellbeing/past_limit.html",
        {
            "row": row,
            "own": own,
            "others": [person for person in asked if person != reader],
            "about": [
                (person, past_limits.words_about(row, person))
                for person in ([reader] if own else asked)
            ],
            "state": state.value,
            "answers": waiting and own,
            "decides": decides and free,
            "said_yes": past_limits.word_of(row, reader)
            if own
            else row.decided_yes and decides,
            "study_zone": zone_words(row.study.time_zone),
        },
    )


@access.signed_in
@require_POST
def answer(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The person's own yes or no."""
    own = past_limits.visible_to(person=person_of(request), coordinating=[])
    row = get_object_or_404(own, public_id=public_id)
    return _take_word(request, row, past_limits.answer)


@access.coordinators_only
@require_POST
def decide(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Another coordinator's yes or no."""
    return _take_word(request, _visible(request, public_id), past_limits.decide)


def _take_word(
    request: HttpRequest, row: PastLimit, verb: Callable[..., PastLimit]
) -> HttpResponse:
    """A post without one of the two words changes nothing."""
    word = {"yes": True, "no": False}.get(request.POST.get("word", ""))
    if word is not None:
        try:
            row = verb(wish=row, by=person_of(request), yes=word, at=clock.now())
        except tuple(CANNOT_PLAN) as refusal:
            messages.info(request, CANNOT_PLAN[type(refusal)])
        else:
            _thank(request, row)
    return redirect("past_limit", row.public_id)


def _visible(request: HttpRequest, public_id: UUID) -> PastLimit:
    rows = past_limits.visible_to(
        person=person_of(request), coordinating=coordinated(request)
    )
    return get_object_or_404(rows, public_id=public_id)


def _thank(request: HttpRequest, row: PastLimit) -> None:
    state = past_limits.state_of(row, clock.now())
    if state is State.PLANNED:
        when = planning.planned_words(row.starts_at, row.study.time_zone)
        zone = zone_words(row.study.time_zone)
        messages.success(request, f"Planned: {when}, {zone}.")
    elif state is State.WAITING:
        messages.success(request, "Thank you. Your yes is kept.")
    else:
        messages.success(request, "Thank you. It is not planned.")


def _without_reason(
    request: HttpRequest, study: Study, form: PlanForm, reason: ReasonForm
) -> HttpResponse:
    """The page at the limit once more, with what is missing beside its field."""
    words = planning.at_limit(wanted_of(study, form), at=form.at)
    return stopped_page(request, study, form, words, reason)


def _ask(
    request: HttpRequest, study: Study, form: PlanForm, reason: ReasonForm
) -> HttpResponse:
    try:
        row = past_limits.ask(
            wanted=wanted_of(study, form),
            reason=reason.cleaned_data["reason"],
            by=person_of(request),
            at=form.at,
        )
    except planning.NotPrepared as stop:
        return unprepared_page(request, study, form, stop.steps)
    except tuple(CANNOT_ASK) as refusal:
        form.add_error(None, CANNOT_ASK[type(refusal)])
    except PLAIN as refusal:
        say(form, refusal)
    else:
        messages.success(request, "Asked.")
        return redirect("past_limit", row.public_id)
    return plan_page(request, study, form, status=422)
