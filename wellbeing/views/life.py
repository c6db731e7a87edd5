"""`/studies/<id>/life/`: the stages of a study, and one page for each step."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from wellbeing import teams
from wellbeing.forms.life import StepForm
from wellbeing.lib import access, clock
from wellbeing.life import state, steps
from wellbeing.models import Pause, Study, StudyChange
from wellbeing.standing import person_of
from wellbeing.views.studies import mine

What = StudyChange.What
# The last part of the address, what the link says, and what follows, in sentences.
STEPS: dict[str, tuple[What, str, tuple[str, ...]]] = {
    "begin": (
        What.BEGUN,
        "Open planning",
        ("From that day on interviews are planned, inside what the team agreed.",),
    ),
    "pause": (
        What.PAUSED,
        "Pause",
        (
            "Nothing is planned while the pause lasts. What is in the plan stays there "
            "until you move it or take it off.",
            "Support does not pause. Every offer, every agreed time and the log go on. "
            "Of the check-ins, those go on that your protocol says.",
        ),
    ),
    "resume": (
        What.RESUMED,
        "Say when a pause ends",
        (
            "Planning opens again on that day. Everybody who works then is offered "
            "what your protocol has for coming back, and limits are lower for as long "
            "as it says.",
            "A pause that has not begun is taken back if you choose its first day, or "
            "one before.",
        ),
    ),
    "finish": (
        What.FINISHED,
        "Interviews finish",
        (
            "No more interviews are planned from that day on. Other work goes on, and "
            "so does everything else.",
        ),
    ),
    "analysis": (
        What.ANALYSIS,
        "Analysis begins",
        ("What is left is coding and talking about it. Support goes on.",),
    ),
    "close": (
        What.CLOSED,
        "Close the study",
        (
            "Nothing is planned or agreed any more, and no more check-ins are asked.",
            "Support stays until its own last day, which is a step for itself.",
            "When somebody’s work ends, end their role as well. They are then offered "
            "what your protocol has for leaving.",
        ),
    ),
    "reopen": (
        What.REOPENED,
        "Go on with interviews",
        ("Planning is open again at once, and support has no last day any more.",),
    ),
    "end-support": (
        What.SUPPORT_ENDS,
        "Say when support ends",
        (
            "Everybody to whom it is offered gets one message with the last day, now. "
            "Until then nothing changes for them.",
            "From then on nothing is offered and nothing is logged in this study. "
            "Times that are agreed by then stay.",
        ),
    ),
    "keep-support": (
        What.SUPPORT_STAYS,
        "Keep support on",
        ("The last day is taken back. Messages that have not left are not sent.",),
    ),
}
MEANWHILE = (
    "Somebody took a step after you opened this page. This is how the study stands now."
)


@access.coordinators_only
@require_safe
def study_life(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Where the study stands, what can follow, and what has been."""
    study = get_object_or_404(mine(request), public_id=public_id)
    at = clock.now()
    today = study.day(at)
    pauses = state.pauses_of(study)
    possible = state.possible(study=study, pauses=pauses, at=at)
    context = {
        "study": study,
        "today": today,
        "stage": state.stage(study=study, day=today, pauses=pauses),
        "support_over": study.support_over(today),
        "unfinished": state.unfinished(pauses, today),
        "steps": [
            (slug, words)
            for slug, (what, words, _) in STEPS.items()
            if what in possible
        ],
        "changes": study.changes.select_related("by").order_by("-at", "-pk"),
    }
    return render(request, "wellbeing/study_life.html", context)


@access.coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def study_step(request: HttpRequest, public_id: UUID, step: str) -> HttpResponse:
    """One step: what follows from it, and the form that takes it."""
    study = get_object_or_404(mine(request), public_id=public_id)
    if step not in STEPS:
        raise Http404
    what, words, follows = STEPS[step]
    at = clock.now()
    pauses = state.pauses_of(study)
    posted = request.POST if request.method == "POST" else None
    if posted and state.was_taken(study, posted.get("submission", "")):
        return redirect("study_life", study.public_id)
    if posted is None and what not in state.possible(study=study, pauses=pauses, at=at):
        messages.info(request, MEANWHILE)
        return redirect("study_life", study.public_id)
    form = _form(study, what, pauses, posted)
    if posted is not None and form.is_valid():
        answer = _taken(request, study, what, form)
        if answer is not None:
            return answer
    context = {"study": study, "form": form, "words": words, "follows": follows}
    status = 422 if form.errors else 200
    return render(request, "wellbeing/study_step.html", context, status=status)


def _form(study: Study, what: What, pauses: list[Pause], posted: Any) -> StepForm:
    at = clock.now()
    today = study.day(at)
    first = {"day": today}
    if what is What.SUPPORT_ENDS:
        first["day"] = steps.support_may_end_from(study=study, at=at)
    return StepForm(
        posted,
        what=what,
        seen=state.seen_of(study),
        places=teams.places_of(study=study, at=at),
        pauses=state.unfinished(pauses, today),
        initial=first,
    )


def _taken(
    request: HttpRequest, study: Study, what: What, form: StepForm
) -> HttpResponse | None:
    """The way on; None when the form says why it was not taken."""
    data = form.cleaned_data
    step = steps.Step(
        what=what,
        by=person_of(request),
        reason=data["reason"],
        seen=data["seen"],
        submission=data["submission"],
        day=data.get("day"),
        site=data.get("site", ""),
        pause=data.get("pause"),
        apart=data.get("meeting") == "apart",
    )
    try:
        steps.take(study=study, step=step, at=clock.now())
    except steps.DayNotPossible as problem:
        form.add_error("day" if "day" in form.fields else None, str(problem))
        return None
    except steps.NoSuchPlace:
        form.add_error("site", "The protocol in force names no such place any more.")
        return None
    except steps.Busy:
        form.add_error(
            None, "Somebody is changing the study just now. Press again, please."
        )
        return None
    except (steps.ChangedMeanwhile, steps.NotNow):
        messages.info(request, MEANWHILE)
    else:
        messages.success(request, "Saved.")
    return redirect("study_life", study.public_id)
