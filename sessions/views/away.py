"""The supporter will be away: the person of a booking chooses what suits them."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from sessions import time_off
from sessions.away import Instead, choose, instead_of
from sessions.models import Booking
from sessions.taking import NoLongerThere, NotInOfferedHours, TimeTaken
from sessions.views.desk import supporter_of
from wellbeing.lib import access, clock
from wellbeing.people.models import User

CHANGED = "This time has changed since you opened the page. This is how it stands now."
JUST_GONE = "That time has just gone. These are free."


@access.signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def away(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Earlier, later, or with cover. Only its own person chooses."""
    rows = Booking.objects.select_related("person", "supporter__person")
    found = rows.for_person(request.user).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    at = clock.now()
    question = time_off.question_about(found, at)
    if question is None:
        return redirect("booking", public_id)
    instead = instead_of(question=question, booking=found, at=at)
    problem = ""
    if request.method == "POST":
        problem = _chosen(request, found, instead)
        if not problem:
            return redirect("booking", public_id)
        instead = instead_of(question=question, booking=found, at=at)
    context = {
        "booking": found,
        "question": question,
        "instead": instead,
        "problem": problem,
    }
    return render(request, "support_sessions/away.html", context)


@access.supporters_only
@require_POST
def will_be_there(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The supporter keeps one booking of their time off; its person need not choose."""
    supporter = supporter_of(request)
    found = Booking.objects.for_supporter(supporter).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    if time_off.will_be_there(booking=found, by=supporter, at=clock.now()):
        messages.success(request, "Saved. This time stands.")
    else:
        messages.info(request, CHANGED)
    return redirect("booking", public_id)


def _chosen(request: HttpRequest, found: Booking, instead: Instead) -> str:
    """Move it, and say nothing; or a sentence about why it did not move."""
    time = instead.chosen(request.POST.get("time", ""))
    if time is None:
        return JUST_GONE if request.POST.get("time") else "Choose one of the times."
    by = request.user
    assert isinstance(by, User)  # noqa: S101 - the policy let nobody else in
    try:
        choose(booking=found, time=time, by=by, at=clock.now())
    except TimeTaken:
        return JUST_GONE
    except NotInOfferedHours as refused:
        return refused.sentence
    except NoLongerThere:
        messages.info(request, CHANGED)
        return ""
    messages.success(request, "The new time is saved.")
    return ""
