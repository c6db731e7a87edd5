"""The page behind a mailed invitation. Looking at it changes nothing."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from wellbeing import accounts, invitations
from wellbeing.lib import access, clock
from wellbeing.models import Invitation
from wellbeing.people.models import User


@access.public
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, public_id: UUID, signature: str) -> HttpResponse:
    """Who invites, and one button. A used or withdrawn link says so kindly."""
    try:
        found = invitations.find(public_id=public_id, signature=signature)
    except Invitation.DoesNotExist as unknown:
        raise Http404 from unknown
    if not invitations.is_open(invitation=found, at=clock.now()):
        return render(request, "wellbeing/invitation_over.html", status=410)
    if request.method == "POST":
        return _go_on(request, found)
    return _page(request, found)


def _page(request: HttpRequest, found: Invitation, other: bool = False) -> HttpResponse:
    context = {"invitation": found, "other_address": other}
    status = 403 if other else 200
    return render(request, "wellbeing/invitation.html", context, status=status)


def _go_on(request: HttpRequest, found: Invitation) -> HttpResponse:
    if isinstance(request.user, User):
        return _join(request, found, request.user)
    if User.objects.filter(email__iexact=found.email).exists():
        query = urlencode({"next": request.path})
        return redirect(f"{reverse('account_login')}?{query}")
    accounts.remember(request, found)
    return redirect("account_signup")


def _join(request: HttpRequest, found: Invitation, person: User) -> HttpResponse:
    try:
        invitations.accept(invitation=found, person=person, at=clock.now())
    except invitations.OtherAddress:
        return _page(request, found, other=True)
    except invitations.InvitationOver:
        return render(request, "wellbeing/invitation_over.html", status=410)
    messages.success(request, "You have joined the study.")
    return redirect("/")
