"""The pages behind mailed links. Opening one, by whoever or whatever, writes nothing.

A link may answer, skip, pause and stop for the person it was sent to. It shows nothing
that was said, nor whether anything was.
"""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from checkins import choices, links
from checkins.form_page import Door, form_page
from checkins.models import Invitation
from wellbeing.lib import access, clock


@access.public
@require_http_methods(["GET", "HEAD", "POST"])
def check_in_by_link(request: HttpRequest, public_id: UUID, token: str) -> HttpResponse:
    """`/check-ins/<id>/<token>/`: the form of this one check-in, without signing in."""
    invitation = _find(public_id, token, links.ANSWER)
    at = clock.now()
    may_go_on = request.method == "POST" or invitation.is_open(at)
    if _somebody_else(request, invitation) or not may_go_on:
        return render(request, "checkins/link_done.html")
    thanks = reverse("check_in_thanks")
    door = Door(
        here=request.path,
        stop=links.path_to_stop(invitation),
        saved=thanks,
        closed=request.path,
    )
    return form_page(request, invitation=invitation, door=door, at=at)


@access.public
@require_http_methods(["GET", "HEAD", "POST"])
def stop_by_link(request: HttpRequest, public_id: UUID, token: str) -> HttpResponse:
    """`/check-ins/<id>/<token>/stop/`: go on, pause these, or stop them for good."""
    invitation = _find(public_id, token, links.STOP)
    if _somebody_else(request, invitation):
        return render(request, "checkins/link_done.html")
    wanted = request.POST.get("do") if request.method == "POST" else None
    if wanted == "pause":
        choices.pause(person=invitation.person, at=clock.now())
        messages.success(request, "Paused, until you start them again.")
    elif wanted == "stop":
        choices.stop(person=invitation.person, at=clock.now())
        messages.success(request, "Stopped.")
    elif wanted == "go_on":
        choices.start_again(person=invitation.person, at=clock.now())
        messages.success(request, "They go on, from the next one on.")
    else:
        return render(request, "checkins/stop.html")
    return redirect("check_in_thanks")


@access.public
@require_safe
def thanks(request: HttpRequest) -> HttpResponse:
    """`/check-ins/thank-you/`: the same page for everyone who used a link."""
    return render(request, "checkins/thanks.html")


def _find(public_id: UUID, token: str, purpose: str) -> Invitation:
    invitation = links.find(public_id=public_id, token=token, purpose=purpose)
    if invitation is None:
        raise Http404
    return invitation


def _somebody_else(request: HttpRequest, invitation: Invitation) -> bool:
    """Whether another person is signed in here than the one it was sent to."""
    return request.user.is_authenticated and request.user.pk != invitation.person_id
